//! Where tasks are shuttle's.

use std::{
    fmt,
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    task::{Poll, Waker},
    time::Duration,
};

use bp_core::{Clock, Executor};
use shuttle::{
    future::{block_on, spawn, yield_now},
    rand::{Rng, thread_rng},
    thread,
};

/// An executor whose every step is a choice of shuttle's scheduler.
///
/// It can be used within an execution of shuttle only.
#[derive(Clone, Default)]
pub struct Interleaved(Arc<World>);

#[derive(Default)]
struct World {
    /// The time that the latest sleep came to, in nanoseconds.
    now: AtomicU64,
    tasks: Mutex<Tasks>,
}

#[derive(Default)]
struct Tasks {
    alive: usize,
    /// Of who waits for the last of them to end.
    waits: Option<Waker>,
}

impl Interleaved {
    /// Completes when no task is alive.
    pub fn idle(&self) -> impl Future<Output = ()> + use<> {
        let world = self.0.clone();
        poll_fn(move |cx| {
            let mut tasks = world.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            if tasks.alive == 0 {
                return Poll::Ready(());
            }
            tasks.waits = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    fn enter(&self) -> Alive {
        self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).alive += 1;
        Alive(self.0.clone())
    }
}

/// Counts a task while it lives.
struct Alive(Arc<World>);

impl Drop for Alive {
    fn drop(&mut self) {
        let mut tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.alive -= 1;
        if tasks.alive == 0 {
            tasks.waits.take().into_iter().for_each(Waker::wake);
        }
    }
}

impl Clock for Interleaved {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.now.load(SeqCst))
    }

    /// Yields a few times, and has then taken as long as it should.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        let executor = self.clone();
        async move {
            let end = executor.now() + duration;
            for _ in 0..thread_rng().gen_range(0..4) {
                yield_now().await;
            }
            let end = u64::try_from(end.as_nanos()).expect("no model lasts for 584 years");
            executor.0.now.fetch_max(end, SeqCst);
        }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send + 'static {
        yield_now()
    }
}

impl Executor for Interleaved {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let alive = self.enter();
        drop(spawn(async move {
            task.await;
            drop(alive);
        }));
    }

    fn spawn_thread(&self, task: impl Future<Output = ()> + Send + 'static) {
        let alive = self.enter();
        drop(thread::spawn(move || {
            block_on(task);
            drop(alive);
        }));
    }
}

impl fmt::Debug for Interleaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interleaved").field("now", &self.now()).finish_non_exhaustive()
    }
}
