//! async-std, legacy: it is no longer maintained (RUSTSEC-2025-0052) and is here for those who
//! still run it. Its reactor and timer are those of `async-io`.

mod io;

use std::{future::Future, num::NonZeroUsize, thread, time::Duration};

use async_std::task;
use bp_core::{Clock, Executor, Runtime};

pub use crate::io::{Stream, Udp};

/// async-std's global executor.
#[derive(Clone, Copy, Debug)]
pub struct AsyncStd;

impl Clock for AsyncStd {
    fn now(&self) -> Duration {
        bp_core::monotonic()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        async move { task::sleep(duration).await }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        task::yield_now()
    }
}

impl Executor for AsyncStd {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(task::spawn(task));
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        thread::spawn(|| task::block_on(task));
    }
}

impl Runtime for AsyncStd {
    type Handle = Self;

    /// The pool is global and reads its size from the [environment](Self::environment) when it is
    /// first used; `threads` is obeyed only by that.
    fn start(_threads: NonZeroUsize, _seed: u64) -> Self {
        bp_core::open_reactor(&Self);
        Self
    }

    fn environment(threads: NonZeroUsize) -> Option<(&'static str, String)> {
        Some(("ASYNC_STD_THREAD_COUNT", threads.to_string()))
    }

    fn handle(&self) -> &Self {
        self
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        task::block_on(task::spawn(driver)) // a task hands its panic to who awaits it
    }
}
