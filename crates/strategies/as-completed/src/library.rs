//! Keep `limit` jobs in flight, and deliver each as it completes: the crate `backpressure`.
//!
//! What document 001 wants from `limited_as_completed`. Slots are used again and nothing is allocated for a job. Its jobs run within the task that awaits
//! them, and get on while an output is being delivered if that waits.

use std::num::NonZeroUsize;

use backpressure::StreamExt;
use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};

/// Delivers in order of completion (`as_completed` of the crate `backpressure`).
#[derive(Clone, Copy, Debug)]
pub struct AsCompletedLibrary {
    /// Most jobs in flight or waiting to be delivered.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for AsCompletedLibrary {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Completion,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.as_completed(self.limit).for_each(Deliver::deliver).await;
    }
}
