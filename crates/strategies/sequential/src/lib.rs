//! Await each job before taking the next.
//!
//! Document 000, the first loop: correct, in order, and never more than one job in flight, so a
//! thousand jobs that wait take a thousand times as long as one.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Job, Order, Strategy, Workload};

/// Runs one job at a time.
#[derive(Clone, Copy, Debug)]
pub struct Sequential;

impl<X: Clock> Strategy<X> for Sequential {
    fn claims(&self) -> Claims {
        let one = Some(NonZeroUsize::MIN);
        Claims { limit: one, window: one, order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            job.delivered().await;
        }
    }
}
