//! One thread, for strategies that poll their jobs themselves.

use std::{future::Future, num::NonZeroUsize, time::Duration};

use async_io::Timer;
use bp_core::{Clock, Runtime};
use futures::executor::LocalPool;

/// The clock of a thread that runs one driver.
///
/// It is no [`Executor`](bp_core::Executor): a `LocalPool`'s spawner stays on its thread, so a
/// strategy that spawns does not compile for it.
#[derive(Clone, Copy, Debug)]
pub struct Local;

impl Clock for Local {
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

/// A `LocalPool` on the calling thread: one thread, whatever is asked for.
#[derive(Clone, Copy, Debug)]
pub struct LocalThread;

impl Runtime for LocalThread {
    type Handle = Local;

    fn start(_threads: NonZeroUsize, _seed: u64) -> Self {
        bp_core::open_reactor(&Local);
        Self
    }

    fn handle(&self) -> &Local {
        &Local
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        LocalPool::new().run_until(driver)
    }
}
