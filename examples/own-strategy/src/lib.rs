//! A small crate of somebody's: one way of running many jobs, `limit` at a time.
//!
//! Does it keep what it claims? `tests/laws.rs` asks that of every law, in twenty lines.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::{StreamExt, stream::FuturesUnordered};

/// Fill the set up to the limit, take out the first that is done, deliver it, and fill up again.
#[derive(Clone, Copy, Debug)]
pub struct TopUp {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for TopUp {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Completion,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.limit.get()
                && let Some(job) = jobs.next().await
            {
                running.push(job);
            }
            let Some(output) = running.next().await else { break };
            output.deliver().await;
        }
    }
}
