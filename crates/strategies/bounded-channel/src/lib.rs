//! Feed a fixed crew of workers through a bounded queue; a full queue stops the source.
//!
//! Document 000, "Queues with `max_size`": the workers bound the jobs in flight, the queue bounds
//! those that wait, and `send` is where the source feels the pressure.

mod tokio_mpsc;

use std::num::NonZeroUsize;

use async_channel::Receiver;
use bp_core::{Cancellation, Claims, Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::tokio_mpsc::BoundedChannelTokio;

/// Runs `workers` tasks behind a queue of `capacity` jobs, on `async-channel`.
#[derive(Clone, Copy, Debug)]
pub struct BoundedChannel {
    /// Most jobs in flight.
    pub workers: NonZeroUsize,
    /// Most jobs in the queue, for which it reserves memory.
    pub capacity: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for BoundedChannel {
    fn claims(&self) -> Claims {
        let window = self.workers.saturating_add(self.capacity.get());
        Claims { limit: Some(self.workers), window: Some(window), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let (queue, inbox) = async_channel::bounded(self.capacity.get());
        let workers = TaskGroup::new(executor);
        for _ in 0..self.workers.get() {
            workers.spawn(work(inbox.clone(), workers.cancellation()));
        }
        drop(inbox); // so that the queue closes with the last worker
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            if queue.send(job).await.is_err() {
                break; // no worker is left: join says why
            }
        }
        drop(queue);
        workers.join().await;
    }
}

async fn work(inbox: Receiver<impl Job>, cancellation: Cancellation) {
    while let Ok(job) = inbox.recv().await
        && !cancellation.requested()
    {
        job.delivered().await;
    }
}
