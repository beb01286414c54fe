//! Let a fixed number of threads take one job each, and block on it.
//!
//! Document 000: "we don't need to explicitly create backpressure for threadpools as the
//! concurrency is already limited by the pool size". A thread is the permit, and its stack the
//! price.

mod map;

use std::num::NonZeroUsize;

use async_channel::Receiver;
use bp_core::{Cancellation, Claims, Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::map::ThreadPoolMap;

/// Runs `threads` threads behind a queue with a place for each of them.
#[derive(Clone, Copy, Debug)]
pub struct ThreadPool {
    /// Most jobs in flight.
    pub threads: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for ThreadPool {
    fn claims(&self) -> Claims {
        let window = self.threads.saturating_add(self.threads.get());
        Claims { limit: Some(self.threads), window: Some(window), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let (queue, inbox) = async_channel::bounded(self.threads.get());
        let threads = TaskGroup::new(executor);
        for _ in 0..self.threads.get() {
            threads.spawn_thread(work(inbox.clone(), threads.cancellation()));
        }
        drop(inbox); // so that the queue closes with the last thread
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            if queue.send(job).await.is_err() {
                break; // no thread is left: join says why
            }
        }
        drop(queue);
        threads.join().await;
    }
}

async fn work(inbox: Receiver<impl Job>, cancellation: Cancellation) {
    while let Ok(job) = inbox.recv().await
        && !cancellation.requested()
    {
        job.delivered().await;
    }
}
