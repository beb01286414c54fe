//! Every order in which the threads of a task group can meet.
//!
//! Run by `RUSTFLAGS="--cfg backpressure_loom" cargo test -p bp-core --test loom`, which is empty
//! otherwise. A member that nobody wakes, or a lock that is taken twice, is a deadlock, which loom
//! reports; what the models assert comes on top.
#![cfg(backpressure_loom)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod executor;

use std::{
    future::{Future, pending, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicUsize,
            Ordering::{Acquire, Release, SeqCst},
        },
    },
    task::{Context, Poll, Wake, Waker},
};

use bp_core::{Lost, TaskGroup, yield_once};
use futures::future::BoxFuture;
use loom::{future::block_on, sync::atomic::AtomicBool, thread};

use crate::executor::Model;

/// Runs `model` in every order, as many preemptions as `LOOM_MAX_PREEMPTIONS` allows.
fn explore(name: &str, model: fn(&Model)) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    loom::model(move || {
        counted.fetch_add(1, SeqCst);
        model(&Model::default());
    });
    println!("{name}: {} orders", runs.load(SeqCst));
}

macro_rules! models {
    ($($(#[doc = $doc:literal])+ fn $name:ident($threads:ident) $model:block)+) => {$(
        $(#[doc = $doc])+
        #[test]
        fn $name() {
            explore(stringify!($name), |$threads| $model);
        }
    )+};
}

/// A count that loom does not see: no order of threads makes it stale.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn up(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// Counts up when it has been polled twice.
fn counted(count: &Count) -> impl Future<Output = ()> + Send + use<> {
    let count = count.clone();
    async move {
        yield_once().await;
        count.up();
    }
}

/// Polls `future` once, and says whether it has ended.
fn poll_once(future: impl Future) -> bool {
    let mut future = pin!(future);
    block_on(poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())))
}

models! {
    /// Whoever parks while the group is dropped is woken, or does not park at all.
    fn a_drop_races_with_members_that_park(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(pending());
        group.spawn(pending());
        drop(group);
    }

    /// The same where a member is busy before it waits.
    fn a_drop_races_with_a_member_that_goes_on(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async {
            yield_once().await;
            pending().await
        });
        drop(group);
    }

    /// The last member that ends completes the join, whichever it is.
    fn a_join_waits_for_all(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        group.spawn(counted(&ended));
        block_on(group.join());
        assert_eq!(ended.get(), 2, "the join is over, and members are not");
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

    /// A panic comes out of the join, and ends the members that wait.
    fn a_panic_reaches_the_join_and_cancels(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async { resume_unwind(Box::new("planned")) });
        group.spawn(pending());
        let joined = catch_unwind(AssertUnwindSafe(|| block_on(group.join())));
        let panic = joined.expect_err("the join takes no notice of a panic");
        assert_eq!(panic.downcast_ref(), Some(&"planned"));
    }

    /// Of two panics one comes out of the join.
    fn one_of_two_panics_reaches_the_join(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async { resume_unwind(Box::new("planned")) });
        group.spawn(async { resume_unwind(Box::new("planned")) });
        let joined = catch_unwind(AssertUnwindSafe(|| block_on(group.join())));
        assert!(joined.is_err(), "the join takes no notice of two panics");
    }

    /// The drop of a group finds the last member on its way out.
    fn a_drop_races_with_members_that_end(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        group.spawn(async {});
        drop(group);
        assert!(ended.get() <= 1);
    }

    /// A join that is dropped cancels as the group does, though it holds nothing of it any more.
    fn the_drop_of_a_join_cancels(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(pending());
        group.spawn(counted(&ended));
        assert!(!poll_once(group.join()), "a member waits for ever, and the join is over");
    }

    /// The same where its last member ends at that moment.
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

    /// A handle says that its task was cancelled, and never waits for one that was.
    fn a_handle_of_a_cancelled_task_says_so(threads) {
        let group = TaskGroup::new(threads);
        let waits = group.start(pending::<()>());
        let ends = group.start(async {
            yield_once().await;
            7
        });
        drop(group);
        assert_eq!(block_on(waits), Err(Lost));
        assert!(matches!(block_on(ends), Ok(7) | Err(Lost)));
    }

    /// A member that asks in one poll, again and again, whether it is to go on, is told.
    fn whoever_asks_is_told_of_the_cancellation(threads) {
        let group = TaskGroup::new(threads);
        let cancellation = group.cancellation();
        group.spawn(async move {
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
