use std::{future::Future, time::Duration};

use bp_core::{Clock, Deliver, Workload};
use futures::FutureExt;

use crate::{Receipt, Tally, tally::Values};

/// A workload that counts how its jobs end.
pub trait Counted: Send + Sync + 'static {
    /// How the jobs ended.
    fn tally(&self) -> &'static Tally;
}

/// A workload from outside, with what ours bring along so that a run can be verified: each output
/// carries a number known beforehand, which is counted when the output is delivered.
#[derive(Debug)]
pub struct Own<W> {
    inner: W,
    jobs: Option<u64>,
    tally: &'static Tally,
}

impl<W> Own<W> {
    /// The first `jobs` jobs of `inner`, all of them if `None`; the numbers follow from the seed.
    pub fn new(inner: W, jobs: Option<u64>, seed: u64) -> Self {
        Self { inner, jobs, tally: Tally::leak(Values::Seeded(seed)) }
    }
}

impl<W: Send + Sync + 'static> Counted for Own<W> {
    fn tally(&self) -> &'static Tally {
        self.tally
    }
}

impl<X: Clock, W: Workload<X>> Workload<X> for Own<W> {
    type Output = Numbered<W::Output>;

    fn len(&self) -> Option<u64> {
        match (self.jobs, self.inner.len()) {
            (Some(jobs), Some(most)) => Some(jobs.min(most)),
            (jobs, most) => jobs.or(most),
        }
    }

    fn open(&self) -> bool {
        self.inner.open()
    }

    fn arrival(&self, index: u64) -> Duration {
        self.inner.arrival(index)
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Self::Output> + Send + 'static {
        let receipt = Receipt::good(self.tally, self.tally.value(index));
        self.inner.job(index, executor).map(|output| {
            if output.refused() {
                receipt.count_refusal();
            }
            Numbered { receipt, output }
        })
    }
}

/// An output of [`Own`] jobs: that of the job inside, with its number.
#[derive(Debug)]
pub struct Numbered<O> {
    receipt: Receipt,
    output: O,
}

impl<O: Deliver> Deliver for Numbered<O> {
    fn succeeded(&self) -> bool {
        self.output.succeeded()
    }

    fn refused(&self) -> bool {
        self.output.refused()
    }

    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        let Self { receipt, output } = self;
        receipt.deliver().then(|()| output.deliver())
    }
}
