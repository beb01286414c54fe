//! Jobs that did not succeed: those that the workload asked for, and others.

use crate::Summary;

/// By chance the number of jobs that are drawn to fail lies so many standard deviations above its
/// mean once in thirty thousand runs.
const DEVIATIONS: f64 = 4.0;

impl Summary {
    /// Which part of the jobs did not succeed, where some failed, were refused or panicked that the
    /// workload did not ask for, or were shed; `None` if there are none. Jobs that fail at once take
    /// no time and hold nothing, so such a cell is not compared with others.
    pub fn lost(&self) -> Option<f64> {
        self.unsuccessful().filter(|_| !self.only_asked())
    }

    /// Which part of the jobs failed or panicked, where the workload asked for all of it; `None` if
    /// it asked for none, or others failed besides. This happens to every strategy alike, so it is
    /// part of what is compared.
    pub fn failed_as_asked(&self) -> Option<f64> {
        self.unsuccessful().filter(|_| self.only_asked())
    }

    fn unsuccessful(&self) -> Option<f64> {
        let lost = self.unfinished();
        (lost > 0).then(|| (lost as f64 / self.ended().max(1.0)).min(1.0))
    }

    /// True if no job was refused or shed, and no more failed or panicked than are drawn to.
    fn only_asked(&self) -> bool {
        let faults = self.cell.work.faults;
        let within = |count: u64, per_million: u32| {
            let (jobs, part) = (self.ended(), f64::from(per_million) / 1e6);
            let mean = jobs * part;
            count as f64 <= mean + DEVIATIONS * (mean * (1.0 - part).max(0.0)).sqrt()
        };
        self.refused.unwrap_or(0) == 0
            && self.shed.unwrap_or(0) == 0
            && within(self.failures(), faults.fail_per_million)
            && within(self.panicked.unwrap_or(0), faults.panic_per_million)
    }

    /// Refused jobs also count as failed.
    fn failures(&self) -> u64 {
        self.failed.unwrap_or(0).max(self.refused.unwrap_or(0))
    }

    /// How many jobs ended otherwise than with success.
    fn unfinished(&self) -> u64 {
        let others = [self.panicked, self.shed].map(Option::unwrap_or_default);
        others.into_iter().fold(self.failures(), u64::saturating_add)
    }

    /// How many jobs ended in any way.
    fn ended(&self) -> f64 {
        let succeeded = || {
            let makespan_s = self.makespan_ns?.median_ns as f64 / 1e9;
            Some(self.throughput_per_s? * makespan_s)
        };
        let lost = self.unfinished();
        self.jobs.map_or_else(|| lost as f64 + succeeded().unwrap_or(0.0), |jobs| jobs as f64)
    }
}
