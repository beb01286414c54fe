//! Sleep before each spawn, and hope that the pause suits the service time.
//!
//! Document 000: "in practice the number is quite hard to pick". Too short, and tasks pile up; too
//! long, and the run waits for nothing. On some executors a timer's tick is the least it can be.

use std::time::Duration;

use bp_core::{Executor, Job, Strategy, TaskGroup, Workload};

/// Sleeps for `pause` before each job.
#[derive(Clone, Copy, Debug)]
pub struct SleepPause {
    /// How long to sleep before each spawn.
    pub pause: Duration,
}

impl<X: Executor> Strategy<X> for SleepPause {
    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            executor.sleep(self.pause).await;
            tasks.spawn(job.delivered());
        }
        tasks.join().await;
    }
}
