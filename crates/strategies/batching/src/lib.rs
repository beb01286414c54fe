//! Start a batch of jobs together; start the next batch when the last of them is done.
//!
//! Document 000, `batched(urls, 200)` with a `TaskGroup` for each batch: simple, and bounded. But
//! one slow job keeps the places of all its finished neighbours empty until it is done.

mod joined;

use std::num::NonZeroUsize;

use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::joined::BatchingJoined;

/// Runs the jobs in batches of `size`, a task for each job.
#[derive(Clone, Copy, Debug)]
pub struct Batching {
    /// How many jobs form a batch.
    pub size: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for Batching {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.size), window: Some(self.size), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        while let Some(batch) = jobs.batch(self.size).await {
            let tasks = TaskGroup::new(executor);
            for job in batch {
                tasks.spawn(job.delivered());
            }
            tasks.join().await;
        }
    }
}
