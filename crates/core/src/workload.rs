use std::{error::Error, fmt, future::Future, time::Duration};

use futures::future::Either;

use crate::{Clock, Jobs};

/// What a job yields. It is handed on exactly once.
pub trait Deliver: Send + 'static {
    /// False for an output that stands for a failure.
    fn succeeded(&self) -> bool {
        true
    }

    /// Hands the output to its consumer, whose body this is; the consumer may be slow.
    fn deliver(self) -> impl Future<Output = ()> + Send + 'static;
}

impl Deliver for () {
    async fn deliver(self) {}
}

impl<T: Deliver, E: Deliver> Deliver for Result<T, E> {
    fn succeeded(&self) -> bool {
        self.as_ref().is_ok_and(T::succeeded)
    }

    /// Not an `async fn`, which would keep the output twice: as it came, and in its delivery.
    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        match self {
            Ok(output) => Either::Left(output.deliver()),
            Err(error) => Either::Right(error.deliver()),
        }
    }
}

/// What stands for the output of a job that panicked or was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

impl Deliver for Lost {
    fn succeeded(&self) -> bool {
        false
    }

    async fn deliver(self) {}
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the job panicked or was cancelled")
    }
}

impl Error for Lost {}

/// One piece of work: lazy until polled, finished when it yields its output.
pub trait Job: Future<Output: Deliver> + Send + 'static {}

impl<F: Future<Output: Deliver> + Send + 'static> Job for F {}

/// What there is to do, and when each piece of it becomes available.
///
/// It is generic over the executor, so that work which needs more than a clock can say so:
/// `impl<X: Io> Workload<X> for Files`.
#[expect(clippy::len_without_is_empty, reason = "a workload without jobs is refused beforehand")]
pub trait Workload<X: Clock>: Send + Sync + Sized + 'static {
    /// What one job yields.
    type Output: Deliver;

    /// How many jobs there are; `None` if the source is endless.
    fn len(&self) -> Option<u64>;

    /// False closes the source: no further job is admitted.
    fn open(&self) -> bool {
        true
    }

    /// When job `index` arrives, counted from the start of the run. It never decreases and depends
    /// on the index alone: it is asked for in order, and then again for the record.
    fn arrival(&self, _index: u64) -> Duration {
        Duration::ZERO
    }

    /// Creates job `index`, to be run on `executor`. Nothing happens until the job is polled.
    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Self::Output> + Send + 'static;

    /// The source: the jobs in order of arrival. Not asking for the next one *is* backpressure.
    fn jobs<'w, 'x>(&'w self, executor: &'x X) -> Jobs<'w, 'x, Self, X> {
        Jobs::new(self, executor)
    }
}
