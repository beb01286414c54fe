//! Acquire a permit *before* spawning; the task gives it back when it is done.
//!
//! Document 000's answer: the loop itself waits, so a task exists only while it holds a permit.
//! One job ends, the next starts, and memory is that of `permits` tasks.

mod inside;
mod tokio_sync;

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;

pub use crate::{inside::SemaphoreInside, tokio_sync::SemaphoreTokio};

/// Holds one of `permits` for each task, with the semaphore of `async-lock`.
#[derive(Clone, Copy, Debug)]
pub struct SemaphoreBefore {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for SemaphoreBefore {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.permits), window: Some(self.permits), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let semaphore = Arc::new(Semaphore::new(self.permits.get()));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc().await; // before the task exists
            tasks.spawn(job.delivered().map(|()| drop(permit)));
        }
        tasks.join().await;
    }
}
