//! What the rivals run: jobs that are over at once, that yield once, that sleep.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// A way of making jobs.
pub(crate) trait Jobs: Send + Sync + 'static {
    /// One job; it yields its own number.
    fn job(number: u64) -> impl Future<Output = u64> + Send + 'static;
}

/// Over when it is polled for the first time.
pub(crate) struct AtOnce;

impl Jobs for AtOnce {
    fn job(number: u64) -> impl Future<Output = u64> + Send + 'static {
        std::future::ready(number)
    }
}

/// Wakes itself and is over when it is polled again.
pub(crate) struct YieldsOnce;

impl Jobs for YieldsOnce {
    fn job(number: u64) -> impl Future<Output = u64> + Send + 'static {
        Yields { number, done: false }
    }
}

struct Yields {
    number: u64,
    done: bool,
}

impl Future for Yields {
    type Output = u64;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        if self.done {
            return Poll::Ready(self.number);
        }
        self.done = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// What all numbers below `jobs` come to, in the order in which `taken` hands them out; the second
/// says whether that was their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    count: u64,
    sum: u64,
    in_order: bool,
}

impl Sum {
    pub(crate) fn new() -> Self {
        Self { count: 0, sum: 0, in_order: true }
    }

    /// The sum of a run in which nothing is lost and everything is in order.
    pub(crate) fn of(jobs: u64) -> Self {
        Self { count: jobs, sum: jobs * jobs.saturating_sub(1) / 2, in_order: true }
    }

    #[inline]
    pub(crate) fn add(&mut self, number: u64) {
        self.in_order &= number == self.count;
        self.count += 1;
        self.sum += number;
    }

    /// Whether both had the same, in whatever order.
    pub(crate) fn same_jobs(self, other: Self) -> bool {
        self.count == other.count && self.sum == other.sum
    }
}
