//! The executors of the `futures` crate, which bring neither reactor nor timer: those are
//! `async-io`'s.

mod io;
mod local;

use std::{future::Future, num::NonZeroUsize, panic::resume_unwind, thread, time::Duration};

use async_io::Timer;
use bp_core::{Clock, Executor, Runtime};
use futures::{FutureExt, channel::oneshot, executor::ThreadPool};

pub use crate::io::Udp;
pub use crate::local::{Local, LocalThread};

/// A handle to a thread pool.
#[derive(Clone, Debug)]
pub struct Pool(ThreadPool);

impl Clock for Pool {
    fn now(&self) -> Duration {
        bp_core::monotonic()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        async move {
            Timer::after(duration).await;
        }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        bp_core::yield_once()
    }
}

impl Executor for Pool {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn_ok(task);
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        thread::spawn(|| futures::executor::block_on(task));
    }
}

impl Runtime for Pool {
    type Handle = Self;

    fn start(threads: NonZeroUsize, _seed: u64) -> Self {
        let pool = ThreadPool::builder().pool_size(threads.get()).create();
        let pool = Self(pool.expect("the operating system gives a thread"));
        bp_core::open_reactor(&pool);
        pool
    }

    fn handle(&self) -> &Self {
        self
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        let (sender, receiver) = oneshot::channel();
        let driver = std::panic::AssertUnwindSafe(driver).catch_unwind();
        self.0.spawn_ok(driver.map(|ended| drop(sender.send(ended))));
        let ended = futures::executor::block_on(receiver).expect("the pool runs what it is given");
        ended.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
