//! A worker that finds the next job ready looks neither at the clock nor at its waker: it must ask
//! whether its run was dropped. On real threads, with jobs that are ready at once.

use std::{
    future::Future,
    hint::spin_loop,
    num::NonZeroUsize,
    pin::pin,
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    thread,
    time::Duration,
};

use bp_core::{Clock, Runtime, Strategy, Workload};
use bp_tokio::{MultiThread, Tokio};
use futures::future::select;

const ONE: NonZeroUsize = NonZeroUsize::MIN;
const MANY: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Jobs that go on, without yielding, until the run is dropped, and are ready at once after that.
struct Ready {
    alive: Arc<()>,
    started: Arc<AtomicU64>,
    dropped: Arc<AtomicBool>,
}

impl Workload<Tokio> for Ready {
    type Output = ();

    fn len(&self) -> Option<u64> {
        Some(64)
    }

    fn job(&self, _: u64, _: &Tokio) -> impl Future<Output = ()> + Send + 'static {
        let (alive, started) = (self.alive.clone(), self.started.clone());
        let dropped = self.dropped.clone();
        async move {
            started.fetch_add(1, Relaxed);
            while !dropped.load(Acquire) {
                spin_loop();
            }
            drop(alive);
        }
    }
}

/// How many jobs of a run have started once all that was left of it is gone.
fn started(strategy: impl Strategy<Tokio>) -> u64 {
    let alive = Arc::new(());
    let started = Arc::new(AtomicU64::new(0));
    let dropped = Arc::new(AtomicBool::new(false));
    let workload =
        Ready { alive: alive.clone(), started: started.clone(), dropped: dropped.clone() };
    let runtime = MultiThread::start(NonZeroUsize::new(2).unwrap(), 0);
    runtime.run(async move {
        let begun = async {
            while workload.started.load(Relaxed) == 0 {
                Tokio.sleep(Duration::from_millis(1)).await;
            }
        };
        let run = strategy.run(&workload, &Tokio);
        select(pin!(run), pin!(begun)).await;
    });
    dropped.store(true, Release);
    while Arc::strong_count(&alive) > 1 {
        thread::yield_now();
    }
    started.load(Relaxed)
}

#[test]
fn a_crew_of_one_starts_no_second_job() {
    let (workers, threads, capacity) = (ONE, ONE, MANY);
    assert_eq!(started(bp_bounded_channel::BoundedChannel { workers, capacity }), 1);
    assert_eq!(started(bp_bounded_channel::BoundedChannelTokio { workers, capacity }), 1);
    assert_eq!(started(bp_thread_pool::ThreadPool { threads }), 1);
    assert_eq!(started(bp_thread_pool::ThreadPoolMap { threads }), 1);
}
