//! Start `limit` jobs; scan the list for one that is done, replace it, yield, and scan again.
//!
//! Document 001's `limited_as_completed`, to the letter: the limit holds, but the loop is never
//! idle, and of two jobs that are done the one that stands first in the list is found first. It
//! waits for the source before it delivers, as the document's does for its iterator.

use std::num::NonZeroUsize;

use bp_core::{Claims, Deliver, Executor, Strategy, TaskGroup, Workload};
use futures::FutureExt;

/// Delivers in the order in which a scan of the list finds jobs done.
#[derive(Clone, Copy, Debug)]
pub struct AsCompletedPolling {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for AsCompletedPolling {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut running = Vec::new();
        let mut jobs = workload.jobs(executor);
        while running.len() < self.limit.get()
            && let Some(job) = jobs.next().await
        {
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
                if let Some(job) = jobs.next().await {
                    running.push(tasks.start(job));
                }
                output.deliver().await;
            }
        }
    }
}
