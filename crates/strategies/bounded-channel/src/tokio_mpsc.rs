//! Feed a fixed crew of workers through a bounded queue of `tokio::sync`, which runs on any
//! executor.
//!
//! Document 000's queue again, but this one has a single receiver, so the workers take turns at it: one waits for the next
//! job while the others wait for the lock.

use std::{num::NonZeroUsize, sync::Arc};

use bp_core::{Cancellation, Claims, Executor, Job, Strategy, TaskGroup, Workload};
use tokio::sync::{
    Mutex, Semaphore,
    mpsc::{self, Receiver},
};

/// Runs `workers` tasks behind a queue of `capacity` jobs, on `tokio::sync::mpsc`.
#[derive(Clone, Copy, Debug)]
pub struct BoundedChannelTokio {
    /// Most jobs in flight.
    pub workers: NonZeroUsize,
    /// Most jobs in the queue.
    pub capacity: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for BoundedChannelTokio {
    fn claims(&self) -> Claims {
        let window = self.workers.saturating_add(self.capacity.get());
        Claims { limit: Some(self.workers), window: Some(window), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let (queue, inbox) = mpsc::channel(self.capacity.get().min(Semaphore::MAX_PERMITS));
        let inbox = Arc::new(Mutex::new(inbox));
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

async fn work(inbox: Arc<Mutex<Receiver<impl Job>>>, cancellation: Cancellation) {
    while let Some(job) = next(&inbox).await
        && !cancellation.requested()
    {
        job.delivered().await;
    }
}

/// The lock is given back before the job runs.
async fn next<J>(inbox: &Mutex<Receiver<J>>) -> Option<J> {
    inbox.lock().await.recv().await
}
