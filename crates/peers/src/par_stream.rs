//! Share the source among `limit` workers, and put their outputs in the order of the source (par-
//! stream, `par_then`).
//!
//! Its documentation bounds the pool of workers and the buffer of their outputs, and says nothing of
//! outputs that wait for their turn, so no window is claimed.

use std::num::NonZeroUsize;

use bp_core::{Claims, Deliver, Order, Strategy, Workload};
use bp_tokio::Tokio;
use futures::{SinkExt, StreamExt, channel::mpsc};
use par_stream::{ParParamsConfig, ParStreamExt};

/// Delivers in order of the source, from a pool of workers with a buffer as large.
#[derive(Clone, Copy, Debug)]
pub struct ParThen {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl Strategy<Tokio> for ParThen {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: None, order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<Tokio>>(&self, workload: &W, executor: &Tokio) {
        let limit = self.limit.get();
        let workers = ParParamsConfig::Manual { num_workers: limit.into(), buf_size: limit.into() };
        // It takes streams that borrow nothing.
        let (mut source, jobs) = mpsc::channel(0);
        let feed = async move {
            let mut jobs = std::pin::pin!(workload.jobs(executor).stream());
            while let Some(job) = jobs.next().await
                && source.send(job).await.is_ok()
            {}
        };
        let outputs = jobs.par_then(workers, |job| job).for_each(Deliver::deliver);
        futures::join!(feed, outputs);
    }
}
