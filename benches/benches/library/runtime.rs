//! The executors on which the rivals meet, each made anew for a run.

use std::{future::Future, marker::PhantomData, num::NonZeroUsize};

use backpressure::Spawn;
use smol::{Executor, future};

/// An executor.
pub(crate) trait Runtime: 'static {
    const NAME: &'static str;

    /// Tasks that can run at the same time.
    const PARALLELISM: usize = 1;

    /// Spawns a task and lets it go.
    fn spawn(task: impl Future<Output = ()> + Send + 'static);

    /// Runs a driver in a task of its own, to its end.
    fn run<T: Send + 'static>(driver: impl Future<Output = T> + Send + 'static) -> T;
}

/// Tokio in the thread that waits.
pub(crate) struct TokioCurrentThread;

/// The same, where the driver is what `#[tokio::main(flavor = "current_thread")]` runs and no task:
/// to wake itself it also tells the driver of timers.
pub(crate) struct TokioMain;

/// Tokio with two workers.
pub(crate) struct TokioTwoWorkers;

impl Runtime for TokioCurrentThread {
    const NAME: &'static str = "tokio, current thread";

    fn spawn(task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn run<T: Send + 'static>(driver: impl Future<Output = T> + Send + 'static) -> T {
        on_tokio(tokio::runtime::Builder::new_current_thread(), driver)
    }
}

impl Runtime for TokioTwoWorkers {
    const NAME: &'static str = "tokio, two workers";
    const PARALLELISM: usize = 2;

    fn spawn(task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn run<T: Send + 'static>(driver: impl Future<Output = T> + Send + 'static) -> T {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2);
        on_tokio(builder, driver)
    }
}

impl Runtime for TokioMain {
    const NAME: &'static str = "tokio, current thread, in main";

    fn spawn(task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn run<T: Send + 'static>(driver: impl Future<Output = T> + Send + 'static) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().expect("a runtime without sockets starts");
        runtime.block_on(driver)
    }
}

fn on_tokio<T: Send + 'static>(
    mut builder: tokio::runtime::Builder,
    driver: impl Future<Output = T> + Send + 'static,
) -> T {
    let runtime = builder.enable_time().build().expect("a runtime without sockets starts");
    runtime.block_on(async { tokio::spawn(driver).await.expect("the driver does not panic") })
}

/// An executor of smol, in the thread that waits.
pub(crate) struct Smol;

static SMOL: Executor<'_> = Executor::new();

impl Runtime for Smol {
    const NAME: &'static str = "smol, one thread";

    fn spawn(task: impl Future<Output = ()> + Send + 'static) {
        SMOL.spawn(task).detach();
    }

    fn run<T: Send + 'static>(driver: impl Future<Output = T> + Send + 'static) -> T {
        future::block_on(SMOL.run(SMOL.spawn(driver)))
    }
}

/// A runtime as the library asks for one.
pub(crate) struct Tasks<R>(pub(crate) PhantomData<R>);

impl<R: Runtime> Spawn for Tasks<R> {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        R::spawn(task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        NonZeroUsize::new(R::PARALLELISM).expect("it is not zero")
    }
}
