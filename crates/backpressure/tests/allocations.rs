//! Once as many slots exist as ever ran at a time, nothing is allocated for a job.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::{Future, poll_fn},
    num::NonZeroUsize,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use backpressure::{IteratorExt as _, Spawn};
use bp_observe::memory::{self, Counting};
use futures::{FutureExt, Stream, future::BoxFuture};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The allocations of a piece of work. There is one meter, so the pieces come one after another.
fn allocations(work: impl FnOnce()) -> u64 {
    let meter = memory::begin().expect("the allocator is installed");
    work();
    meter.finish().allocations
}

/// Wakes itself so many times before it ends.
fn yields(times: usize) -> impl Future<Output = usize> + Send {
    let mut left = times;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(times);
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Takes so many outputs, however often it has to ask.
fn take<S: Stream + Unpin>(stream: &mut S, count: usize) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut left = count;
    while left > 0 {
        match Pin::new(&mut *stream).poll_next(&mut cx) {
            Poll::Ready(Some(_)) => left -= 1,
            Poll::Ready(None) => panic!("the source is endless"),
            Poll::Pending => {}
        }
    }
}

/// Those of 10,000 jobs of a stream that has had as many.
fn in_steady_state<S: Stream + Unpin>(mut stream: S) -> u64 {
    take(&mut stream, 10_000);
    allocations(|| take(&mut stream, 10_000))
}

/// Polls its tasks when it is told to.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Spawn for Shelf {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.lock().unwrap().push(task.boxed());
    }

    fn parallelism(&self) -> NonZeroUsize {
        NonZeroUsize::new(2).unwrap()
    }
}

/// A stream whose tasks are polled whenever it has nothing.
struct Driven<S>(S, Shelf);

impl<S: Stream + Unpin> Stream for Driven<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let next = Pin::new(&mut self.0).poll_next(cx);
        if next.is_pending() {
            for task in &mut *self.1.0.lock().unwrap() {
                assert!(task.as_mut().poll(cx).is_pending(), "the source is endless");
            }
        }
        next
    }
}

/// One test, for the meter sees all threads of the process.
#[test]
fn a_job_allocates_nothing() {
    for limit in [1, 7, 200] {
        for turns in [0, 1, 3] {
            let jobs = || (0_usize..).map(move |number| yields((number % 2) * turns));
            let tried = || jobs().map(|job| Ok::<_, ()>(job.map(Ok)));
            let case = format!("limit {limit}, {turns} turns");
            assert_eq!(in_steady_state(jobs().materialize(limit)), 0, "{case}");
            assert_eq!(in_steady_state(jobs().materialize(limit).window(4 * limit)), 0, "{case}");
            assert_eq!(in_steady_state(jobs().as_completed(limit)), 0, "{case}");
            assert_eq!(in_steady_state(tried().try_materialize(limit)), 0, "{case}");
            let shelf = Shelf::default();
            let spawned = jobs().materialize(limit).spawned_on(shelf.clone());
            assert_eq!(in_steady_state(Driven(spawned, shelf)), 0, "{case}");
            let shelf = Shelf::default();
            let spawned = jobs().as_completed(limit).spawned_on(shelf.clone());
            assert_eq!(in_steady_state(Driven(spawned, shelf)), 0, "{case}");
        }
    }
}
