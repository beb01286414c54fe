use std::{
    iter,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
};

use bp_record::Trace;

/// No moment is this one, some 584 years after the clock began; and no index.
const NEVER: u64 = u64::MAX;
const NO_JOB: u32 = u32::MAX;

/// The moments of the first jobs, a slot each, made beforehand.
#[derive(Debug)]
pub(crate) struct Slots {
    slots: Box<[Slot]>,
    /// The jobs in the order of their delivery.
    order: Box<[AtomicU32]>,
    delivered: AtomicUsize,
    overflown: AtomicBool,
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

impl Slots {
    /// Room for so many jobs, at most 2³² − 1, written now, so that no page has to be found later.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            slots: iter::repeat_with(Slot::empty).take(capacity).collect(),
            order: iter::repeat_with(|| AtomicU32::new(NO_JOB)).take(capacity).collect(),
            delivered: AtomicUsize::new(0),
            overflown: AtomicBool::new(false),
        }
    }

    pub(crate) fn recorded(&self) -> usize {
        self.slots.iter().take_while(|slot| slot.admitted.load(Relaxed) != NEVER).count()
    }

    /// True if there was no room for some job.
    pub(crate) fn overflown(&self) -> bool {
        self.overflown.load(Relaxed)
    }

    pub(crate) fn admitted(&self, job: u64, now: u64) {
        if let Some(slot) = self.slot(job) {
            slot.admitted.store(now, Relaxed);
        } else if !self.overflown() {
            self.overflown.store(true, Relaxed);
        }
    }

    pub(crate) fn started(&self, job: u64, now: u64) {
        if let Some(slot) = self.slot(job) {
            slot.started.store(now, Relaxed);
        }
    }

    pub(crate) fn finished(&self, job: u64, now: u64) {
        if let Some(slot) = self.slot(job) {
            slot.finished.store(now, Relaxed);
        }
    }

    pub(crate) fn delivered(&self, job: u64, now: u64) {
        if let Some(slot) = self.slot(job) {
            slot.delivered.store(now, Relaxed);
            let place = self.delivered.fetch_add(1, Relaxed);
            // A job that is delivered twice has no place in the order; the counts tell of it.
            if let Some(order) = self.order.get(place) {
                order.store(job as u32, Relaxed); // there are fewer slots than that
            }
        }
    }

    pub(crate) fn lost(&self, job: u64, now: u64) {
        if let Some(slot) = self.slot(job) {
            slot.lost.store(now, Relaxed);
        }
    }

    /// The moments since `start`; `arrived_ns` is left empty.
    pub(crate) fn trace(&self, start: u64) -> Trace {
        let slots = &self.slots[..self.recorded()];
        let moments = |read: fn(&Slot) -> &AtomicU64| {
            let moment = |slot| Some(read(slot).load(Relaxed)).filter(|&moment| moment != NEVER);
            let since = |moment: u64| moment.saturating_sub(start);
            slots.iter().map(|slot| moment(slot).map(since)).collect()
        };
        let order = self.order.iter().map(|job| job.load(Relaxed));
        Trace {
            arrived_ns: Vec::new(),
            admitted_ns: moments(|slot| &slot.admitted),
            started_ns: moments(|slot| &slot.started),
            finished_ns: moments(|slot| &slot.finished),
            delivered_ns: moments(|slot| &slot.delivered),
            lost_ns: moments(|slot| &slot.lost),
            order: order.take_while(|&job| job != NO_JOB).map(u64::from).collect(),
        }
    }

    fn slot(&self, job: u64) -> Option<&Slot> {
        self.slots.get(usize::try_from(job).ok()?)
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
