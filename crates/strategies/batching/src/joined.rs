//! Join a batch of jobs in one task; deliver their outputs when the last of them is done.
//!
//! Document 002's naive approach, `asyncio.gather` on each batch. `join_all` spawns nothing: the
//! batch runs on one thread, and no output leaves before the slowest is there.

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::future::join_all;

/// Runs the jobs in batches of `size` within one task.
#[derive(Clone, Copy, Debug)]
pub struct BatchingJoined {
    /// How many jobs form a batch.
    pub size: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for BatchingJoined {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.size),
            window: Some(self.size),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        while let Some(batch) = jobs.batch(self.size).await {
            for output in join_all(batch).await {
                output.deliver().await;
            }
        }
    }
}
