//! Hand every job to a fixed number of threads, keep all the handles, and await them in order.
//!
//! Python's `pool.map`, which document 000 shows: the threads bound the work, but the queue in
//! front of them and the handles behind them grow with the number of jobs.

use std::num::NonZeroUsize;

use async_channel::Receiver;
use bp_core::{
    Cancellation, Claims, Deliver, Executor, Lost, Order, Strategy, TaskGroup, Workload,
};
use futures::{FutureExt, channel::oneshot};

/// Runs `threads` threads behind an unbounded queue and delivers in the order of the source.
#[derive(Clone, Copy, Debug)]
pub struct ThreadPoolMap {
    /// Most jobs in flight.
    pub threads: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for ThreadPoolMap {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.threads), order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let (queue, inbox) = async_channel::unbounded();
        let threads = TaskGroup::new(executor);
        for _ in 0..self.threads.get() {
            threads.spawn_thread(work(inbox.clone(), threads.cancellation()));
        }
        drop(inbox); // so that what is left in the queue goes with the last thread
        let mut handles = Vec::new();
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let (sender, handle) = oneshot::channel();
            let task = job.map(|output| drop(sender.send(output)));
            drop(queue.try_send(task)); // an unbounded queue is never full
            handles.push(handle);
        }
        drop(queue);
        for handle in handles {
            handle.await.unwrap_or(Err(Lost)).deliver().await;
        }
        threads.join().await;
    }
}

async fn work(inbox: Receiver<impl Future<Output = ()>>, cancellation: Cancellation) {
    while let Ok(task) = inbox.recv().await
        && !cancellation.requested()
    {
        task.await;
    }
}
