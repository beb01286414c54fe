use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use bp_core::Deliver;
use bp_record::Counts;
use futures::future::{Future, lazy};

use crate::{files::File, seeded::mix};

/// How the jobs of a workload ended, and what they were to yield.
///
/// It is leaked, so that a job pays one plain reference for it and no count of references: it lives
/// as long as the process, which runs one cell.
#[derive(Debug)]
pub struct Tally {
    values: Values,
    admitted: Apart<AtomicU64>,
    delivered: Apart<Delivered>,
    failed: AtomicU64,
    refused: AtomicU64,
    panicked: AtomicU64,
    lost: AtomicU64,
    cancelled: AtomicU64,
    shed: AtomicU64,
    retried: AtomicU64,
    undelivered: AtomicU64,
    trouble: OnceLock<String>,
}

/// What the jobs are to yield, by index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values {
    /// A number that follows from a seed.
    Seeded(u64),
    /// The checksums of files, over and over.
    Files(&'static [File]),
}

/// What is on a cache line of its own: one thread admits while others deliver, and all read
/// `values`.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// Side by side, for whoever delivers adds to both.
#[derive(Debug, Default)]
struct Delivered {
    count: AtomicU64,
    checksum: AtomicU64,
}

impl Tally {
    pub(crate) fn leak(values: Values) -> &'static Self {
        Box::leak(Box::new(Self {
            values,
            admitted: Apart::default(),
            delivered: Apart::default(),
            failed: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            shed: AtomicU64::new(0),
            retried: AtomicU64::new(0),
            undelivered: AtomicU64::new(0),
            trouble: OnceLock::new(),
        }))
    }

    /// What job `index` is to yield.
    #[inline]
    pub fn value(&self, index: u64) -> u64 {
        match self.values {
            Values::Seeded(seed) => mix(seed, index),
            Values::Files(files) => u64::from(files[(index % files.len() as u64) as usize].crc),
        }
    }

    /// What `checksum` and `lost` of [`counts`](Self::counts) come to once the first `jobs` jobs
    /// have ended, each once, and every output was delivered once. O(jobs).
    pub fn expected(&self, jobs: u64) -> u64 {
        (0..jobs).map(|index| self.value(index)).fold(0, u64::wrapping_add)
    }

    /// How the jobs ended so far. The ends add up to `admitted` once no job is alive.
    pub fn counts(&self) -> Counts {
        let delivered = self.delivered.0.count.load(Relaxed);
        let failed = self.failed.load(Relaxed);
        let finished = delivered + self.undelivered.load(Relaxed);
        Counts {
            admitted: self.admitted.0.load(Relaxed),
            succeeded: finished.saturating_sub(failed),
            failed,
            refused: self.refused.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
            cancelled: self.cancelled.load(Relaxed),
            shed: self.shed.load(Relaxed),
            retried: self.retried.load(Relaxed),
            delivered,
            checksum: self.delivered.0.checksum.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }

    /// What the first job that failed for a reason of its own had to say.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.get().map(String::as_str)
    }

    /// Keeps what the first failed job has to say; the others are only counted.
    pub(crate) fn complain(&self, message: impl FnOnce() -> String) {
        self.trouble.get_or_init(message);
    }

    /// Counts a job that is taken from the source. A run has one source, which hands out a job at a
    /// time, so a plain store is enough.
    #[inline]
    pub(crate) fn admit(&self) {
        self.admitted.0.store(self.admitted.0.load(Relaxed) + 1, Relaxed);
    }

    pub(crate) fn fail(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    /// An attempt failed, and the job makes another.
    pub(crate) fn retry(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// Job `index` panicked: what it was to yield is lost, and that is counted.
    pub(crate) fn panic(&self, index: u64) {
        self.panicked.fetch_add(1, Relaxed);
        self.lost.fetch_add(self.value(index), Relaxed);
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.fetch_add(1, Relaxed);
    }

    /// Job `index` was dropped before it was polled: what it was to yield is lost, and that is
    /// counted.
    pub(crate) fn shed(&self, index: u64) {
        self.shed.fetch_add(1, Relaxed);
        self.lost.fetch_add(self.value(index), Relaxed);
    }

    pub(crate) fn leave_undelivered(&self) {
        self.undelivered.fetch_add(1, Relaxed);
    }
}

/// The output of a job: what it was to yield, and where that is counted when it is delivered.
#[derive(Debug)]
pub struct Receipt {
    tally: &'static Tally,
    value: u64,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Succeeded,
    Failed,
    Refused,
}

impl Receipt {
    #[inline]
    pub(crate) fn good(tally: &'static Tally, value: u64) -> Self {
        Self { tally, value, end: End::Succeeded }
    }

    /// It carries the value all the same: what is summed up is what the delivered jobs *were* to
    /// yield, since only that is known beforehand.
    pub(crate) fn bad(tally: &'static Tally, value: u64) -> Self {
        Self { tally, value, end: End::Failed }
    }

    /// The same of a service that had no place.
    pub(crate) fn refused(tally: &'static Tally, value: u64) -> Self {
        Self { tally, value, end: End::Refused }
    }

    /// Counts a refusal of which only the output beside it knows.
    pub(crate) fn count_refusal(&self) {
        self.tally.refuse();
    }
}

impl Deliver for Receipt {
    fn succeeded(&self) -> bool {
        self.end == End::Succeeded
    }

    fn refused(&self) -> bool {
        self.end == End::Refused
    }

    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        lazy(move |_| {
            let delivered = &self.tally.delivered.0;
            delivered.count.fetch_add(1, Relaxed);
            delivered.checksum.fetch_add(self.value, Relaxed);
        })
    }
}
