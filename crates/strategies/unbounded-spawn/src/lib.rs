//! Spawn a task for every job, as fast as the source hands them out, and wait for all.
//!
//! Document 000, the first `TaskGroup`: no backpressure at all. Every task exists before most have
//! begun, so memory grows with the number of jobs, and nothing limits what they do at once.

mod gather;

use bp_core::{Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::gather::Gather;

/// Spawns every job at once.
#[derive(Clone, Copy, Debug)]
pub struct UnboundedSpawn;

impl<X: Executor> Strategy<X> for UnboundedSpawn {
    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            tasks.spawn(job.delivered());
        }
        tasks.join().await;
    }
}
