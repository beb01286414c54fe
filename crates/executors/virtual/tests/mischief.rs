//! What a mischievous world does to its tasks, and what it leaves alone.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use bp_core::{Clock, Executor, Runtime, yield_once};
use bp_virtual::{Mischief, VirtualWorld};

const SECOND: Duration = Duration::from_secs(1);

/// Polls whoever became ready last.
struct Backwards;

impl Mischief for Backwards {
    fn next(&mut self, ready: usize) -> usize {
        ready - 1
    }
}

/// Polls the task in the first place at each other step.
struct Restless(bool);

impl Mischief for Restless {
    fn spurious(&mut self, _tasks: usize) -> Option<usize> {
        self.0 = !self.0;
        self.0.then_some(0)
    }
}

/// Lets time pass whenever it can, and shows a new waker at each poll.
struct Late;

impl Mischief for Late {
    fn late(&mut self) -> bool {
        true
    }

    fn changed_waker(&mut self) -> bool {
        true
    }
}

#[test]
fn who_became_ready_last_may_be_first() {
    let world = VirtualWorld::mischievous(Backwards);
    let order: Arc<Mutex<Vec<u32>>> = Arc::default();
    for n in 0..5 {
        let order = order.clone();
        world.handle().spawn(async move { order.lock().unwrap().push(n) });
    }
    while world.step() {}
    assert_eq!(*order.lock().unwrap(), [4, 3, 2, 1, 0]);
    assert_eq!(world.handle().tasks(), 0);
}

#[test]
fn a_task_that_nobody_wakes_may_be_polled() {
    let world = VirtualWorld::mischievous(Restless(false));
    let polls: Arc<Mutex<u32>> = Arc::default();
    let seen = polls.clone();
    world.handle().spawn(poll_fn(move |_| {
        *seen.lock().unwrap() += 1;
        Poll::<()>::Pending
    }));
    let clock = world.handle().clone();
    world.run(async move {
        for _ in 0..10 {
            clock.sleep(SECOND).await;
        }
    });
    assert!(*polls.lock().unwrap() >= 10, "{polls:?}");
    assert_eq!(world.handle().now(), 10 * SECOND, "a sleep that is polled early sleeps on");
}

#[test]
fn time_may_pass_while_a_task_is_ready_and_its_wakers_are_never_the_same() {
    let world = VirtualWorld::mischievous(Late);
    let clock = world.handle().clone();
    let sleeper = world.handle().clone();
    world.handle().spawn(async move { sleeper.sleep(SECOND).await });
    let late = world.run(async move {
        let mut wakers: Vec<Waker> = vec![];
        for _ in 0..3 {
            poll_fn(|cx| {
                wakers.push(cx.waker().clone());
                Poll::Ready(())
            })
            .await;
            yield_once().await;
        }
        let same = wakers.windows(2).any(|pair| pair[0].will_wake(&pair[1]));
        assert!(!same);
        wakers[0].wake_by_ref(); // and the old ones are valid
        clock.now()
    });
    assert_eq!(late, SECOND, "it was ready all the time");
}

#[test]
fn at_this_instant_the_clock_stands() {
    let world = VirtualWorld::mischievous(Backwards);
    let clock = world.handle().clone();
    world.handle().spawn(async move {
        clock.yield_now().await;
        clock.sleep(SECOND).await;
    });
    while world.step_now() {}
    assert_eq!((world.handle().now(), world.handle().tasks()), (Duration::ZERO, 1));
    while world.step() {}
    assert_eq!((world.handle().now(), world.handle().tasks()), (SECOND, 0));
}

#[test]
fn a_task_that_panics_when_it_is_dropped_takes_nobody_with_it() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("dropped"));
        }
    }
    let world = VirtualWorld::mischievous(Backwards);
    let panics = Panics;
    world.handle().spawn(poll_fn(move |_| {
        let _ = &panics;
        Poll::Ready(())
    }));
    while world.step() {}
    assert_eq!(world.handle().tasks(), 0);
}
