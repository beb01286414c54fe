use std::{
    future::{Future, poll_fn},
    num::NonZeroUsize,
    sync::LazyLock,
    task::Poll,
    time::{Duration, Instant},
};

use futures::{FutureExt, channel::oneshot};

/// Time, as jobs and strategies see it: real, or simulated by a virtual clock.
///
/// The futures are lazy: a sleep begins when it is first polled.
pub trait Clock: Clone + Send + Sync + 'static {
    /// Time on the clock that [`sleep`](Self::sleep) obeys, since an arbitrary beginning.
    fn now(&self) -> Duration;

    /// Completes once `duration` has passed on this clock, or a timer's tick later.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static;

    /// Lets other ready tasks run before the caller goes on.
    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static;
}

/// All that a strategy may ask of whatever runs its tasks.
pub trait Executor: Clock {
    /// Starts `task`, detached: nothing but its end, or that of the runtime, stops it.
    ///
    /// Strategies spawn through a [`TaskGroup`](crate::TaskGroup), which can cancel and contains
    /// panics.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static);

    /// Starts `task` and hands back what it yields; `None` if it is dropped before, or panics.
    /// Dropping the handle lets the task run on.
    ///
    /// For runtimes whose own handles can do that at no further cost; elsewhere a channel.
    fn start<F>(
        &self,
        task: F,
    ) -> impl Future<Output = Option<F::Output>> + Send + Unpin + use<Self, F>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.spawn(task.map(|output| drop(sender.send(output))));
        receiver.map(Result::ok)
    }

    /// Starts a thread of its own that blocks on `task`, detached.
    ///
    /// The task may use this executor's timers and sockets. On a virtual clock it is a task like
    /// any other, for there only waiting takes time.
    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static);
}

/// Owns the threads. Only what measures or tests starts one; a strategy never sees it.
pub trait Runtime: Sized {
    /// What it lends to strategies and jobs.
    type Handle: Clock;

    /// Starts a runtime with exactly `threads` workers, if the number can be chosen.
    ///
    /// `seed` decides the order of ready tasks where the runtime is deterministic.
    ///
    /// # Panics
    /// If the operating system refuses a thread.
    fn start(threads: NonZeroUsize, seed: u64) -> Self;

    /// What a process must have in its environment for [`start`](Self::start) to be obeyed, where a
    /// runtime's pool is global and reads its size there.
    fn environment(_threads: NonZeroUsize) -> Option<(&'static str, String)> {
        None
    }

    /// The handle to this runtime.
    fn handle(&self) -> &Self::Handle;

    /// Runs `driver` as a task of this runtime and waits for its output.
    ///
    /// It is spawned where the runtime can spawn: a main future in `block_on` is no worker, and a
    /// yield of it costs many times that of a task.
    ///
    /// # Panics
    /// If the driver panics.
    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T;
}

/// Real time since the first call in this process: [`Clock::now`] for executors on real clocks.
pub fn monotonic() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// Wakes itself and is ready when polled again: [`Clock::yield_now`] for executors without their
/// own.
pub fn yield_once() -> impl Future<Output = ()> + Send + 'static {
    let mut yielded = false;
    poll_fn(move |cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}
