//! Keep `limit` tasks in flight or finished, and deliver their outputs in the order of the source.
//!
//! The same as document 002's proposal does in Python, where every coroutine is a task: jobs
//! advance, on all cores, while an output is being delivered.

use std::num::NonZeroUsize;

use bp_core::{Claims, Deliver, Executor, Order, Strategy, TaskGroup, Workload};
use futures::StreamExt;

/// Delivers in order of the source, a task for each job in the window.
#[derive(Clone, Copy, Debug)]
pub struct MaterializeSpawned {
    /// Most jobs in flight or waiting for their turn to be delivered.
    pub limit: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for MaterializeSpawned {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Input,
            ..Claims::default()
        }
    }

    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send {
        let tasks = TaskGroup::new(executor);
        workload
            .jobs(executor)
            .stream()
            .map(move |job| tasks.start(job))
            .buffered(self.limit.get())
            .for_each(Deliver::deliver)
    }
}
