//! An executor for models.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use bp_core::{Clock, Executor, yield_once};
use futures::future::{BoxFuture, FutureExt};
use loom::{future::block_on, thread};

/// A thread of loom blocks on each task, unless there is a shelf to put it on. Time stands still.
#[derive(Clone, Default)]
pub(crate) struct Model {
    shelf: Option<Arc<Mutex<Vec<BoxFuture<'static, ()>>>>>,
}

impl Model {
    /// One that keeps its tasks for a test that polls them by hand.
    pub(crate) fn shelved() -> Self {
        Self { shelf: Some(Arc::default()) }
    }

    /// The task that was put on the shelf last.
    pub(crate) fn take(&self) -> BoxFuture<'static, ()> {
        let shelf = self.shelf.as_ref().expect("there is a shelf");
        shelf.lock().unwrap().pop().expect("a task was spawned")
    }
}

impl Clock for Model {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send + 'static {
        yield_once()
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        yield_once()
    }
}

impl Executor for Model {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        match &self.shelf {
            Some(shelf) => shelf.lock().unwrap().push(task.boxed()),
            None => drop(thread::spawn(move || block_on(task))),
        }
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.spawn(task);
    }
}
