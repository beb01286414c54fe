//! [`Spawn`], and ways to executors behind the features of their names.

use core::num::NonZeroUsize;
use std::thread;

/// An executor, or a way to one: what [`Bounded::spawned_on`](crate::Bounded::spawned_on) needs.
///
/// For Tokio, smol, async-std and the thread pool of futures there are ready ones in this module,
/// behind the features of the same names. For any other it is a line or two:
///
/// ```
/// use std::sync::mpsc;
///
/// use backpressure::Spawn;
/// use futures::future::{BoxFuture, FutureExt as _};
///
/// /// Sends tasks to a thread that polls them.
/// struct Sender(mpsc::Sender<BoxFuture<'static, ()>>);
///
/// impl Spawn for Sender {
///     fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
///         // A task that is not taken is dropped, and its stream says so.
///         let _ = self.0.send(task.boxed());
///     }
/// }
/// # let (sender, tasks) = mpsc::channel();
/// # Sender(sender).spawn(async {});
/// # futures::executor::block_on(tasks.recv().unwrap());
/// ```
pub trait Spawn {
    /// Starts a task, which runs until it is over whether anyone waits for it or not.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static);

    /// How many tasks can run at the same time: so many share the futures of a stream. As many as
    /// there are processors, unless the executor knows better.
    fn parallelism(&self) -> NonZeroUsize {
        thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
    }
}

impl<X: Spawn> Spawn for &X {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        (**self).spawn(task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        (**self).parallelism()
    }
}

/// The runtime of Tokio in whose context the stream is polled for the first time.
///
/// To name one from elsewhere, give its [`Handle`](tokio::runtime::Handle).
///
/// # Panics
/// Both methods do outside of any runtime, and so does the stream when it is polled there.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokio;

#[cfg(feature = "tokio")]
impl Spawn for Tokio {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        let workers = tokio::runtime::Handle::current().metrics().num_workers();
        NonZeroUsize::new(workers).unwrap_or(NonZeroUsize::MIN)
    }
}

/// A runtime of Tokio, from wherever the stream is polled. If it shuts down, it drops the tasks,
/// and the stream panics.
#[cfg(feature = "tokio")]
impl Spawn for tokio::runtime::Handle {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::runtime::Handle::spawn(self, task);
    }

    fn parallelism(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.metrics().num_workers()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// The global executor of smol. It has one thread, unless `SMOL_THREADS` says otherwise.
#[cfg(feature = "smol")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Smol;

#[cfg(feature = "smol")]
impl Spawn for Smol {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        smol::spawn(task).detach();
    }
}

/// The global executor of async-std.
#[cfg(feature = "async-std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct AsyncStd;

#[cfg(feature = "async-std")]
impl Spawn for AsyncStd {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        async_std::task::spawn(task);
    }
}

/// The thread pool of futures.
#[cfg(feature = "futures")]
impl Spawn for futures::executor::ThreadPool {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.spawn_ok(task);
    }
}
