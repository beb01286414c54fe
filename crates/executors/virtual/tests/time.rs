//! The virtual clock: time moves only when nothing else can, and the same seed gives the same run.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

use bp_core::{Clock, Executor, Runtime, TaskGroup};
use bp_virtual::VirtualWorld;

const SECOND: Duration = Duration::from_secs(1);

fn world(seed: u64) -> VirtualWorld {
    VirtualWorld::start(NonZeroUsize::MIN, seed)
}

/// The order in which ten tasks that are ready at once get their turn.
fn order(seed: u64) -> Vec<u32> {
    let world = world(seed);
    let executor = world.handle().clone();
    world.run(async move {
        let order = Arc::new(Mutex::new(vec![]));
        let tasks = TaskGroup::new(&executor);
        for n in 0..10 {
            let order = order.clone();
            tasks.spawn(async move { order.lock().unwrap().push(n) });
        }
        tasks.join().await;
        order.lock().unwrap().clone()
    })
}

#[test]
fn the_seed_decides_who_goes_first() {
    assert_eq!(order(7), order(7));
    assert_eq!(order(0), Vec::from_iter(0..10));
    let orders: std::collections::HashSet<_> = (0..20).map(order).collect();
    assert!(orders.len() > 10, "{orders:?}");
}

#[test]
fn a_sleep_takes_no_time_and_exactly_as_long_as_asked() {
    let world = world(7);
    let clock = world.handle().clone();
    let times = world.run(async move {
        let mut times = vec![];
        for nanos in [0, 1, 999_999_999, 86_400_000_000_000] {
            let before = clock.now();
            clock.sleep(Duration::from_nanos(nanos)).await;
            times.push((clock.now() - before).as_nanos());
        }
        times
    });
    assert_eq!(times, [0, 1, 999_999_999, 86_400_000_000_000]);
}

#[test]
fn a_sleep_begins_when_it_is_polled() {
    let world = world(7);
    let clock = world.handle().clone();
    world.run(async move {
        let late = clock.sleep(SECOND);
        clock.sleep(SECOND).await;
        late.await;
        assert_eq!(clock.now(), 2 * SECOND);
    });
}

#[test]
fn yielding_takes_no_time() {
    let world = world(7);
    let executor = world.handle().clone();
    world.run(async move {
        let tasks = TaskGroup::new(&executor);
        tasks.spawn(executor.sleep(SECOND));
        for _ in 0..120 {
            executor.yield_now().await;
            assert_eq!(executor.now(), Duration::ZERO);
        }
        tasks.join().await;
    });
}

#[test]
fn a_loop_that_polls_and_yields_does_not_stop_the_clock() {
    let world = world(7);
    let executor = world.handle().clone();
    let seen = world.run(async move {
        let done = Arc::new(Mutex::new(false));
        let tasks = TaskGroup::new(&executor);
        let (sleep, flag) = (executor.sleep(SECOND), done.clone());
        tasks.spawn(async move {
            sleep.await;
            *flag.lock().unwrap() = true;
        });
        while !*done.lock().unwrap() {
            executor.yield_now().await;
        }
        executor.now()
    });
    assert_eq!(seen, SECOND);
}

#[test]
fn a_sleep_that_is_dropped_moves_no_clock() {
    let world = world(7);
    let clock = world.handle().clone();
    world.run(async move {
        let mut long = Box::pin(clock.sleep(3600 * SECOND));
        assert!(futures::poll!(&mut long).is_pending());
        drop(long);
        clock.sleep(SECOND).await;
        for _ in 0..2_000 {
            clock.yield_now().await; // nothing is left for which time could pass
        }
        assert_eq!(clock.now(), SECOND);
    });
}

#[test]
fn a_deadlock_is_said_and_does_not_hang() {
    let world = world(7);
    let ended = catch_unwind(AssertUnwindSafe(|| world.run(std::future::pending::<()>())));
    let message = *ended.unwrap_err().downcast::<&str>().unwrap();
    assert!(message.starts_with("deadlock"), "{message}");
}

#[test]
fn a_world_that_is_dropped_drops_its_tasks() {
    let alive = Arc::new(());
    let world = world(7);
    let executor = world.handle().clone();
    let (asleep, waiting) = (alive.clone(), alive.clone());
    world.run(async move {
        let sleep = executor.sleep(SECOND * 1_000_000);
        executor.spawn(async move {
            sleep.await;
            drop(asleep);
        });
        executor.spawn(async move {
            std::future::pending::<()>().await;
            drop(waiting);
        });
        executor.sleep(SECOND).await;
    });
    assert_eq!(Arc::strong_count(&alive), 3);
    drop(world);
    assert_eq!(Arc::strong_count(&alive), 1);
}
