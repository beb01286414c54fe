//! Start all jobs; scan the list for one that is done, yield, and scan again.
//!
//! Document 001's first version, `my_as_completed`: no limit, a list as long as the input, and a
//! scan of it for each output. It is busy for as long as anything runs.

use bp_core::{Deliver, Executor, Strategy, TaskGroup, Workload};
use futures::FutureExt;

/// Starts every job at once and delivers in the order in which a scan finds them done.
#[derive(Clone, Copy, Debug)]
pub struct AsCompletedAll;

impl<X: Executor> Strategy<X> for AsCompletedAll {
    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut running = Vec::new();
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            running.push(tasks.start(job));
        }
        while !running.is_empty() {
            executor.yield_now().await; // otherwise it would spin here for ever
            let done = running.iter_mut().enumerate().find_map(|(index, task)| {
                let output = task.now_or_never()?;
                Some((index, output))
            });
            if let Some((index, output)) = done {
                drop(running.remove(index));
                output.deliver().await;
            }
        }
    }
}
