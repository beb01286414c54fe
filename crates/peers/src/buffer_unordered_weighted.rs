//! Keep futures with a total weight of `limit`, here a weight of one each, and deliver as they
//! complete (buffer-unordered-weighted).
//!
//! Its documentation says that outputs come in the order in which the futures complete.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use buffer_unordered_weighted::StreamExt as _;
use futures::StreamExt;

/// Delivers in order of completion, each job with the weight of one.
#[derive(Clone, Copy, Debug)]
pub struct BufferUnorderedWeighted {
    /// Most weight in flight.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for BufferUnorderedWeighted {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: limit, order: Order::Completion, ..Claims::default() }
    }

    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send {
        let jobs = workload.jobs(executor).stream().map(|job| (1, job));
        jobs.buffer_unordered_weighted(self.limit).for_each(Deliver::deliver)
    }
}
