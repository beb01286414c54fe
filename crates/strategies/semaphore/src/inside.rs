//! Acquire a permit *inside* the task: all tasks exist at once, and wait there.
//!
//! The usual mistake, as document 000 shows it: the work is limited, the tasks that wait for their
//! turn are not. The loop never waits, so an endless source would fill the memory.

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;

/// Bounds the jobs in flight, but not the tasks.
#[derive(Clone, Copy, Debug)]
pub struct SemaphoreInside {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for SemaphoreInside {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.permits), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let semaphore = Arc::new(Semaphore::new(self.permits.get()));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc(); // awaited by the task
            tasks.spawn(permit.then(|permit| job.delivered().map(|()| drop(permit))));
        }
        tasks.join().await;
    }
}
