//! Keep `limit` jobs in flight, let up to `window` wait for their turn, and deliver in the order of
//! the source: the crate `backpressure`, in one task.
//!
//! Document 002's wish with the knob that it lacks. Slots are used again and nothing is allocated for a job. Its jobs run within the task that awaits
//! them, and get on while an output is being delivered if that waits.

use std::num::NonZeroUsize;

use backpressure::{Bounds, StreamExt};
use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};

/// Delivers in order of the source (`materialize` of the crate `backpressure`).
#[derive(Clone, Copy, Debug)]
pub struct MaterializeLibrary {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
    /// Most jobs admitted and not delivered; a window below the limit is widened to it.
    pub window: NonZeroUsize,
}

impl MaterializeLibrary {
    pub(crate) fn bounds(&self) -> Bounds {
        let window = self.window.max(self.limit).get();
        Bounds::new(self.limit.get(), window).expect("the window is not less than the limit")
    }
}

impl<X: Clock> Strategy<X> for MaterializeLibrary {
    fn claims(&self) -> Claims {
        let window = self.bounds().window();
        Claims {
            limit: Some(self.limit),
            window: Some(window),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.materialize(self.bounds()).for_each(Deliver::deliver).await;
    }
}
