//! Virtual time on one thread: the clock moves only when no task is ready, or when those that are
//! do nothing but yield; a seed picks the next ready task.
//!
//! What runs here is exact: the same seed gives the same schedule, a sleep of an hour takes no
//! time, and a makespan is what the rule of a strategy implies, to the nanosecond.
//!
//! ```
//! use std::{num::NonZeroUsize, time::Duration};
//! use bp_core::{Clock, Runtime};
//! use bp_virtual::VirtualWorld;
//!
//! let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
//! let clock = world.handle().clone();
//! world.run(async move { clock.sleep(Duration::from_secs(3600)).await });
//! assert_eq!(world.handle().now(), Duration::from_secs(3600));
//! ```

mod io;
mod mischief;
mod world;

use std::{
    fmt,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use bp_core::{Clock, Executor, Runtime};
use futures::{FutureExt, channel::oneshot};

use crate::world::{Timer, World, lock};
pub use crate::{io::NoSocket, mischief::Mischief};

/// A handle to a virtual world.
#[derive(Clone)]
pub struct Virtual(Arc<World>);

impl Virtual {
    /// How many polls of tasks there were.
    pub fn polls(&self) -> u64 {
        self.0.polls()
    }

    /// How many tasks have panicked. Whoever spawned them is not told.
    pub fn panics(&self) -> u64 {
        self.0.panics()
    }

    /// How many handles have yielded what their task did, or that it panicked.
    pub fn answers(&self) -> u64 {
        self.0.answers()
    }

    /// How many tasks are alive.
    pub fn tasks(&self) -> usize {
        self.0.tasks()
    }
}

impl Clock for Virtual {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.now())
    }

    /// # Panics
    /// When polled, if the clock would pass 2⁶⁴ nanoseconds, some 584 years.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        let mut sleep = Sleep { world: self.0.clone(), timer: None };
        poll_fn(move |cx| {
            let Sleep { world, timer } = &mut sleep;
            let timer = timer.get_or_insert_with(|| world.timer(duration));
            if world.now() >= timer.at {
                return Poll::Ready(());
            }
            world.wake_at(timer, cx.waker());
            Poll::Pending
        })
    }

    /// Goes on at the same instant, once all that is ready has had its turn. A task that does
    /// nothing but yield is taken to be busy waiting, and time passes.
    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        let world = self.0.clone();
        let mut yielded = false;
        poll_fn(move |cx| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            world.yield_to_others(cx.waker());
            Poll::Pending
        })
    }
}

/// A sleep that has begun when it has a timer. Dropped, it leaves no alarm behind.
struct Sleep {
    world: Arc<World>,
    timer: Option<Timer>,
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = &mut self.timer {
            self.world.forget(timer);
        }
    }
}

impl Executor for Virtual {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task);
    }

    /// As elsewhere, and the handle is counted when it yields.
    fn start<F>(&self, task: F) -> impl Future<Output = Option<F::Output>> + Send + Unpin + use<F>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.spawn(task.map(|output| drop(sender.send(output))));
        let world = self.0.clone();
        receiver.map(move |output| {
            world.answer();
            output.ok()
        })
    }

    /// A thread that waits and a task that waits are the same where only waiting takes time.
    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task);
    }
}

/// Owns a virtual world. Dropped, it drops the tasks in it.
#[derive(Debug)]
pub struct VirtualWorld(Virtual);

impl VirtualWorld {
    /// A world in which `mischief` decides what an executor is free to decide.
    pub fn mischievous(mischief: impl Mischief) -> Self {
        Self(Virtual(Arc::new(World::new(0, Some(Box::new(mischief))))))
    }

    /// Polls one task, once the clock has moved to where one is ready; false if no task is ready
    /// and no timer is set: what is alive then waits for ever.
    pub fn step(&self) -> bool {
        self.0.0.step()
    }

    /// Polls one task that is ready at this instant, or has yielded; false if there is none.
    pub fn step_now(&self) -> bool {
        self.0.0.step_now()
    }
}

impl Runtime for VirtualWorld {
    type Handle = Virtual;

    /// There is always one thread; the order of ready tasks follows from `seed`. With seed 0 it is
    /// that in which they became ready, as on most executors of one thread.
    fn start(_threads: NonZeroUsize, seed: u64) -> Self {
        Self(Virtual(Arc::new(World::new(seed, None))))
    }

    fn handle(&self) -> &Virtual {
        &self.0
    }

    /// # Panics
    /// If the driver panics, and if nothing is ready, no timer is set and the driver has not
    /// ended: a deadlock.
    fn run<T: Send + 'static>(&self, driver: impl Future<Output = T> + Send + 'static) -> T {
        let output = Arc::new(Mutex::new(None));
        let slot = output.clone();
        self.0.spawn(async move {
            let mut driver = Box::pin(driver);
            let ended =
                poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| driver.as_mut().poll(cx))) {
                    Ok(Poll::Pending) => Poll::Pending,
                    Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
                    Err(panic) => Poll::Ready(Err(panic)),
                });
            *lock(&slot) = Some(ended.await);
        });
        loop {
            if let Some(ended) = lock(&output).take() {
                return ended.unwrap_or_else(|panic| resume_unwind(panic));
            }
            let progress = self.step();
            assert!(
                progress,
                "deadlock: no task is ready, no timer is set, and the run is not over"
            );
        }
    }
}

impl Drop for VirtualWorld {
    fn drop(&mut self) {
        self.0.0.clear();
    }
}

impl fmt::Debug for Virtual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Virtual").field("now", &self.now()).finish_non_exhaustive()
    }
}
