//! Keep `limit` jobs in flight or finished, and deliver their outputs in the order of the source.
//!
//! Document 002's `materialize`: as many jobs as the limit, lazily, in order. It promises that the
//! limit is always busy, too, which order and bounded memory exclude: behind one slow job, finished
//! outputs fill the window and nothing starts. Its jobs run within the one task that awaits them:
//! none advances while an output is being delivered.

mod library;
mod library_spawned;
mod spawned;
mod tasks;
mod window;

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Order, Strategy, Workload};
use futures::StreamExt;

pub use crate::{
    library::MaterializeLibrary, library_spawned::MaterializeLibrarySpawned,
    spawned::MaterializeSpawned, window::MaterializeWindow,
};

/// Delivers in order of the source, with a window as wide as the limit (`buffered`).
#[derive(Clone, Copy, Debug)]
pub struct Materialize {
    /// Most jobs in flight or waiting for their turn to be delivered.
    pub limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for Materialize {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Input,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let jobs = workload.jobs(executor).stream();
        jobs.buffered(self.limit.get()).for_each(Deliver::deliver).await;
    }
}
