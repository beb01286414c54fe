//! What is seen under one limit, and what follows for the next.

use std::time::Duration;

use crate::Estimate;

/// The jobs that began under one limit. At least 128 count, and eight for each that may be inside:
/// where their times differ, fewer say little.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Round {
    pub(crate) number: u64,
    /// Whether the limit was reached.
    pub(crate) was_full: bool,
    jobs: usize,
    seconds: f64,
}

impl Round {
    pub(crate) fn next(self) -> Self {
        Self { number: self.number + 1, ..Self::default() }
    }

    /// Counts a job that began in `round`; what one takes, once there are enough.
    pub(crate) fn add(&mut self, round: u64, time: Duration, allowed: usize) -> Option<f64> {
        if round != self.number {
            return None; // it was among others than are inside now
        }
        self.jobs += 1;
        self.seconds += time.as_secs_f64();
        (self.jobs >= 128.max(allowed.saturating_mul(8))).then(|| self.seconds / self.jobs as f64)
    }
}

impl Estimate {
    /// Goes half-way to where a tenth of the jobs inside wait: some do, or places may be idle. Of
    /// those inside so many wait as of its time a job does, which is Little's law.
    pub(crate) fn steer(&mut self, mean: f64, alone: f64) {
        let inside = self.allowed() as f64;
        let waits = (mean - alone).max(0.0) / mean.max(f64::MIN_POSITIVE);
        let (queue, goal) = (inside * waits, inside / 10.0);
        self.climbs &= queue <= 2.0 * goal;
        let step = if self.climbs { inside } else { (goal - queue) / 2.0 };
        if step < 0.0 || self.round.was_full {
            self.limit = (self.limit + step).clamp(1.0, self.most as f64);
        }
        if queue > 2.0 * goal {
            self.probe = self.round.number + 1; // whether jobs take longer, or wait longer
        }
    }
}
