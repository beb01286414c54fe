//! Acquire a permit before spawning, from `tokio::sync`, which runs on any executor.
//!
//! Document 000's sentence again with another primitive: this semaphore serves its waiters first in, first out;
//! that of `async-lock` lets a newcomer take a free permit out of turn.

use std::{num::NonZeroUsize, sync::Arc};

use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;
use tokio::sync::Semaphore;

/// Holds one of `permits` for each task, with the semaphore of `tokio::sync`.
#[derive(Clone, Copy, Debug)]
pub struct SemaphoreTokio {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for SemaphoreTokio {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.permits), window: Some(self.permits), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        // More than MAX_PERMITS (2⁶¹) would panic; no run can hold so many.
        let permits = self.permits.get().min(Semaphore::MAX_PERMITS);
        let semaphore = Arc::new(Semaphore::new(permits));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let permit = semaphore.clone().acquire_owned().await.expect("nobody closes it");
            tasks.spawn(job.delivered().map(|()| drop(permit)));
        }
        tasks.join().await;
    }
}
