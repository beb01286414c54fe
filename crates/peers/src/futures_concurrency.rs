//! Make a concurrent stream, limit it, and run a closure over each item (futures-concurrency,
//! `limit` and `for_each`).
//!
//! The limit counts closures that run, so a job is done when its output is delivered.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Job, Strategy, Workload};
use futures_concurrency::prelude::*;

mod collect;

pub use self::collect::ConcurrentCollect;

/// Delivers within the closure of `for_each`.
#[derive(Clone, Copy, Debug)]
pub struct ConcurrentForEach {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for ConcurrentForEach {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send {
        let jobs = Box::pin(workload.jobs(executor).stream());
        jobs.co().limit(Some(self.limit)).for_each(Job::delivered)
    }
}
