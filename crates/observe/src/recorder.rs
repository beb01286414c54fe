use std::time::Duration;

use bp_record::{Totals, Trace};

use crate::{
    gauges::{Gauges, Passage, Readings, Stage},
    slots::Slots,
};

/// Where [`Observed`](crate::Observed) writes down what becomes of jobs: the moments of the first
/// ones, a slot each; and, if asked for, counts and gauges of all of them, whose memory does not
/// grow with their number.
///
/// A moment is one relaxed store into a slot, and a few relaxed additions for the counts. It is
/// leaked, so that a job pays one plain reference for it: it lives as long as the process, which
/// runs one cell.
#[derive(Debug)]
pub struct Recorder {
    slots: Slots,
    gauges: Option<Gauges>,
}

impl Recorder {
    /// The most jobs whose moments a recorder can hold.
    ///
    /// A million jobs, a number that people choose, are below it. They take 44 MiB, and what is
    /// derived from them some five times as much for a moment; each further power of ten would take
    /// ten times that, and change what the machine has left for the strategy.
    pub const LARGEST: usize = 1 << 20;

    /// Makes room for the moments of `capacity` jobs, or of [`LARGEST`](Self::LARGEST) if that is
    /// less: 44 bytes each. Jobs beyond are not recorded.
    pub fn leak(capacity: usize) -> &'static Self {
        Self::new(capacity, None)
    }

    /// The same, with counts and gauges of all jobs: 1.8 MiB more.
    ///
    /// `arrival` says when a job arrives at the earliest, counted from [`begin`](Self::begin), if
    /// the workload itself does not have it later; it is asked in order.
    pub fn leak_with_totals(
        capacity: usize,
        arrival: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ) -> &'static Self {
        Self::new(capacity, Some(Gauges::new(Box::new(arrival))))
    }

    fn new(capacity: usize, gauges: Option<Gauges>) -> &'static Self {
        let slots = Slots::new(capacity.min(Self::LARGEST));
        Box::leak(Box::new(Self { slots, gauges }))
    }

    /// Says that the run starts at `start`, on the clock of the executor. The totals need to know
    /// it before the first job is admitted.
    pub fn begin(&self, start: Duration) {
        if let Some(gauges) = &self.gauges {
            gauges.begin(nanoseconds(start));
        }
    }

    /// How many jobs were admitted whose moments are recorded.
    pub fn recorded(&self) -> usize {
        self.slots.recorded()
    }

    /// True if there was no room for the moments of some job. A trace that misses some says nothing
    /// about the whole run.
    pub fn overflown(&self) -> bool {
        self.slots.overflown()
    }

    /// The moments of the recorded jobs, counted from `start`, which is on the clock of the
    /// executor; `arrivals` are counted from there as well.
    pub fn trace(&self, start: Duration, arrivals: impl IntoIterator<Item = Duration>) -> Trace {
        let trace = self.slots.trace(nanoseconds(start));
        let jobs = trace.admitted_ns.len();
        let arrived_ns = arrivals.into_iter().map(nanoseconds).take(jobs).collect();
        Trace { arrived_ns, ..trace }
    }

    /// What was counted of all jobs, if that was asked for.
    pub fn totals(&self) -> Option<Totals> {
        self.gauges.as_ref().map(Gauges::totals)
    }

    /// What the gauges show at this moment, if they were asked for.
    pub fn now(&self) -> Option<Readings> {
        self.gauges.as_ref().map(Gauges::now)
    }

    /// Writes down that job `index`, which its workload had at `arrival`, was admitted; where the
    /// rest of it goes.
    pub(crate) fn admitted(
        &'static self,
        index: u64,
        arrival: impl FnOnce() -> Duration,
        now: Duration,
    ) -> Place {
        self.slots.admitted(index, nanoseconds(now));
        let mut job = Passage::new(index);
        if let Some(gauges) = &self.gauges {
            gauges.admitted(&mut job, arrival());
        }
        Place { recorder: self, job }
    }
}

/// A job that is being recorded, and what its next moment needs to know of the last.
#[derive(Debug)]
pub(crate) struct Place {
    recorder: &'static Recorder,
    job: Passage,
}

impl Place {
    pub(crate) fn has_started(&self) -> bool {
        self.job.stage != Stage::Admitted
    }

    /// True if it was delivered, so that it is not lost when it is dropped.
    pub(crate) fn ended(&self) -> bool {
        self.job.stage == Stage::Delivered
    }

    pub(crate) fn started(&mut self, now: Duration) {
        let now = nanoseconds(now);
        self.recorder.slots.started(self.job.index, now);
        if let Some(gauges) = &self.recorder.gauges {
            gauges.started(&mut self.job, now);
        }
        self.job.stage = Stage::Started;
    }

    pub(crate) fn finished(&mut self, now: Duration) {
        let now = nanoseconds(now);
        self.recorder.slots.finished(self.job.index, now);
        if let Some(gauges) = &self.recorder.gauges {
            gauges.finished(&mut self.job, now);
        }
        self.job.stage = Stage::Finished;
    }

    pub(crate) fn delivered(&mut self, now: Duration) {
        let now = nanoseconds(now);
        self.recorder.slots.delivered(self.job.index, now);
        if let Some(gauges) = &self.recorder.gauges {
            gauges.delivered(&self.job, now);
        }
        self.job.stage = Stage::Delivered;
    }

    pub(crate) fn lost(&mut self, now: Duration) {
        let now = nanoseconds(now);
        self.recorder.slots.lost(self.job.index, now);
        if let Some(gauges) = &self.recorder.gauges {
            gauges.lost(&self.job, now);
        }
    }
}

/// Whole nanoseconds, for some 584 years.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    let seconds = time.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(u64::from(time.subsec_nanos())).min(u64::MAX - 1)
}
