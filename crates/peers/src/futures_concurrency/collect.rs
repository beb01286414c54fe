//! Make a concurrent stream, limit it, map it, and collect the outputs (futures-concurrency,
//! `limit`, `map` and `collect`).
//!
//! Outputs are delivered once all of them are there.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Strategy, Workload};
use futures_concurrency::prelude::*;

/// Collects all outputs, and then delivers them.
#[derive(Clone, Copy, Debug)]
pub struct ConcurrentCollect {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for ConcurrentCollect {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = std::pin::pin!(workload.jobs(executor).stream());
        let outputs: Vec<_> = jobs.co().limit(Some(self.limit)).map(|job| job).collect().await;
        for output in outputs {
            output.deliver().await;
        }
    }
}
