use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::future::Either;

use crate::{Clock, Jobs};

/// What a job yields. It is handed on exactly once.
pub trait Deliver: Send + 'static {
    /// False for an output that stands for a failure.
    fn succeeded(&self) -> bool {
        true
    }

    /// True for an output that stands for a refusal by a service that has too much to do: a failure
    /// that says to ask for less.
    fn refused(&self) -> bool {
        false
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

    fn refused(&self) -> bool {
        self.as_ref().map_or_else(E::refused, T::refused)
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

/// The payload of a panic that no source makes an output: it unwinds out of the job, and through the
/// strategy that polls it. It is for those who want to see what a strategy does then; whatever else
/// a job panics with comes out as [`Lost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncontained;

/// One piece of work: lazy until polled, finished when it yields its output.
pub trait Job: Future<Output: Deliver> + Send + 'static {
    /// Runs this job and hands its output on.
    ///
    /// As `job.await.deliver().await`, without keeping the job twice.
    fn delivered(self) -> impl Future<Output = ()> + Send + 'static + use<Self>
    where
        Self: Sized;
}

impl<F: Future<Output: Deliver> + Send + 'static> Job for F {
    #[inline]
    fn delivered(self) -> impl Future<Output = ()> + Send + 'static + use<F> {
        Delivered::Runs { job: self, deliver: Deliver::deliver }
    }
}

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

pin_project_lite::pin_project! {
    /// A job, then the delivery of its output.
    ///
    /// Written by hand: `then` of the `futures` crate is a function call more each time it is
    /// polled, and one inside the other.
    #[project = DeliveredNow]
    enum Delivered<J, C, D> {
        Runs { #[pin] job: J, deliver: C },
        IsDelivered { #[pin] delivery: D },
    }
}

impl<J: Future, C: Fn(J::Output) -> D, D: Future<Output = ()>> Future for Delivered<J, C, D> {
    type Output = ();

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let DeliveredNow::Runs { job, deliver } = self.as_mut().project() {
            let output = ready!(job.poll(cx));
            let delivery = deliver(output);
            self.set(Self::IsDelivered { delivery });
        }
        match self.project() {
            DeliveredNow::IsDelivered { delivery } => delivery.poll(cx),
            DeliveredNow::Runs { .. } => unreachable!("the job has ended"),
        }
    }
}
