use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bp_record::Totals;

use crate::{histogram::Histogram, recorder::nanoseconds};

/// When job `index` arrives, counted from the start of the run; asked for in order.
type Arrival = Box<dyn Fn(u64) -> Duration + Send + Sync>;

/// Counts and gauges over all jobs: what a run of any number of jobs needs no more memory for.
///
/// What a job needs between its moments travels with the job, in a [`Passage`]. Gauges are exact
/// although relaxed: what hands the right to one slot from a job to the next orders the two.
pub(crate) struct Gauges {
    arrival: Arrival,
    start: AtomicU64,
    first_delivery: AtomicU64,
    wait: Histogram,
    service: Histogram,
    blocked: Histogram,
    sojourn: Histogram,
    in_flight: Gauge,
    held: Gauge,
    service_sum: Apart,
    lost: AtomicU64,
    lost_sum: Apart,
    /// One more than the greatest index that was delivered.
    reached: Apart,
    out_of_order: Apart,
}

/// On a cache line of its own: some threads admit jobs while others end them.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart(AtomicU64);

/// How many there are, and how many there were at most.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Gauge {
    now: AtomicU64,
    peak: AtomicU64,
}

/// What the gauges show at one moment, which for each of them is another one by a little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readings {
    /// Jobs started and not finished.
    pub in_flight: u64,
    /// The most there were so far.
    pub in_flight_peak: u64,
    /// Jobs admitted and not delivered.
    pub held: u64,
    /// The most there were so far.
    pub held_peak: u64,
}

/// A job on its way. Moments are in nanoseconds on the clock of the executor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    pub(crate) index: u64,
    arrived: u64,
    /// When it came where it is.
    since: u64,
    pub(crate) stage: Stage,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stage {
    Admitted,
    Started,
    Finished,
    Delivered,
}

impl Passage {
    pub(crate) fn new(index: u64) -> Self {
        Self { index, arrived: 0, since: 0, stage: Stage::Admitted }
    }
}

impl Gauges {
    pub(crate) fn new(arrival: Arrival) -> Self {
        Self {
            arrival,
            start: AtomicU64::new(0),
            first_delivery: AtomicU64::new(u64::MAX),
            wait: Histogram::new(),
            service: Histogram::new(),
            blocked: Histogram::new(),
            sojourn: Histogram::new(),
            in_flight: Gauge::default(),
            held: Gauge::default(),
            service_sum: Apart::default(),
            lost: AtomicU64::new(0),
            lost_sum: Apart::default(),
            reached: Apart::default(),
            out_of_order: Apart::default(),
        }
    }

    /// From when on arrivals are counted.
    pub(crate) fn begin(&self, start: u64) {
        self.start.store(start, Relaxed);
    }

    /// `arrival` is what the workload itself says; the later of the two counts.
    pub(crate) fn admitted(&self, job: &mut Passage, arrival: Duration) {
        self.held.up();
        let arrival = arrival.max((self.arrival)(job.index));
        job.arrived = self.start.load(Relaxed) + nanoseconds(arrival);
    }

    pub(crate) fn started(&self, job: &mut Passage, now: u64) {
        self.in_flight.up();
        self.wait.add(now.saturating_sub(job.arrived));
        job.since = now;
    }

    pub(crate) fn finished(&self, job: &mut Passage, now: u64) {
        self.in_flight.down();
        let service = now.saturating_sub(job.since);
        self.service.add(service);
        self.service_sum.0.fetch_add(service, Relaxed);
        job.since = now;
    }

    pub(crate) fn delivered(&self, job: &Passage, now: u64) {
        self.held.down();
        self.blocked.add(now.saturating_sub(job.since));
        self.sojourn.add(now.saturating_sub(job.arrived));
        if now < self.first_delivery.load(Relaxed) {
            self.first_delivery.fetch_min(now, Relaxed);
        }
        if self.reached.0.fetch_max(job.index + 1, Relaxed) > job.index {
            self.out_of_order.0.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn lost(&self, job: &Passage, now: u64) {
        self.held.down();
        if job.stage == Stage::Started {
            self.in_flight.down();
            self.lost.fetch_add(1, Relaxed);
            self.lost_sum.0.fetch_add(now.saturating_sub(job.since), Relaxed);
        }
    }

    pub(crate) fn now(&self) -> Readings {
        Readings {
            in_flight: self.in_flight.now.load(Relaxed),
            in_flight_peak: self.in_flight.peak.load(Relaxed),
            held: self.held.now.load(Relaxed),
            held_peak: self.held.peak.load(Relaxed),
        }
    }

    pub(crate) fn totals(&self) -> Totals {
        let first = self.first_delivery.load(Relaxed);
        let since_start = first.saturating_sub(self.start.load(Relaxed));
        Totals {
            first_delivery_ns: (first != u64::MAX).then_some(since_start),
            wait: self.wait.counted(),
            service: self.service.counted(),
            blocked: self.blocked.counted(),
            sojourn: self.sojourn.counted(),
            service_sum_ns: self.service_sum.0.load(Relaxed),
            lost: self.lost.load(Relaxed),
            lost_sum_ns: self.lost_sum.0.load(Relaxed),
            in_flight_peak: self.in_flight.peak.load(Relaxed),
            held_peak: self.held.peak.load(Relaxed),
            out_of_order: self.out_of_order.0.load(Relaxed),
        }
    }
}

/// Without the histograms, which are long.
impl fmt::Debug for Gauges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { in_flight, held, .. } = self;
        f.debug_struct("Gauges")
            .field("in_flight", in_flight)
            .field("held", held)
            .finish_non_exhaustive()
    }
}

impl Gauge {
    fn up(&self) {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        if now > self.peak.load(Relaxed) {
            self.peak.fetch_max(now, Relaxed);
        }
    }

    fn down(&self) {
        self.now.fetch_sub(1, Relaxed);
    }
}
