//! Keep `limit` jobs in flight; deliver each as it completes, and start the next in its place.
//!
//! What document 001 wants from `limited_as_completed`, with one difference: the set is woken by
//! the job that has completed, instead of asking each job again and again. Its jobs run within the
//! one task that awaits them: none advances while an output is being delivered.

mod all;
mod library;
mod polling;

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::StreamExt;

pub use crate::{all::AsCompletedAll, library::AsCompletedLibrary, polling::AsCompletedPolling};

/// Delivers in order of completion, from a set that is woken (`FuturesUnordered`).
#[derive(Clone, Copy, Debug)]
pub struct AsCompleted {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for AsCompleted {
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
        jobs.buffer_unordered(self.limit.get()).for_each(Deliver::deliver).await;
    }
}
