//! Keep `limit` tasks in flight, let up to `window` wait for their turn, and deliver in the order
//! of the source.
//!
//! The knob that document 002 lacks: a wider window lets jobs start past a slow one, and pays for
//! it with finished outputs that are held.

use std::{num::NonZeroUsize, sync::Arc};

use bp_core::{Claims, Deliver, Executor, Order, Strategy, TaskGroup, Workload};
use futures::{FutureExt, StreamExt, stream};
use tokio::sync::Semaphore;

/// Delivers in order of the source, a permit for each task in flight and a place in the window for
/// each that is admitted and not delivered.
#[derive(Clone, Copy, Debug)]
pub struct MaterializeWindow {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
    /// Most jobs admitted and not delivered; a window below the limit lowers it.
    pub window: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for MaterializeWindow {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.window),
            order: Order::Input,
            ..Claims::default()
        }
    }

    fn run<W: Workload<X>>(&self, workload: &W, executor: &X) -> impl Future<Output = ()> + Send {
        let semaphore = Arc::new(Semaphore::new(self.limit.get().min(Semaphore::MAX_PERMITS)));
        let permits = stream::repeat(semaphore).then(Semaphore::acquire_owned);
        let tasks = TaskGroup::new(executor);
        workload
            .jobs(executor)
            .stream()
            .zip(permits) // before the task exists
            .map(move |(job, permit)| tasks.start(job.inspect(|_| drop(permit))))
            .buffered(self.window.get())
            .for_each(Deliver::deliver)
    }
}
