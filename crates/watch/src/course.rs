use bp_record::{Glance, Provenance, TraceFile};

use crate::steps::{Level, Steps};

/// What is drawn of a run over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// Outputs that the consumer has.
    Delivered,
    /// Jobs started and not finished.
    InFlight,
    /// Jobs admitted and not delivered.
    Held,
    /// Live bytes.
    Memory,
}

impl Gauge {
    /// All of them, from top to bottom.
    pub const ALL: [Self; 4] = [Self::Delivered, Self::InFlight, Self::Held, Self::Memory];

    /// Its value in a glance; `None` if nobody measured it.
    pub fn of(self, glance: &Glance) -> Option<u64> {
        match self {
            Self::Delivered => Some(glance.delivered),
            Self::InFlight => Some(glance.in_flight),
            Self::Held => Some(glance.held),
            Self::Memory => glance.live_bytes,
        }
    }

    /// The most that it was up to a glance; `None` if nobody measured it.
    pub fn peak(self, glance: &Glance) -> Option<u64> {
        match self {
            Self::Delivered => Some(glance.delivered),
            Self::InFlight => Some(glance.in_flight_peak),
            Self::Held => Some(glance.held_peak),
            Self::Memory => glance.live_peak_bytes,
        }
    }
}

/// A run over time: all of it, or as much as there was to be seen so far.
#[derive(Clone, Debug)]
pub enum Course {
    /// From the moments of its jobs.
    Replayed(Box<Replayed>),
    /// From what was seen, in order of time.
    Seen(Vec<Glance>),
}

/// The moments of a trace, put so that any moment can be looked up in O(log jobs).
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Each job here stands for so many.
    every: u64,
    /// How many there were.
    jobs: u64,
    in_flight: Level,
    held: Level,
    delivered: Steps,
    lost: Steps,
    memory: Vec<Weighed>,
}

/// A sample of memory.
#[derive(Clone, Copy, Debug)]
struct Weighed {
    at_us: u64,
    live_bytes: u64,
    /// The most up to then.
    peak_bytes: u64,
}

impl Replayed {
    /// O(jobs log jobs).
    fn new(trace: &TraceFile) -> Self {
        let jobs = trace.moments();
        let ended = |lost: bool| {
            let them = jobs.iter().filter(move |job| job.lost == lost);
            Steps::new(them.map(|job| job.delivered_us))
        };
        Self {
            every: trace.every,
            jobs: trace.jobs,
            in_flight: Level::new(jobs.iter().map(|job| (job.started_us, job.finished_us))),
            held: Level::new(jobs.iter().map(|job| (job.admitted_us, job.delivered_us))),
            delivered: ended(false),
            lost: ended(true),
            memory: memory(trace),
        }
    }

    fn scaled(&self, count: u64) -> u64 {
        count.saturating_mul(self.every).min(self.jobs)
    }

    fn at(&self, us: u64) -> Glance {
        let weighed = last_before(&self.memory, us, |weighed| weighed.at_us);
        Glance {
            at_us: us,
            delivered: self.scaled(self.delivered.count(us)),
            lost: self.scaled(self.lost.count(us)),
            in_flight: self.scaled(self.in_flight.at(us)),
            in_flight_peak: self.scaled(self.in_flight.peak(us)),
            held: self.scaled(self.held.at(us)),
            held_peak: self.scaled(self.held.peak(us)),
            live_bytes: weighed.map(|weighed| weighed.live_bytes),
            live_peak_bytes: weighed.map(|weighed| weighed.peak_bytes),
        }
    }

    fn column(&self, gauge: Gauge, from: u64, to: u64) -> Option<f64> {
        let mean = |level: &Level| Some(level.mean(from, to) * self.every as f64);
        match gauge {
            Gauge::Delivered => Some(self.scaled(self.delivered.count(to)) as f64),
            Gauge::InFlight => mean(&self.in_flight),
            Gauge::Held => mean(&self.held),
            Gauge::Memory => {
                let first = self.memory.partition_point(|weighed| weighed.at_us < from);
                let within = self.memory[first..].iter().take_while(|weighed| weighed.at_us < to);
                let before = self.memory[..first].last();
                within.chain(before).map(|weighed| weighed.live_bytes as f64).reduce(f64::max)
            }
        }
    }
}

/// Weighing takes real time, so it does not belong beside simulated time.
fn memory(trace: &TraceFile) -> Vec<Weighed> {
    let weighed = trace.memory.as_ref().filter(|_| trace.provenance == Provenance::Recorded);
    let Some(memory) = weighed else { return Vec::new() };
    let (mut at_us, mut peak_bytes) = (0_u64, 0);
    let weighed = memory.at_us.iter().zip(&memory.live_bytes).map(|(later, &live_bytes)| {
        at_us = at_us.saturating_add(*later);
        peak_bytes = peak_bytes.max(live_bytes);
        Weighed { at_us, live_bytes, peak_bytes }
    });
    weighed.collect()
}

/// The last of `points` that is not after `us`.
fn last_before<T>(points: &[T], us: u64, time: impl Fn(&T) -> u64) -> Option<&T> {
    points[..points.partition_point(|point| time(point) <= us)].last()
}

impl Course {
    /// The course of a trace. O(jobs log jobs).
    pub fn of(trace: &TraceFile) -> Self {
        Self::Replayed(Box::new(Replayed::new(trace)))
    }

    /// How far it is at a moment; what it was last, after its end.
    pub fn at(&self, us: u64) -> Glance {
        match self {
            Self::Replayed(replayed) => replayed.at(us),
            Self::Seen(seen) => {
                last_before(seen, us, |glance| glance.at_us).copied().unwrap_or_default()
            }
        }
    }

    /// When it ends, or until when it was seen, in microseconds.
    pub fn end_us(&self) -> u64 {
        match self {
            Self::Replayed(replayed) => {
                replayed.delivered.last().max(replayed.lost.last()).unwrap_or(0)
            }
            Self::Seen(seen) => seen.last().map_or(0, |glance| glance.at_us),
        }
    }

    /// What a column of a chart shows that stands for the time from `from` up to `to`: of jobs in
    /// flight and held the mean, so that a short dip is seen as well as a long one; of memory the
    /// peak; of deliveries how many there were in the end. Of a run that is only looked at now and
    /// then, it is the last look, or a peak that was new then. `None` if it was over, or was not
    /// seen.
    pub fn column(&self, gauge: Gauge, from: u64, to: u64) -> Option<f64> {
        let to = to.min(self.end_us());
        if from >= to {
            return None;
        }
        match self {
            Self::Replayed(replayed) => replayed.column(gauge, from, to),
            Self::Seen(_) => {
                // Whatever was never reached before was reached within.
                let (before, after) = (self.at(from), self.at(to));
                let risen = gauge.peak(&after).filter(|peak| Some(*peak) > gauge.peak(&before));
                gauge.of(&after).max(risen).map(|value| value as f64)
            }
        }
    }

    /// Adds what was seen next.
    pub(crate) fn see(&mut self, glance: Glance) {
        if let Self::Seen(seen) = self
            && seen.last().is_none_or(|last| last.at_us <= glance.at_us)
        {
            seen.push(glance);
        }
    }
}
