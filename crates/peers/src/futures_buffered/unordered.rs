//! Keep `limit` futures in slots that are used again, and deliver as they complete (futures-
//! buffered, `buffered_unordered`).
//!
//! Its documentation says that outputs come in the order in which the futures complete.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::StreamExt;
use futures_buffered::BufferedStreamExt;

/// Delivers in order of completion, from a bounded set of slots.
#[derive(Clone, Copy, Debug)]
pub struct BufferedUnordered {
    /// Most jobs in flight.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for BufferedUnordered {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: limit, order: Order::Completion, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.buffered_unordered(self.limit).for_each(Deliver::deliver).await;
    }
}
