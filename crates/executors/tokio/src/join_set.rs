//! Keep `limit` tasks in a `JoinSet`; whenever one of them ends, start the next.
//!
//! Tokio's own form of document 001's `limited_as_completed`: the set wakes its owner when a task
//! has ended, and cancels what is left in it when it is dropped. While there is room it waits for the
//! source, and an output that is there meanwhile waits with it.

use std::num::NonZeroUsize;

use bp_core::{Claims, Deliver, Lost, Strategy, Workload};
use tokio::task::JoinSet;

use crate::Tokio;

/// Delivers as tasks end, with at most `limit` of them in a [`JoinSet`].
///
/// The order is that of completion as long as few end at once. Of many, Tokio's budget puts some back
/// in line, and others overtake them, so that order is not claimed.
#[derive(Clone, Copy, Debug)]
pub struct JoinSetTopUp {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl Strategy<Tokio> for JoinSetTopUp {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<Tokio>>(&self, workload: &W, executor: &Tokio) {
        let mut tasks = JoinSet::new();
        let mut jobs = workload.jobs(executor);
        loop {
            while tasks.len() < self.limit.get()
                && let Some(job) = jobs.next().await
            {
                tasks.spawn(job);
            }
            let Some(ended) = tasks.join_next().await else { break };
            ended.unwrap_or(Err(Lost)).deliver().await;
        }
    }
}
