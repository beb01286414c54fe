//! Yield before each spawn, so that the tasks spawned so far get a turn.
//!
//! Document 000, `await asyncio.sleep(0)`: the program no longer seems to hang, but nothing counts
//! the tasks. It bounds a rate, not a number: in flight is the spawn rate times the service time.

mod pause;

use bp_core::{Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::pause::SleepPause;

/// Yields once before each job.
#[derive(Clone, Copy, Debug)]
pub struct SleepYield;

impl<X: Executor> Strategy<X> for SleepYield {
    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            executor.yield_now().await;
            tasks.spawn(job.delivered());
        }
        tasks.join().await;
    }
}
