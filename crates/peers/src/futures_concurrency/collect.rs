//! Make a concurrent stream, limit it, map it, and collect the outputs (futures-concurrency,
//! `limit`, `map` and `collect`).
//!
//! Outputs are delivered once all of them are there.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Strategy, Workload};
use futures::{FutureExt, StreamExt, stream};
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

    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send {
        let jobs = Box::pin(workload.jobs(executor).stream());
        let outputs = jobs.co().limit(Some(self.limit)).map(|job| job).collect::<Vec<_>>();
        outputs.then(|outputs| stream::iter(outputs).for_each(Deliver::deliver))
    }
}
