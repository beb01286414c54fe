//! What both sides run: jobs that yield once, and whose output is added up when it is delivered.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use bp_core::{Deliver, Workload};
use bp_tokio::Tokio;
use futures::future::lazy;

static SUM: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);

/// What job `index` does.
pub(crate) async fn job(index: u64) -> Output {
    tokio::task::yield_now().await;
    Output(index)
}

/// What a job yields.
pub(crate) struct Output(u64);

impl Output {
    /// Hands it to its consumer, who adds it up.
    pub(crate) fn deliver(self) {
        SUM.fetch_add(self.0, Relaxed);
    }
}

/// Counts a job that yielded nothing.
#[cold]
pub(crate) fn lose() {
    LOST.fetch_add(1, Relaxed);
}

/// The sum of what was delivered so far, if nothing was lost.
pub(crate) fn sum() -> Option<u64> {
    (LOST.load(Relaxed) == 0).then(|| SUM.load(Relaxed))
}

/// The same jobs as a workload of the contract.
pub(crate) struct Jobs(pub(crate) u64);

impl Workload<Tokio> for Jobs {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        Some(self.0)
    }

    fn job(&self, index: u64, _: &Tokio) -> impl Future<Output = Output> + Send + 'static {
        job(index)
    }
}

impl Deliver for Output {
    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        lazy(|_| Self::deliver(self))
    }
}
