use std::{
    iter,
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use bp_record::Trace;

/// No moment is this one, some 584 years after the clock began; and no index.
const NEVER: u64 = u64::MAX;
const NO_JOB: u32 = u32::MAX;

/// Where [`Observed`](crate::Observed) writes down the moments of jobs.
///
/// Each is one relaxed store into a slot made beforehand. It is leaked, so that a job pays one plain
/// reference for it: it lives as long as the process, which runs one cell.
#[derive(Debug)]
pub struct Recorder {
    slots: Box<[Slot]>,
    /// The jobs in the order of their delivery.
    order: Box<[AtomicU32]>,
    delivered: AtomicUsize,
    missed: AtomicU64,
}

/// The moments of a job, in nanoseconds on the clock of the executor.
#[derive(Debug)]
struct Slot {
    admitted: AtomicU64,
    started: AtomicU64,
    finished: AtomicU64,
    delivered: AtomicU64,
    lost: AtomicU64,
}

impl Recorder {
    /// The most jobs that a recorder can hold.
    pub const LARGEST: usize = 1 << 20;

    /// Makes room for `capacity` jobs, or for [`LARGEST`](Self::LARGEST) if that is less: 44 bytes
    /// each, written now, so that no page of it has to be found later. Jobs beyond are not recorded.
    pub fn leak(capacity: usize) -> &'static Self {
        let capacity = capacity.min(Self::LARGEST);
        Box::leak(Box::new(Self {
            slots: iter::repeat_with(Slot::empty).take(capacity).collect(),
            order: iter::repeat_with(|| AtomicU32::new(NO_JOB)).take(capacity).collect(),
            delivered: AtomicUsize::new(0),
            missed: AtomicU64::new(0),
        }))
    }

    /// How many jobs were admitted and recorded.
    pub fn recorded(&self) -> usize {
        self.slots.iter().take_while(|slot| slot.admitted.load(Relaxed) != NEVER).count()
    }

    /// How many jobs were admitted for which there was no room. A trace that misses some says
    /// nothing about the whole run.
    pub fn missed(&self) -> u64 {
        self.missed.load(Relaxed)
    }

    /// The moments of the recorded jobs, counted from `start`, which is on the clock of the
    /// executor; `arrivals` are counted from there as well.
    pub fn trace(&self, start: Duration, arrivals: impl IntoIterator<Item = Duration>) -> Trace {
        let slots = &self.slots[..self.recorded()];
        let start = nanoseconds(start);
        let moments = |read: fn(&Slot) -> &AtomicU64| {
            let moment = |slot| Some(read(slot).load(Relaxed)).filter(|&moment| moment != NEVER);
            let since = |moment: u64| moment.saturating_sub(start);
            slots.iter().map(|slot| moment(slot).map(since)).collect()
        };
        let order = self.order.iter().map(|job| job.load(Relaxed));
        Trace {
            arrived_ns: arrivals.into_iter().map(nanoseconds).take(slots.len()).collect(),
            admitted_ns: moments(|slot| &slot.admitted),
            started_ns: moments(|slot| &slot.started),
            finished_ns: moments(|slot| &slot.finished),
            delivered_ns: moments(|slot| &slot.delivered),
            lost_ns: moments(|slot| &slot.lost),
            order: order.take_while(|&job| job != NO_JOB).map(u64::from).collect(),
        }
    }

    /// Writes down that job `index` was admitted; where its other moments go.
    pub(crate) fn admitted(&'static self, index: u64, now: Duration) -> Place {
        let slot = usize::try_from(index).ok().and_then(|index| self.slots.get(index));
        let Some(slot) = slot else {
            self.missed.fetch_add(1, Relaxed);
            return Place { recorder: self, job: NO_JOB };
        };
        slot.admitted.store(nanoseconds(now), Relaxed);
        Place { recorder: self, job: index as u32 } // a slot's index is below 2²⁰
    }
}

impl Slot {
    fn empty() -> Self {
        Self {
            admitted: AtomicU64::new(NEVER),
            started: AtomicU64::new(NEVER),
            finished: AtomicU64::new(NEVER),
            delivered: AtomicU64::new(NEVER),
            lost: AtomicU64::new(NEVER),
        }
    }
}

/// A job's place in the recorder; that of a job for which there was no room is nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    recorder: &'static Recorder,
    job: u32,
}

impl Place {
    pub(crate) fn started(self, now: Duration) {
        self.write(|slot| &slot.started, now);
    }

    pub(crate) fn finished(self, now: Duration) {
        self.write(|slot| &slot.finished, now);
    }

    pub(crate) fn delivered(self, now: Duration) {
        if self.write(|slot| &slot.delivered, now) {
            let place = self.recorder.delivered.fetch_add(1, Relaxed);
            // A job that is delivered twice has no place in the order; the counts tell of it.
            if let Some(order) = self.recorder.order.get(place) {
                order.store(self.job, Relaxed);
            }
        }
    }

    pub(crate) fn lost(self, now: Duration) {
        self.write(|slot| &slot.lost, now);
    }

    /// A place where nothing is written.
    pub(crate) fn nowhere(self) -> Self {
        Self { job: NO_JOB, ..self }
    }

    /// True if there is room for this job.
    fn write(self, moment: fn(&Slot) -> &AtomicU64, now: Duration) -> bool {
        let slot = self.recorder.slots.get(self.job as usize);
        if let Some(slot) = slot {
            moment(slot).store(nanoseconds(now), Relaxed);
        }
        slot.is_some()
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(NEVER - 1)
}
