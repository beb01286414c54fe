//! smol: `async-executor` on threads of its own, with the reactor and the timer of `async-io`.

mod io;

use std::{future::Future, num::NonZeroUsize, sync::Arc, thread, time::Duration};

use bp_core::{Clock, Executor, Runtime};
use smol::{Timer, channel};

pub use crate::io::Udp;

/// A handle to a running smol executor.
#[derive(Clone, Debug)]
pub struct Smol(Arc<smol::Executor<'static>>);

impl Clock for Smol {
    fn now(&self) -> Duration {
        bp_core::monotonic()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        async move {
            Timer::after(duration).await;
        }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        smol::future::yield_now()
    }
}

impl Executor for Smol {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task).detach();
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        thread::spawn(|| smol::block_on(task));
    }
}

/// The threads that run a smol executor, until dropped.
///
/// smol's global executor has one thread unless the environment says otherwise; here the number is
/// what is asked for.
#[derive(Debug)]
pub struct SmolThreads {
    handle: Smol,
    /// Closed by its drop, which ends the threads.
    _stop: channel::Sender<()>,
}

impl Runtime for SmolThreads {
    type Handle = Smol;

    fn start(threads: NonZeroUsize, _seed: u64) -> Self {
        let executor = Arc::new(smol::Executor::new());
        let (stop, stopped) = channel::bounded::<()>(1);
        for _ in 0..threads.get() {
            let (executor, stopped) = (executor.clone(), stopped.clone());
            thread::spawn(move || smol::block_on(executor.run(stopped.recv())));
        }
        let handle = Smol(executor);
        bp_core::open_reactor(&handle);
        Self { handle, _stop: stop }
    }

    fn handle(&self) -> &Smol {
        &self.handle
    }

    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        smol::block_on(self.handle.0.spawn(driver)) // a task hands its panic to who awaits it
    }
}
