//! The contract itself: what the source, the group and the outputs promise to every strategy.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::{Future, pending},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bp_core::{Clock, Deliver, Lost, Runtime, TaskGroup, Uncontained, Workload};
use bp_virtual::{Virtual, VirtualWorld};
use futures::{FutureExt, StreamExt};

const SECOND: Duration = Duration::from_secs(1);

fn world() -> VirtualWorld {
    VirtualWorld::start(NonZeroUsize::MIN, 7)
}

/// Counts itself while it lives.
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// One job a second, of which the third panics.
struct Sour;

impl Workload<Virtual> for Sour {
    type Output = ();

    fn len(&self) -> Option<u64> {
        Some(5)
    }

    fn arrival(&self, index: u64) -> Duration {
        SECOND * index as u32
    }

    fn job(&self, index: u64, _: &Virtual) -> impl Future<Output = ()> + Send + 'static {
        async move { assert_ne!(index, 2, "sour") }
    }
}

#[test]
fn a_job_that_panics_is_lost_and_the_others_are_not() {
    let world = world();
    let executor = world.handle().clone();
    let succeeded = world.run(async move {
        let jobs = Sour.jobs(&executor).stream();
        jobs.then(|job| job.map(|output| output.succeeded())).collect::<Vec<_>>().await
    });
    assert_eq!(succeeded, [true, true, false, true, true]);
}

#[test]
fn a_panic_that_says_so_is_not_contained() {
    struct Raw;
    impl Workload<Virtual> for Raw {
        type Output = ();

        fn len(&self) -> Option<u64> {
            Some(1)
        }

        fn job(&self, _: u64, _: &Virtual) -> impl Future<Output = ()> + Send + 'static {
            async { resume_unwind(Box::new(Uncontained)) }
        }
    }
    let world = world();
    let executor = world.handle().clone();
    let run = move || world.run(async move { Raw.jobs(&executor).next().await.unwrap().await });
    let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&Uncontained));
}

#[test]
fn the_source_waits_for_arrivals_and_stays_dry() {
    let world = world();
    let executor = world.handle().clone();
    let arrivals = world.run(async move {
        let mut jobs = Sour.jobs(&executor);
        let mut arrivals = vec![];
        while jobs.next().await.is_some() {
            arrivals.push(executor.now());
        }
        assert!(jobs.next().await.is_none(), "dry sources stay dry");
        arrivals
    });
    assert_eq!(arrivals, [0, 1, 2, 3, 4].map(|second| SECOND * second));
}

#[test]
fn a_batch_is_as_long_as_asked_but_for_the_last() {
    let world = world();
    let executor = world.handle().clone();
    let sizes = world.run(async move {
        let mut jobs = Sour.jobs(&executor);
        let mut sizes = vec![];
        while let Some(batch) = jobs.batch(NonZeroUsize::new(2).unwrap()).await {
            sizes.push(batch.len());
        }
        sizes
    });
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn an_admission_that_is_dropped_admits_nothing() {
    let world = world();
    let executor = world.handle().clone();
    world.run(async move {
        let mut jobs = Sour.jobs(&executor);
        assert!(jobs.next().await.is_some());
        assert!(jobs.next().now_or_never().is_none(), "the second arrives in a second");
        let rest = jobs.stream().collect::<Vec<_>>().await;
        assert_eq!(rest.len(), 4);
    });
}

#[test]
fn join_waits_for_every_member() {
    let world = world();
    let executor = world.handle().clone();
    world.run(async move {
        let alive = Arc::default();
        let tasks = TaskGroup::new(&executor);
        for n in 1..=10 {
            let alive = Alive::new(&alive);
            tasks.spawn(executor.sleep(SECOND * n).map(|()| drop(alive)));
        }
        tasks.join().await;
        assert_eq!((alive.load(Relaxed), executor.now()), (0, 10 * SECOND));
    });
}

#[test]
fn a_group_that_is_dropped_cancels_what_waits_and_what_has_not_begun() {
    let world = world();
    let executor = world.handle().clone();
    world.run(async move {
        let alive = Arc::default();
        let tasks = TaskGroup::new(&executor);
        for _ in 0..10 {
            let alive = Alive::new(&alive);
            tasks.spawn(pending().map(|()| drop(alive)));
        }
        executor.sleep(SECOND).await; // now they wait
        let unborn = Alive::new(&alive);
        tasks.spawn(async move {
            let _unborn = unborn;
            panic!("it starts after the group has gone");
        });
        drop(tasks);
        executor.sleep(SECOND).await;
        assert_eq!(alive.load(Relaxed), 0);
    });
}

#[test]
fn a_join_that_is_dropped_cancels_as_well() {
    let world = world();
    let executor = world.handle().clone();
    world.run(async move {
        let alive = Arc::default();
        let tasks = TaskGroup::new(&executor);
        let member = Alive::new(&alive);
        tasks.spawn(pending().map(|()| drop(member)));
        executor.sleep(SECOND).await;
        assert!(tasks.join().now_or_never().is_none());
        executor.sleep(SECOND).await;
        assert_eq!(alive.load(Relaxed), 0);
    });
}

#[test]
fn the_panic_of_a_member_reaches_who_joins_and_cancels_the_rest() {
    let world = world();
    let executor = world.handle().clone();
    let alive = Arc::<AtomicUsize>::default();
    let count = alive.clone();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        world.run(async move {
            let tasks = TaskGroup::new(&executor);
            let sibling = Alive::new(&count);
            tasks.spawn(pending().map(|()| drop(sibling)));
            tasks.spawn(async { std::panic::panic_any("mine") });
            tasks.join().await;
        });
    }));
    assert_eq!(ended.unwrap_err().downcast_ref(), Some(&"mine"));
    world.run({
        let clock = world.handle().clone();
        async move { clock.sleep(SECOND).await }
    });
    assert_eq!(alive.load(Relaxed), 0);
}

#[test]
fn a_started_task_hands_back_its_output_or_says_that_it_is_lost() {
    let world = world();
    let executor = world.handle().clone();
    world.run(async move {
        let tasks = TaskGroup::new(&executor);
        assert_eq!(tasks.start(async { 7 }).await, Ok(7));
        let endless = tasks.start(pending::<()>());
        drop(tasks);
        assert_eq!(endless.await, Err(Lost));
    });
}
