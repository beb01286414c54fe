//! Make a parallel stream of the source, limit it, and map it (parallel-stream, `limit` and `map`).
//!
//! A task for each item, on async-std, for which it was made.

use std::num::NonZeroUsize;

use bp_async_std::AsyncStd;
use bp_core::{Claims, Deliver, Strategy, Workload};
use futures::{SinkExt, StreamExt, channel::mpsc};
use parallel_stream::{ParallelStream, from_stream};

/// Delivers what a limited parallel stream yields.
#[derive(Clone, Copy, Debug)]
pub struct ParallelMap {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl Strategy<AsyncStd> for ParallelMap {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<AsyncStd>>(&self, workload: &W, executor: &AsyncStd) {
        // It takes streams that borrow nothing.
        let (mut source, jobs) = mpsc::channel(0);
        let feed = async move {
            let mut jobs = std::pin::pin!(workload.jobs(executor).stream());
            while let Some(job) = jobs.next().await
                && source.send(job).await.is_ok()
            {}
        };
        let mut outputs = from_stream(jobs).limit(self.limit.get()).map(|job| job);
        let deliver = async move {
            while let Some(output) = outputs.next().await {
                output.deliver().await;
            }
        };
        futures::join!(feed, deliver);
    }
}
