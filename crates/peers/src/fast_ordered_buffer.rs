//! Keep `limit` futures in flight, put what is done into a heap, and deliver in the order of the
//! source (fast-ordered-buffer).
//!
//! Its documentation says that the number of outputs in the heap is not bounded, so no window is
//! claimed.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use fast_ordered_buffer::FobStreamExt;
use futures::StreamExt;

/// Delivers in order of the source, from a heap without a bound.
#[derive(Clone, Copy, Debug)]
pub struct FastOrderedBuffer {
    /// Most jobs in flight.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for FastOrderedBuffer {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: None, order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.fast_ordered_buffer(self.limit).for_each(Deliver::deliver).await;
    }
}
