//! Keep `limit` futures in slots that are used again, and deliver in the order of the source
//! (futures-buffered, `buffered_ordered`).
//!
//! Its documentation says that no more than `limit` futures will be buffered at any point in time.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::StreamExt;
use futures_buffered::BufferedStreamExt;

mod unordered;

pub use self::unordered::BufferedUnordered;

/// Delivers in order of the source, from a bounded set of slots.
#[derive(Clone, Copy, Debug)]
pub struct BufferedOrdered {
    /// Most jobs in flight or buffered.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for BufferedOrdered {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: limit, order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.buffered_ordered(self.limit).for_each(Deliver::deliver).await;
    }
}
