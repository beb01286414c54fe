//! Keep `limit` jobs in flight, let up to `window` wait for their turn, and deliver in the order of
//! the source: the crate `backpressure`, in a few tasks.
//!
//! Document 002's wish, on all cores: each task polls its share of the jobs, and they get on while an
//! output is being delivered. A channel with one place brings them, for the source is borrowed.

use std::{future::poll_fn, num::NonZeroUsize};

use backpressure::StreamExt;
use bp_core::{Claims, Deliver, Executor, Order, Strategy, Workload};
use futures::{channel::mpsc, join};

use crate::{MaterializeLibrary, tasks::Tasks};

/// Delivers in order of the source (`materialize(…).spawned_on(…)` of the crate `backpressure`).
#[derive(Clone, Copy, Debug)]
pub struct MaterializeLibrarySpawned {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
    /// Most jobs that were started and are not delivered; one more may wait to be started.
    pub window: NonZeroUsize,
    /// Tasks that share them.
    pub tasks: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for MaterializeLibrarySpawned {
    fn claims(&self) -> Claims {
        let window = self.window.max(self.limit).saturating_add(1);
        Claims {
            limit: Some(self.limit),
            window: Some(window),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let Self { limit, window, tasks } = *self;
        let (mut sender, receiver) = mpsc::channel(0);
        let bring = async move {
            let mut jobs = workload.jobs(executor);
            // None is taken before it can be handed over.
            while poll_fn(|cx| sender.poll_ready(cx)).await.is_ok() {
                let Some(job) = jobs.next().await else { break };
                if sender.try_send(job).is_err() {
                    break; // nobody wants it
                }
            }
        };
        let bounded = receiver.materialize(MaterializeLibrary { limit, window }.bounds());
        let outputs = bounded.spawned_on(Tasks { executor, tasks });
        join!(bring, outputs.for_each(Deliver::deliver));
    }
}
