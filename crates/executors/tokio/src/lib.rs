//! Tokio: its multi-threaded and its current-thread runtime, with Tokio's own reactor and timer.

mod io;
mod join_set;

use std::{
    future::Future, num::NonZeroUsize, panic::resume_unwind, sync::LazyLock, thread, time::Duration,
};

use bp_core::{Clock, Executor, Runtime};
use futures::FutureExt;
use tokio::{
    runtime::{self, Handle},
    time::Instant,
};

pub use crate::{io::Udp, join_set::JoinSetTopUp};

/// A handle to the Tokio runtime in which it is used.
///
/// It has no size, so a job that keeps one for its timer is no larger for it.
///
/// # Panics
/// All but `now` panic outside a Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct Tokio;

impl Clock for Tokio {
    /// Tokio's own clock, which tests may pause.
    fn now(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        async move { tokio::time::sleep(duration).await }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        tokio::task::yield_now()
    }
}

impl Executor for Tokio {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(tokio::spawn(task));
    }

    /// Tokio's own handle, which costs no allocation.
    fn start<F>(&self, task: F) -> impl Future<Output = Option<F::Output>> + Send + Unpin + use<F>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        tokio::spawn(task).map(Result::ok)
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        let runtime = Handle::current();
        thread::spawn(move || runtime.block_on(task));
    }
}

/// Tokio's multi-threaded runtime, of which a task may run on any worker.
#[derive(Debug)]
pub struct MultiThread(runtime::Runtime);

impl Runtime for MultiThread {
    type Handle = Tokio;

    fn start(threads: NonZeroUsize, _seed: u64) -> Self {
        let mut builder = runtime::Builder::new_multi_thread();
        Self(build(builder.worker_threads(threads.get())))
    }

    fn handle(&self) -> &Tokio {
        &Tokio
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        run(&self.0, driver)
    }
}

/// Tokio's current-thread runtime: one thread, whatever is asked for.
#[derive(Debug)]
pub struct CurrentThread(runtime::Runtime);

impl Runtime for CurrentThread {
    type Handle = Tokio;

    fn start(_threads: NonZeroUsize, _seed: u64) -> Self {
        Self(build(&mut runtime::Builder::new_current_thread()))
    }

    fn handle(&self) -> &Tokio {
        &Tokio
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        run(&self.0, driver)
    }
}

fn build(builder: &mut runtime::Builder) -> runtime::Runtime {
    builder.enable_all().build().expect("the operating system gives a thread and an epoll instance")
}

fn run<T: Send + 'static>(
    runtime: &runtime::Runtime,
    driver: impl Future<Output = T> + Send + 'static,
) -> T {
    let driver = runtime.spawn(driver);
    // Nobody else holds its handle, so it ends by finishing or by panicking.
    runtime.block_on(driver).unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}
