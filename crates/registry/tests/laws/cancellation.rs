//! Dropping a run ends its jobs, whatever the strategy and wherever it stands.

use std::{
    future::Future,
    num::{NonZeroU32, NonZeroUsize},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bp_core::{Clock, Runtime, Strategy, Workload};
use bp_virtual::{Virtual, VirtualWorld};
use futures::future::{Either, select};

const LIMIT: NonZeroUsize = NonZeroUsize::new(8).unwrap();
const SECOND: Duration = Duration::from_secs(1);

/// Endless jobs of a second or so, each of which holds `alive` for as long as it exists.
struct Endless {
    alive: Arc<()>,
    admitted: Arc<AtomicU64>,
    jobs: u64,
}

impl Workload<Virtual> for Endless {
    type Output = ();

    fn len(&self) -> Option<u64> {
        Some(self.jobs)
    }

    fn job(&self, index: u64, clock: &Virtual) -> impl Future<Output = ()> + Send + 'static {
        self.admitted.fetch_add(1, Relaxed);
        let (alive, sleep) = (self.alive.clone(), clock.sleep(SECOND + index as u32 * SECOND / 64));
        async move {
            sleep.await;
            drop(alive);
        }
    }
}

/// Drops a run of `strategy` at `moment`; what is left of it a second later must be nothing.
fn drop_at(moment: Duration, seed: u64, name: &str, strategy: impl Strategy<Virtual>) {
    let (alive, admitted) = (Arc::new(()), Arc::new(AtomicU64::new(0)));
    let workload = Endless { alive: alive.clone(), admitted: admitted.clone(), jobs: 200 };
    let world = VirtualWorld::start(NonZeroUsize::MIN, seed);
    let clock = world.handle().clone();
    let (at_drop, later) = world.run(async move {
        {
            let run = std::pin::pin!(strategy.run(&workload, &clock));
            let over = std::pin::pin!(clock.sleep(moment));
            let dropped = matches!(select(run, over).await, Either::Right(_));
            assert!(dropped, "the run is over before it is dropped");
        }
        let at_drop = workload.admitted.load(Relaxed);
        drop(workload);
        clock.sleep(SECOND / 1000).await; // those that were woken get their turn
        (at_drop, admitted.load(Relaxed))
    });
    assert!(at_drop > 0, "{name} had not begun");
    assert_eq!(later, at_drop, "{name} went on after it was dropped at {moment:?}");
    assert_eq!(Arc::strong_count(&alive), 1, "{name}, dropped at {moment:?}: jobs are alive");
}

macro_rules! strategies {
    ($($test:ident $strategy:expr;)+) => {$(
        #[test]
        fn $test() {
            for seed in 0..5 {
                for moment in [1, 900, 1_001, 1_900, 2_500] {
                    let moment = Duration::from_millis(moment);
                    drop_at(moment, seed, stringify!($test), $strategy);
                }
            }
        }
    )+};
}

// But for those that shed: they are over with their first jobs, and law 7 drops them at each poll.
strategies! {
    sequential bp_sequential::Sequential;
    unbounded_spawn bp_unbounded_spawn::UnboundedSpawn;
    gather bp_unbounded_spawn::Gather;
    sleep_yield bp_sleep_yield::SleepYield;
    sleep_pause bp_sleep_yield::SleepPause { pause: SECOND / 1000 };
    batching bp_batching::Batching { size: LIMIT };
    batching_joined bp_batching::BatchingJoined { size: LIMIT };
    semaphore_before bp_semaphore::SemaphoreBefore { permits: LIMIT };
    semaphore_inside bp_semaphore::SemaphoreInside { permits: LIMIT };
    semaphore_tokio bp_semaphore::SemaphoreTokio { permits: LIMIT };
    bounded_channel bp_bounded_channel::BoundedChannel { workers: LIMIT, capacity: LIMIT };
    bounded_channel_tokio bp_bounded_channel::BoundedChannelTokio { workers: LIMIT, capacity: LIMIT };
    thread_pool bp_thread_pool::ThreadPool { threads: LIMIT };
    thread_pool_map bp_thread_pool::ThreadPoolMap { threads: LIMIT };
    as_completed bp_as_completed::AsCompleted { limit: LIMIT };
    as_completed_all bp_as_completed::AsCompletedAll;
    as_completed_polling bp_as_completed::AsCompletedPolling { limit: LIMIT };
    wait_any bp_wait_any::WaitAny { limit: LIMIT };
    materialize bp_materialize::Materialize { limit: LIMIT };
    materialize_spawned bp_materialize::MaterializeSpawned { limit: LIMIT };
    as_completed_library bp_as_completed::AsCompletedLibrary { limit: LIMIT };
    materialize_library bp_materialize::MaterializeLibrary { limit: LIMIT, window: LIMIT };
    materialize_library_spawned bp_materialize::MaterializeLibrarySpawned {
        limit: LIMIT,
        window: LIMIT,
        tasks: LIMIT,
    };
    materialize_window bp_materialize::MaterializeWindow { limit: LIMIT, window: LIMIT };
    rate_limit bp_rate_limit::RateLimit { permits: LIMIT, per_second: NonZeroU32::MAX };
    adaptive bp_adaptive::Adaptive { limit: LIMIT };
}
