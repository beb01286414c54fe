//! What a limit of 0 means to those crates, or parts of crates, that no law can be asked about: they
//! need a runtime, or are what ours are made of.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};

use bp_core::yield_once;
use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use par_stream::{ParParamsConfig, ParStreamExt};
use pumps::{Concurrency, Pipeline};

const JOBS: usize = 5;

#[derive(Debug, PartialEq)]
enum Zero {
    /// All jobs run, so many at once.
    Runs(usize),
    NeverEnds,
    /// It ends, and so many outputs were delivered.
    Forgets(usize),
    Panics(String),
}

/// Jobs that wait once, and how many of them are in flight, at most and now.
fn jobs(counts: &Arc<[AtomicUsize; 2]>) -> BoxStream<'static, BoxFuture<'static, ()>> {
    let counts = counts.clone();
    let job = move |_| {
        let counts = counts.clone();
        let job = async move {
            let now = counts[1].fetch_add(1, Relaxed) + 1;
            counts[0].fetch_max(now, Relaxed);
            yield_once().await;
            yield_once().await;
            counts[1].fetch_sub(1, Relaxed);
        };
        job.boxed()
    };
    stream::iter(0..JOBS).map(job).boxed()
}

type Jobs = BoxStream<'static, BoxFuture<'static, ()>>;

/// Runs what yields how many outputs there were, for a bounded number of polls.
fn zero<F: Future<Output = usize>>(run: impl FnOnce(Jobs) -> F) -> Zero {
    let counts: Arc<[AtomicUsize; 2]> = Arc::default();
    let bounded = async {
        let mut run = Box::pin(run(jobs(&counts)));
        for _ in 0..1_000 {
            yield_once().await;
            if let Poll::Ready(outputs) = run.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return Some(outputs);
            }
        }
        None
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    match catch_unwind(AssertUnwindSafe(|| runtime.block_on(bounded))) {
        Ok(Some(JOBS)) => Zero::Runs(counts[0].load(Relaxed)),
        Ok(Some(outputs)) => Zero::Forgets(outputs),
        Ok(None) => Zero::NeverEnds,
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            Zero::Panics(said.or(text).unwrap_or_default())
        }
    }
}

#[test]
fn those_of_futures_never_end() {
    assert_eq!(zero(|jobs| jobs.buffered(0).count()), Zero::NeverEnds);
    assert_eq!(zero(|jobs| jobs.buffer_unordered(0).count()), Zero::NeverEnds);
}

#[test]
fn par_stream_ends_with_nothing_done() {
    let workers = ParParamsConfig::Manual { num_workers: 0.into(), buf_size: 1.into() };
    assert_eq!(zero(|jobs| jobs.par_then(workers, |job| job).count()), Zero::Forgets(0));
}

/// And its stages say that they ended well.
#[test]
fn pumps_ends_with_nothing_done() {
    let found = zero(|jobs| async {
        let (mut outputs, stages) =
            Pipeline::from_stream(jobs).map(|job| job, Concurrency::concurrent_ordered(0)).build();
        let mut count = 0;
        while outputs.recv().await.is_some() {
            count += 1;
        }
        stages.await.unwrap();
        count
    });
    assert_eq!(found, Zero::Forgets(0));
}
