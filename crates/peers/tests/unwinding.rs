//! What each crate does with a job that unwinds out of its poll, in the fewest lines and without a
//! law: whoever polls it catches the panic, and polls it again.
//!
//! The laws see that the panic reaches whoever awaits the run, and then drop the run. Here it goes
//! on, as a server does that catches a panic and lives.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::{Future, Ready, ready},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use async_executor::Executor;
use async_lock::Semaphore;
use bp_core::yield_once;
use buffer_unordered_weighted::StreamExt as _;
use fast_ordered_buffer::FobStreamExt;
use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use futures_buffered::BufferedStreamExt;
use futures_concurrency::prelude::*;
use par_stream::{ParParamsConfig, ParStreamExt};
use pumps::{Concurrency, Pipeline};
use tower::{Service, limit::ConcurrencyLimit, service_fn};

const JOBS: usize = 8;
const LIMIT: usize = 3;
/// The job that unwinds, at its second poll.
const SOUR: usize = 1;

/// What was seen of all jobs.
#[derive(Default)]
struct Books {
    drops: [usize; JOBS],
    made: usize,
    delivered: Vec<usize>,
    in_flight: usize,
    unwound: bool,
    polled_again: usize,
    /// Most in flight since a job unwound.
    peak_after: usize,
}

type Shared = Arc<Mutex<Books>>;

fn open(books: &Shared) -> MutexGuard<'_, Books> {
    books.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// A job that is done at its third poll.
struct Job {
    index: usize,
    polls: usize,
    books: Shared,
}

impl Future for Job {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        self.polls += 1;
        let Self { index, polls, .. } = *self;
        let mut books = open(&self.books);
        books.in_flight += usize::from(polls == 1);
        if books.unwound {
            books.peak_after = books.peak_after.max(books.in_flight);
        }
        match polls {
            2.. if index == SOUR => {
                books.polled_again += usize::from(polls > 2);
                books.in_flight -= usize::from(polls == 2);
                books.unwound = true;
                drop(books);
                resume_unwind(Box::new("sour"))
            }
            3.. => {
                books.in_flight -= 1;
                Poll::Ready(index)
            }
            _ => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        open(&self.books).drops[self.index] += 1;
    }
}

fn jobs(books: &Shared) -> BoxStream<'static, Job> {
    let books = books.clone();
    let job = move |index| {
        open(&books).made += 1;
        Job { index, polls: 0, books: books.clone() }
    };
    stream::iter(0..JOBS).map(job).boxed()
}

/// How it went on, for a consumer that catches a panic and polls again.
#[derive(Debug, PartialEq)]
struct Seen {
    /// How often it unwound.
    panics: usize,
    /// How often the job that had unwound was polled again.
    polled_again: usize,
    /// Whether it came to an end.
    ends: bool,
    delivered: Vec<usize>,
    /// Most in flight after the first panic.
    peak_after: usize,
    /// Whether each job that was made was dropped, and once.
    dropped_once: bool,
}

/// Who has unwound so often does so at each poll.
const ENOUGH: usize = 3;

type Run = BoxFuture<'static, ()>;

/// Goes on polling for so long that whoever has not ended by then never will.
async fn go_on(run: impl FnOnce(BoxStream<'static, Job>, Shared) -> Run) -> Seen {
    let books = Shared::default();
    let mut run = run(jobs(&books), books.clone());
    let (mut panics, mut ends) = (0, false);
    for _ in 0..100 {
        yield_once().await; // where the crate has tasks of its own it is their turn
        let cx = &mut Context::from_waker(Waker::noop());
        match catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(cx))) {
            Err(_) if panics + 1 == ENOUGH => {
                panics += 1;
                break;
            }
            Err(_) => panics += 1,
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(())) => {
                ends = true;
                break;
            }
        }
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(run))).is_ok(), "it panics when it is dropped");
    for _ in 0..100 {
        yield_once().await; // as long as its tasks may take to see that it is gone
    }
    let books = open(&books);
    let once = |(index, &drops): (usize, &usize)| drops == usize::from(index < books.made);
    Seen {
        panics,
        polled_again: books.polled_again,
        ends,
        delivered: books.delivered.clone(),
        peak_after: books.peak_after,
        dropped_once: books.drops.iter().enumerate().all(once),
    }
}

fn seen(run: impl FnOnce(BoxStream<'static, Job>, Shared) -> Run) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(go_on(run))
}

/// Delivers an output, which takes no time.
fn deliver(books: Shared) -> impl Fn(usize) -> Ready<()> + Clone + Send + 'static {
    move |index| {
        open(&books).delivered.push(index);
        ready(())
    }
}

/// A job, and then the delivery of its output.
fn delivered(books: Shared) -> impl Fn(Job) -> Run + Clone + Send + Sync + 'static {
    move |job| {
        let books = books.clone();
        job.map(move |index| open(&books).delivered.push(index)).boxed()
    }
}

/// All but the job that unwound.
const OTHERS: [usize; JOBS - 1] = [0, 2, 3, 4, 5, 6, 7];

/// As it should be: the panic is heard of once, and all else goes on at the same width.
fn sound() -> Seen {
    Seen {
        panics: 1,
        polled_again: 0,
        ends: true,
        delivered: OTHERS.to_vec(),
        peak_after: LIMIT,
        dropped_once: true,
    }
}

#[test]
fn those_of_futures_without_an_order_go_on_without_the_job() {
    let found = seen(|jobs, books| jobs.buffer_unordered(LIMIT).for_each(deliver(books)).boxed());
    assert_eq!(found, sound());
    let found =
        seen(|jobs, books| StreamExt::for_each_concurrent(jobs, LIMIT, delivered(books)).boxed());
    assert_eq!(found, sound());
}

#[test]
fn those_with_an_order_wait_for_its_output_for_ever() {
    let waits = || Seen { ends: false, delivered: vec![0], peak_after: LIMIT - 1, ..sound() };
    let found = seen(|jobs, books| jobs.buffered(LIMIT).for_each(deliver(books)).boxed());
    assert_eq!(found, waits(), "futures");
    let found = seen(|jobs, books| jobs.buffered_ordered(LIMIT).for_each(deliver(books)).boxed());
    assert_eq!(found, waits(), "futures-buffered");
}

#[test]
fn fast_ordered_buffer_ends_without_the_outputs_that_stood_behind_it() {
    let found =
        seen(|jobs, books| jobs.fast_ordered_buffer(LIMIT).for_each(deliver(books)).boxed());
    assert_eq!(found, Seen { delivered: vec![0], peak_after: LIMIT - 1, ..sound() });
}

#[test]
fn buffered_unordered_of_futures_buffered_keeps_its_slot_and_never_ends() {
    let found = seen(|jobs, books| jobs.buffered_unordered(LIMIT).for_each(deliver(books)).boxed());
    assert_eq!(found, Seen { ends: false, peak_after: LIMIT - 1, ..sound() });
}

#[test]
fn buffer_unordered_weighted_keeps_its_weight() {
    let found = seen(|jobs, books| {
        let weighted = jobs.map(|job| (1, job));
        weighted.buffer_unordered_weighted(LIMIT).for_each(deliver(books)).boxed()
    });
    assert_eq!(found, Seen { peak_after: LIMIT - 1, ..sound() });
}

#[test]
fn those_that_cannot_go_on_unwind_each_time() {
    let refuses = || Seen { panics: ENOUGH, ends: false, delivered: vec![0], ..sound() };
    let limit = || NonZeroUsize::new(LIMIT);
    let found = seen(|jobs, books| jobs.co().limit(limit()).for_each(delivered(books)).boxed());
    assert_eq!(found, Seen { peak_after: 0, ..refuses() }, "for_each of futures-concurrency");
    let found = seen(|jobs, books| {
        jobs.co().limit(limit()).map(delivered(books)).collect::<Vec<_>>().map(drop).boxed()
    });
    assert_eq!(found, Seen { peak_after: 0, ..refuses() }, "collect of futures-concurrency");
    let found = seen(|jobs, books| {
        let workers = ParParamsConfig::Manual { num_workers: LIMIT.into(), buf_size: LIMIT.into() };
        jobs.par_then(workers, |job| job).for_each(deliver(books)).boxed()
    });
    assert_eq!(found, Seen { peak_after: LIMIT - 1, ..refuses() }, "par-stream");
}

#[test]
fn pumps_closes_and_tells_whoever_awaits_its_stages() {
    let found = seen(|jobs, books| {
        let (mut outputs, stages) = Pipeline::from_stream(jobs)
            .map(|job| job, Concurrency::concurrent_ordered(LIMIT))
            .build();
        let run = async move {
            while let Some(index) = outputs.recv().await {
                open(&books).delivered.push(index);
            }
            assert!(stages.await.unwrap_err().is_panic());
        };
        run.boxed()
    });
    assert_eq!(found, Seen { panics: 0, delivered: vec![0], peak_after: 0, ..sound() });
}

#[test]
fn a_detached_task_of_async_executor_tells_nobody() {
    let found = seen(|jobs, books| async_executor_limit(jobs, books).boxed());
    assert_eq!(found, Seen { panics: 0, ..sound() });
}

/// As its example has it: a permit, then a task that nobody waits for.
async fn async_executor_limit(mut jobs: BoxStream<'static, Job>, books: Shared) {
    let (tasks, semaphore) = (Executor::new(), Arc::new(Semaphore::new(LIMIT)));
    let feed = async {
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc().await;
            tasks.spawn(delivered(books.clone())(job).map(|()| drop(permit))).detach();
        }
        while !tasks.is_empty() {
            yield_once().await;
        }
    };
    tasks.run(feed).await;
}

#[test]
fn tower_takes_the_permit_of_a_call_that_unwound_back() {
    let books = Shared::default();
    let job = Job { index: SOUR, polls: 0, books: books.clone() };
    let mut service = ConcurrencyLimit::new(service_fn(|job: Job| job.map(Ok::<_, ()>)), 1);
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(service.poll_ready(cx).is_ready());
    let mut call = Box::pin(service.call(job));
    assert!(call.as_mut().poll(cx).is_pending());
    let panic = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"sour"));
    assert!(service.poll_ready(cx).is_pending(), "the call is still there");
    drop(call);
    assert!(service.poll_ready(cx).is_ready());
    assert_eq!(open(&books).drops[SOUR], 1);
}
