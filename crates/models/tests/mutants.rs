//! What the judge of the models is worth: strategies that are wrong in one way each are caught, by
//! the promise that they break, and the same without a fault is not.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::poll_fn,
    mem,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Arc, Mutex},
    task::{Poll, Waker},
};

use async_lock::Semaphore;
use bp_core::{Claims, Job, Order, Strategy, TaskGroup, Workload, yield_once};
use bp_models::{Effort, Interleaved, Subject, check};
use futures::FutureExt;
use shuttle::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The permit is given back before the job has run.
    PermitDroppedEarly,
    /// The group is forgotten when the run is dropped, and its tasks go on.
    NotCancelled,
    /// It is over when the source is, whoever still runs.
    EndDoesNotWait,
    /// Outputs are delivered as they come, and the order of the source is promised.
    Unordered,
    /// The panic of a consumer is caught, and that is all.
    PanicSwallowed,
    /// All jobs are taken from the source before there is a permit for them.
    EagerPull,
    /// Two tasks may both find one place free before either takes it.
    CheckedBeforeTaken,
    /// A place that becomes free before somebody waits for it wakes nobody.
    LostWake,
}

use Fault::*;

struct Mutant {
    limit: NonZeroUsize,
    fault: Option<Fault>,
    /// Whether all tasks exist at once, and wait for their places there.
    inside: bool,
}

impl Mutant {
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

impl Strategy<Interleaved> for Mutant {
    fn claims(&self) -> Claims {
        let window = if self.inside { None } else { Some(self.limit) };
        let order = if self.has(Unordered) { Order::Input } else { Order::Any };
        Claims { limit: Some(self.limit), window, order, ..Claims::default() }
    }

    async fn run<W: Workload<Interleaved>>(&self, workload: &W, executor: &Interleaved) {
        let semaphore = Arc::new(Semaphore::new(self.limit.get()));
        let places = Arc::new(Places::new(self.limit));
        let group = Some(TaskGroup::new(executor));
        let mut group = Forgettable { inner: group, forgotten: self.has(NotCancelled) };
        let tasks = group.inner.as_ref().unwrap();
        let mut eager = vec![];
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            if self.has(EagerPull) {
                eager.push(job);
                continue;
            }
            if self.inside {
                tasks.spawn(within(places.clone(), self.fault, job));
                continue;
            }
            let mut permit = Some(semaphore.acquire_arc().await);
            if self.has(PermitDroppedEarly) {
                permit = None;
            }
            let task = job.delivered().map(|()| drop(permit));
            if self.has(PanicSwallowed) {
                tasks.spawn(AssertUnwindSafe(task).catch_unwind().map(drop));
            } else {
                tasks.spawn(task);
            }
        }
        for job in eager {
            let permit = semaphore.acquire_arc().await;
            tasks.spawn(job.delivered().map(|()| drop(permit)));
        }
        if !self.has(EndDoesNotWait) {
            group.inner.take().unwrap().join().await;
        }
    }
}

/// What is dropped, unless it is to be forgotten.
struct Forgettable<T> {
    inner: Option<T>,
    forgotten: bool,
}

impl<T> Drop for Forgettable<T> {
    fn drop(&mut self) {
        if self.forgotten {
            mem::forget(self.inner.take());
        }
    }
}

/// A semaphore of shuttle's atomics, which switches wherever it is touched.
struct Places {
    free: AtomicUsize,
    waiting: Mutex<Vec<Waker>>,
}

impl Places {
    fn new(limit: NonZeroUsize) -> Self {
        Self { free: AtomicUsize::new(limit.get()), waiting: Mutex::default() }
    }

    fn take(&self, fault: Option<Fault>) -> bool {
        if fault != Some(CheckedBeforeTaken) {
            return self.free.fetch_update(SeqCst, SeqCst, |free| free.checked_sub(1)).is_ok();
        }
        let free = self.free.load(SeqCst);
        if free > 0 {
            self.free.store(free - 1, SeqCst);
        }
        free > 0
    }
}

async fn within(places: Arc<Places>, fault: Option<Fault>, job: impl Job) {
    poll_fn(|cx| {
        if places.take(fault) {
            return Poll::Ready(());
        }
        places.free.load(SeqCst); // whoever gives a place back here sees nobody wait
        places.waiting.lock().unwrap().push(cx.waker().clone());
        if fault != Some(LostWake) && places.take(fault) {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
    yield_once().await; // what is asked above lasts, and meanwhile the run may have been dropped
    let ended = AssertUnwindSafe(job.delivered()).catch_unwind().await;
    places.free.fetch_add(1, SeqCst);
    let waiting = mem::take(&mut *places.waiting.lock().unwrap());
    waiting.into_iter().for_each(Waker::wake);
    ended.unwrap_or_else(|panic| resume_unwind(panic));
}

fn found(fault: Option<Fault>, inside: bool) -> Result<(), String> {
    let subject = Subject::new("mutant", move |given| Mutant { limit: given.limit, fault, inside });
    check(&subject, &Effort { schedules: 2_000, seed: 1, prints: false })
}

fn caught(fault: Fault, promise: &str) {
    let inside = matches!(fault, CheckedBeforeTaken | LostWake);
    let found = found(Some(fault), inside).expect_err("no schedule shows it");
    assert!(found.starts_with(promise), "{found}");
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(found(None, false), Ok(()));
    assert_eq!(found(None, true), Ok(()));
}

macro_rules! mutants {
    ($($name:ident $fault:ident $promise:literal;)+) => {$(
        #[test]
        fn $name() {
            caught($fault, $promise);
        }
    )+};
}

mutants! {
    a_permit_dropped_early PermitDroppedEarly "limit: ";
    a_group_that_is_missing NotCancelled "cancellation: ";
    an_end_that_does_not_wait EndDoesNotWait "once: ";
    outputs_out_of_order Unordered "order: ";
    a_panic_swallowed PanicSwallowed "failure: ";
    a_source_emptied EagerPull "window: ";
    a_check_before_the_act CheckedBeforeTaken "limit: ";
    a_lost_wake LostWake "deadlock!";
}
