//! Build a pipeline whose one stage runs `limit` futures and keeps their order (pumps,
//! `concurrent_ordered`).
//!
//! Its stages are tasks with a channel of one place between them.

use std::num::NonZeroUsize;

use bp_core::{Claims, Deliver, Order, Strategy, Workload};
use bp_tokio::Tokio;
use futures::StreamExt;
use pumps::{Concurrency, Pipeline};

/// Delivers in order of the source, what a stage of a pipeline puts out.
#[derive(Clone, Copy, Debug)]
pub struct Pump {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl Strategy<Tokio> for Pump {
    fn claims(&self) -> Claims {
        // Beside the stage there are two channels of one place, and what each end has in hand.
        let window = self.limit.saturating_add(3);
        Claims {
            limit: Some(self.limit),
            window: Some(window),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<Tokio>>(&self, workload: &W, executor: &Tokio) {
        // It takes sources that borrow nothing.
        let (source, jobs) = tokio::sync::mpsc::channel(1);
        let feed = async move {
            let mut jobs = std::pin::pin!(workload.jobs(executor).stream());
            while let Some(job) = jobs.next().await
                && source.send(job).await.is_ok()
            {}
        };
        let (mut outputs, stages) = Pipeline::from(jobs)
            .map(|job| job, Concurrency::concurrent_ordered(self.limit.get()))
            .build();
        let deliver = async move {
            while let Some(output) = outputs.recv().await {
                output.deliver().await;
            }
        };
        futures::join!(feed, deliver);
        stages.await.expect("no stage panics");
    }
}
