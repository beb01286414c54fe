use std::future::Future;

use bp_core::{Io, Workload};
use futures::future::{BoxFuture, Either, FutureExt};

use crate::{Contended, Counted, FetchUpload, Files, Lookup, Receipt, Simulated, Tally};

/// Any of the workloads, as one type.
///
/// Every strategy is compiled for every executor and every type of workload, so a type costs more
/// than a branch. The jobs that wait for a service or a file are boxed, and a task is as large as a
/// simulated job needs: that costs them an allocation each and some 60 ns, beside the microseconds
/// of real work.
#[derive(Debug)]
pub enum AnyWorkload {
    /// Service times drawn from a law, or none.
    Simulated(Simulated),
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
            Self::Contended(workload) => workload.tally(),
            Self::Files(workload) => workload.tally(),
            Self::FetchUpload(workload) => workload.tally(),
            Self::Lookup(workload) => workload.tally(),
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

    fn len(&self) -> Option<u64> {
        match self {
            Self::Simulated(workload) => Workload::<X>::len(workload),
            Self::Contended(workload) => Workload::<X>::len(workload),
            Self::Files(workload) => Workload::<X>::len(workload),
            Self::FetchUpload(workload) => Workload::<X>::len(workload),
            Self::Lookup(workload) => Workload::<X>::len(workload),
        }
    }

    #[inline(always)]
    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        let boxed = |job: BoxFuture<'static, Receipt>| Either::Right(job);
        match self {
            Self::Simulated(workload) => Either::Left(workload.job(index, executor)),
            Self::Contended(workload) => boxed(workload.job(index, executor).boxed()),
            Self::Files(workload) => boxed(workload.job(index, executor).boxed()),
            Self::FetchUpload(workload) => boxed(workload.job(index, executor).boxed()),
            Self::Lookup(workload) => boxed(workload.job(index, executor).boxed()),
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
        Self::Contended(workload)
    }
}

impl From<Files> for AnyWorkload {
    fn from(workload: Files) -> Self {
        Self::Files(workload)
    }
}

impl From<FetchUpload> for AnyWorkload {
    fn from(workload: FetchUpload) -> Self {
        Self::FetchUpload(workload)
    }
}

impl From<Lookup> for AnyWorkload {
    fn from(workload: Lookup) -> Self {
        Self::Lookup(workload)
    }
}
