use std::future::Future;

use bp_core::{Io, Workload};
use futures::future::{BoxFuture, Either, FutureExt};

use crate::{Contended, Counted, FetchUpload, Files, Lookup, Receipt, Simulated, Tally};

/// Any of the workloads, as one type.
///
/// Every strategy is compiled for every executor and every type of workload, so a type costs more
/// than a branch. A simulated job is as large as it needs to be, and one branch away; the jobs that
/// wait for a service or a file are boxed: that costs them an allocation each and some 60 ns, beside
/// the microseconds of real work.
#[derive(Debug)]
pub enum AnyWorkload {
    /// Service times drawn from a law, or none.
    Simulated(Simulated),
    /// Something that is waited for.
    Waiting(Waiting),
}

/// A workload whose jobs wait for somebody else.
#[derive(Debug)]
pub enum Waiting {
    /// A service with so many places.
    Contended(Contended),
    /// Real files.
    Files(Files),
    /// Pages of a server.
    FetchUpload(FetchUpload),
    /// Names of a server.
    Lookup(Lookup),
}

impl AnyWorkload {
    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        match self {
            Self::Simulated(workload) => workload.tally(),
            Self::Waiting(workload) => workload.tally(),
        }
    }
}

impl Counted for AnyWorkload {
    fn tally(&self) -> &'static Tally {
        self.tally()
    }
}

impl<X: Io> Workload<X> for AnyWorkload {
    type Output = Receipt;

    #[inline]
    fn len(&self) -> Option<u64> {
        match self {
            Self::Simulated(workload) => Workload::<X>::len(workload),
            Self::Waiting(workload) => workload.len::<X>(),
        }
    }

    #[inline(always)]
    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        match self {
            Self::Simulated(workload) => Either::Left(workload.job(index, executor)),
            Self::Waiting(workload) => Either::Right(workload.job(index, executor)),
        }
    }
}

impl Waiting {
    fn tally(&self) -> &'static Tally {
        match self {
            Self::Contended(workload) => workload.tally(),
            Self::Files(workload) => workload.tally(),
            Self::FetchUpload(workload) => workload.tally(),
            Self::Lookup(workload) => workload.tally(),
        }
    }

    #[inline(never)]
    fn len<X: Io>(&self) -> Option<u64> {
        match self {
            Self::Contended(workload) => Workload::<X>::len(workload),
            Self::Files(workload) => Workload::<X>::len(workload),
            Self::FetchUpload(workload) => Workload::<X>::len(workload),
            Self::Lookup(workload) => Workload::<X>::len(workload),
        }
    }

    #[inline(never)]
    fn job<X: Io>(&self, index: u64, executor: &X) -> BoxFuture<'static, Receipt> {
        match self {
            Self::Contended(workload) => workload.job(index, executor).boxed(),
            Self::Files(workload) => workload.job(index, executor).boxed(),
            Self::FetchUpload(workload) => workload.job(index, executor).boxed(),
            Self::Lookup(workload) => workload.job(index, executor).boxed(),
        }
    }
}

impl From<Simulated> for AnyWorkload {
    fn from(workload: Simulated) -> Self {
        Self::Simulated(workload)
    }
}

impl From<Contended> for AnyWorkload {
    fn from(workload: Contended) -> Self {
        Self::Waiting(Waiting::Contended(workload))
    }
}

impl From<Files> for AnyWorkload {
    fn from(workload: Files) -> Self {
        Self::Waiting(Waiting::Files(workload))
    }
}

impl From<FetchUpload> for AnyWorkload {
    fn from(workload: FetchUpload) -> Self {
        Self::Waiting(Waiting::FetchUpload(workload))
    }
}

impl From<Lookup> for AnyWorkload {
    fn from(workload: Lookup) -> Self {
        Self::Waiting(Waiting::Lookup(workload))
    }
}
