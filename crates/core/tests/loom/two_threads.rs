//! A group and one member, or none that has a thread: few enough orders to try all.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex,
        atomic::Ordering::{Acquire, Release},
    },
    task::{Context, Wake, Waker},
};

use bp_core::{TaskGroup, yield_once};
use futures::future::BoxFuture;
use loom::{future::block_on, sync::atomic::AtomicBool, thread};

use crate::{Count, counted, executor::Model, explore, poll_once};

models! {
    /// Whoever parks while the group is dropped is woken, or does not park at all.
    fn a_drop_races_with_a_member_that_parks(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(pending());
        drop(group);
    }

    /// The same where a member is busy before it waits.
    fn a_drop_races_with_a_member_that_goes_on(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async {
            yield_once().await;
            pending::<()>().await;
        });
        drop(group);
    }

    /// A join is over when members have ended before it begins.
    fn a_join_may_come_late(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        while ended.get() == 0 {
            thread::yield_now();
        }
        block_on(group.join());
    }

    /// A join is dropped when its last member ends.
    fn the_drop_of_a_join_races_with_the_last_member(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        let over = poll_once(group.join());
        assert!(!over || ended.get() == 1);
    }

    /// A task whose handle is dropped runs on, and is waited for.
    fn a_dropped_handle_lets_its_task_run(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        drop(group.start(counted(&ended)));
        block_on(group.join());
        assert_eq!(ended.get(), 1, "the task ended with its handle");
    }

    /// What a task yields comes out of its handle, and the task is a member as any other.
    fn a_handle_hands_over_what_its_task_yields(threads) {
        let group = TaskGroup::new(threads);
        let handle = group.start(async {
            yield_once().await;
            7
        });
        assert_eq!(block_on(handle), Ok(7));
        block_on(group.join());
    }

    /// Whoever asks again and again, and is no member, which would contain its panic, is told.
    fn whoever_asks_is_told_of_the_cancellation(threads) {
        let group = TaskGroup::new(threads);
        let cancellation = group.cancellation();
        thread::spawn(move || {
            while !cancellation.requested() {
                thread::yield_now();
            }
        });
        drop(group);
    }

    /// Whoever knows that the group is dropped knows that it is cancelled.
    fn a_cancellation_is_seen_by_whoever_knows_of_the_drop(threads) {
        let group = TaskGroup::new(threads);
        let cancellation = group.cancellation();
        let dropped = Arc::new(AtomicBool::new(false));
        let known = dropped.clone();
        thread::spawn(move || {
            let known = known.load(Acquire);
            assert!(!known || cancellation.requested(), "it is dropped, and not cancelled");
        });
        drop(group);
        dropped.store(true, Release);
    }

    /// The last waker of a task may hold the task: another member, whose end takes the same lock.
    fn a_waker_is_dropped_outside_of_the_lock(_threads) {
        let shelf = Model::shelved();
        let group = TaskGroup::new(&shelf);
        let held = parked(&group, &shelf, Waker::noop());
        let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(held)))));
        let holder = parked(&group, &shelf, &waker);
        drop(waker);
        drop(holder);
    }

    /// A waker may run, or drop, what it wakes: the end of a member takes the same lock.
    fn a_waker_is_woken_outside_of_the_lock(_threads) {
        let shelf = Model::shelved();
        let group = TaskGroup::new(&shelf);
        let held = parked(&group, &shelf, Waker::noop());
        let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(held)))));
        let holder = parked(&group, &shelf, &waker);
        drop(group);
        drop(holder);
    }

    /// A panic comes out of the join, whichever is first.
    fn a_panic_races_with_the_join(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async { resume_unwind(Box::new("planned")) });
        let joined = catch_unwind(AssertUnwindSafe(|| block_on(group.join())));
        assert!(joined.is_err(), "the join takes no notice of a panic");
    }
}

/// A member that has been polled once, with `waker`.
fn parked(group: &TaskGroup<'_, Model>, shelf: &Model, waker: &Waker) -> BoxFuture<'static, ()> {
    group.spawn(pending());
    let mut task = shelf.take();
    assert!(task.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    task
}

/// A waker that holds a task, and drops it when it is woken.
struct Holds(Mutex<Option<BoxFuture<'static, ()>>>);

impl Wake for Holds {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap().take());
    }
}
