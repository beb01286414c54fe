//! Take a permit if there is one before spawning; a job that arrives when there is none is dropped.
//!
//! Document 002's millions of requests, where they do not wait to be asked for: whoever waits for a
//! permit falls behind, and each answer comes later than the one before. A job that is shed costs
//! nothing, and those that run are in time. It is for arrivals that are paced: of jobs that are all
//! there from the start it runs the first `permits`, and sheds nearly all others.

mod queue;

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;

pub use crate::queue::SheddingQueue;

/// Holds one of `permits` for each task, and drops jobs for which there is none.
#[derive(Clone, Copy, Debug)]
pub struct LoadShedding {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for LoadShedding {
    fn claims(&self) -> Claims {
        let most = Some(self.permits);
        Claims { limit: most, window: most, sheds: true, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let semaphore = Arc::new(Semaphore::new(self.permits.get()));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            match semaphore.try_acquire_arc() {
                Some(permit) => tasks.spawn(job.delivered().map(|()| drop(permit))),
                None => drop(job), // before it has started
            }
        }
        tasks.join().await;
    }
}
