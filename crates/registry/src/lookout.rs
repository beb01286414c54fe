//! Looking into a run while it goes on. Nothing that is measured does that.

use std::{sync::OnceLock, time::Instant};

use bp_observe::{
    Recorder,
    memory::{self, Meter},
};
use bp_record::Glance;
use bp_workloads::Tally;

/// A place from which one run can be seen while it goes on, by another thread.
///
/// What goes on is counted in any case; a look reads a few counters. Memory is weighed meanwhile,
/// which is a probe of some nanoseconds an allocation.
///
/// ```
/// assert_eq!(bp_registry::Lookout::default().look(), None, "nothing has begun");
/// ```
#[derive(Debug, Default)]
pub struct Lookout {
    view: OnceLock<View>,
    /// What it was like when it was over.
    last: OnceLock<Option<Glance>>,
}

#[derive(Debug)]
struct View {
    began: Instant,
    recorder: &'static Recorder,
    tally: &'static Tally,
    /// What was live before the run; `None` if the allocator does not count.
    live_before: Option<i64>,
}

impl Lookout {
    /// How far the run is; `None` before it began.
    pub fn look(&self) -> Option<Glance> {
        self.last.get().copied().unwrap_or_else(|| self.view.get()?.now())
    }

    /// Lets others look in, and weighs memory until what this returns is dropped, which is the
    /// last that is seen of the run.
    ///
    /// A lookout is for one run: of a second one nothing is seen.
    pub(crate) fn open(&'static self, recorder: &'static Recorder, tally: &'static Tally) -> Open {
        let meter = memory::begin();
        let live_before = meter.as_ref().map(Meter::live_before);
        let _ = self.view.set(View { began: Instant::now(), recorder, tally, live_before });
        Open { lookout: self, meter }
    }
}

impl View {
    fn now(&self) -> Option<Glance> {
        let readings = self.recorder.now()?;
        let counts = self.tally.counts();
        let above = |live: i64| self.live_before.map(|before| (live - before).max(0) as u64);
        Some(Glance {
            at_us: u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX),
            delivered: counts.delivered,
            lost: counts.panicked,
            in_flight: readings.in_flight,
            in_flight_peak: readings.in_flight_peak,
            held: readings.held,
            held_peak: readings.held_peak,
            live_bytes: above(memory::live()),
            live_peak_bytes: above(memory::peak()),
        })
    }
}

/// A run that can be looked into.
#[derive(Debug)]
pub(crate) struct Open {
    lookout: &'static Lookout,
    meter: Option<Meter>,
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.lookout.last.set(self.lookout.look());
        self.meter.take().map(Meter::finish);
    }
}
