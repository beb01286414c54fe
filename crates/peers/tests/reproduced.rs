//! The faults in the fewest lines, without a law: what a reader can paste and see.

use std::{
    cell::Cell,
    future::{Future, ready},
    num::NonZeroUsize,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};

use fast_ordered_buffer::FobStreamExt;
use futures::{
    StreamExt,
    channel::oneshot,
    future::{BoxFuture, FutureExt, pending},
    stream::{self, BoxStream},
};
use futures_buffered::BufferedStreamExt;
use futures_concurrency::prelude::*;

/// Polls something once, with a waker that wakes nobody.
fn once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A hundred jobs, the first of which never ends; how many start if the run is polled as often as
/// one likes.
fn started_behind_a_slow_head(
    run: impl FnOnce(BoxStream<'static, BoxFuture<'static, usize>>) -> BoxFuture<'static, ()>,
) -> usize {
    let started = Arc::new(AtomicUsize::new(0));
    let counted = started.clone();
    let jobs = stream::iter(0..100).map(move |index: usize| {
        let counted = counted.clone();
        let job = async move {
            counted.fetch_add(1, Relaxed);
            if index == 0 { pending().await } else { index }
        };
        job.boxed()
    });
    let mut run = run(jobs.boxed());
    for _ in 0..1_000 {
        assert!(once(&mut run).is_pending());
    }
    started.load(Relaxed)
}

#[test]
fn buffered_of_futures_keeps_its_window_behind_a_slow_head() {
    let started =
        started_behind_a_slow_head(|jobs| jobs.buffered(4).for_each(|_| ready(())).boxed());
    assert_eq!(started, 4);
}

#[test]
fn buffered_ordered_of_futures_buffered_forgets_its_window_behind_a_slow_head() {
    let started =
        started_behind_a_slow_head(|jobs| jobs.buffered_ordered(4).for_each(|_| ready(())).boxed());
    assert_eq!(started, 100);
}

#[test]
fn fast_ordered_buffer_has_no_window_as_it_says() {
    let started = started_behind_a_slow_head(|jobs| {
        jobs.fast_ordered_buffer(4).for_each(|_| ready(())).boxed()
    });
    assert_eq!(started, 100);
}

#[test]
fn collect_of_futures_concurrency_does_not_see_the_limit() {
    let (in_flight, most) = (Cell::new(0), Cell::new(0));
    let run = async {
        let jobs = stream::iter(0..100);
        let outputs: Vec<()> = jobs
            .co()
            .limit(NonZeroUsize::new(4))
            .map(|_| async {
                in_flight.set(in_flight.get() + 1);
                most.set(most.get().max(in_flight.get()));
                pending::<()>().await;
            })
            .collect()
            .await;
        outputs
    };
    assert!(once(run).is_pending());
    assert_eq!(most.get(), 100);
}

#[test]
fn for_each_of_futures_concurrency_does() {
    let in_flight = Cell::new(0);
    let run = stream::iter(0..100).co().limit(NonZeroUsize::new(4)).for_each(|_| async {
        in_flight.set(in_flight.get() + 1);
        pending::<()>().await;
    });
    assert!(once(run).is_pending());
    assert_eq!(in_flight.get(), 4);
}

#[test]
fn a_limit_of_zero_hangs_in_futures() {
    let mut outputs = stream::iter([ready(1)]).buffered(0);
    let waker = futures::task::noop_waker();
    for _ in 0..1_000 {
        assert!(outputs.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
    }
}

#[test]
fn buffered_of_futures_does_not_refill_a_slot_when_it_yields() {
    let (first, job) = oneshot::channel();
    let started = Cell::new(0);
    let jobs = stream::iter(0..3).map(|index| {
        started.set(started.get() + 1);
        if index == 0 { Some(()) } else { None }
    });
    let jobs = jobs.scan(Some(job), |job, is_first| {
        let job = is_first.and_then(|()| job.take());
        ready(Some(async move {
            match job {
                Some(job) => job.await.unwrap(),
                None => pending().await,
            }
        }))
    });
    let mut outputs = pin!(jobs.buffered(2));
    assert!(once(outputs.next()).is_pending());
    assert_eq!(started.get(), 2);
    first.send(()).unwrap();
    assert!(once(outputs.next()).is_ready());
    assert_eq!(started.get(), 2, "the third starts when somebody asks for the next output");
}

#[test]
fn a_limit_without_bound_panics_in_tower() {
    use tower::{limit::ConcurrencyLimit, service_fn};
    let made = std::panic::catch_unwind(|| {
        ConcurrencyLimit::new(service_fn(|()| ready(Ok::<(), ()>(()))), usize::MAX)
    });
    assert!(made.is_err());
}
