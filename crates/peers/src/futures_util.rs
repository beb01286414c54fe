//! Run a closure over the jobs, `limit` of them at a time (futures, `for_each_concurrent`).
//!
//! A job is done when its output is delivered, so consumers run side by side as well, in the one
//! task that polls them all.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Job, Strategy, Workload};
use futures::StreamExt;

/// Delivers within the closure, with at most `limit` of them at a time.
#[derive(Clone, Copy, Debug)]
pub struct ForEachConcurrent {
    /// Most jobs in flight.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for ForEachConcurrent {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: limit, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.for_each_concurrent(self.limit, Job::delivered).await;
    }
}
