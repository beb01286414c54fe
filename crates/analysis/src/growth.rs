//! Whether memory grows with the number of jobs, or with time where the source is endless.

use bp_record::{Cell, Extent};
use serde::Serialize;

use crate::Summary;

/// Peaks below this count as this: the noise of a few words is no growth.
const LEAST_PEAK_BYTES: u64 = 1024;
/// A limit, a window or a queue is full long before so many times as many jobs have passed.
const FULL: u64 = 2;
/// Of an endless source, the peak of this part of the time is compared with that of all of it.
const PART: u64 = 4;

/// What the growth of the peak says of a strategy's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryVerdict {
    /// The growth is below 0.25: four times the jobs need less than 1.42 times the memory.
    Bounded,
    /// Neither; the two extents do not tell.
    Between,
    /// The growth is above 0.75: four times the jobs need more than 2.8 times the memory.
    Grows,
    /// It grows, but the small extent has less than twice as many jobs as may be held at once, and up
    /// to there memory grows whatever the strategy.
    TooFewJobs,
    /// Jobs were lost that the workload did not ask to lose, and such a job holds nothing.
    JobsLost,
}

impl Summary {
    /// Whether the memory is bounded or grows with the number of jobs, or of an endless source with
    /// time; `None` where that was not measured at two extents.
    pub fn verdict_memory(&self) -> Option<MemoryVerdict> {
        let growth = self.memory_growth?;
        let full = FULL.saturating_mul(most_held(&self.cell));
        let few = self.jobs_before().is_none_or(|jobs| jobs < full);
        Some(match growth {
            growth if growth > 0.75 && !few => MemoryVerdict::Grows,
            _ if self.lost().is_some() => MemoryVerdict::JobsLost,
            // What hardly grows up to a limit does not grow beyond it either.
            growth if growth < 0.25 => MemoryVerdict::Bounded,
            _ if few => MemoryVerdict::TooFewJobs,
            _ => MemoryVerdict::Between,
        })
    }

    /// How many jobs the smaller of the two peaks is of.
    fn jobs_before(&self) -> Option<u64> {
        match self.cell.work.extent {
            Extent::Jobs(_) => self.live_peak_small.map(|(jobs, _)| jobs),
            Extent::ForNs(ns) => Some((self.throughput_per_s? * ns as f64 / 1e9) as u64 / PART),
        }
    }
}

/// How many jobs the parameters of a cell let it hold at once; 0 where none says.
fn most_held(cell: &Cell) -> u64 {
    let size = |size: Option<std::num::NonZeroUsize>| size.map_or(0, |size| size.get() as u64);
    size(cell.limit).saturating_add(size(cell.capacity)).max(size(cell.window))
}

/// The power of the number of jobs with which the peak grows, from two pairs (jobs, bytes).
pub(crate) fn with_jobs(full: Option<(u64, u64)>, small: Option<(u64, u64)>) -> Option<f64> {
    let ((jobs, peak), (small_jobs, small_peak)) = (full?, small?);
    power(peak, small_peak, jobs as f64 / small_jobs as f64)
}

/// The power of time with which the live bytes (time, bytes) of a source that closes after `ns`
/// grow; `None` where nothing was sampled in the first part.
pub(crate) fn with_time(live_bytes: &[(u64, u64)], ns: u64) -> Option<f64> {
    let peak = |until: u64| {
        let before = live_bytes.iter().take_while(|point| point.0 <= until);
        before.map(|point| point.1).max()
    };
    power(peak(ns)?, peak(ns / PART)?, PART as f64)
}

fn power(peak: u64, small_peak: u64, times: f64) -> Option<f64> {
    let peak = peak.max(LEAST_PEAK_BYTES) as f64;
    let small_peak = small_peak.max(LEAST_PEAK_BYTES) as f64;
    let power = (peak / small_peak).ln() / times.ln();
    power.is_finite().then_some(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_endless_source_the_first_quarter_is_compared_with_all_of_its_time() {
        let line: Vec<_> = (0..=100).map(|at| (at * 10, at * 100_000)).collect();
        let grown = with_time(&line, 1_000).expect("it was sampled");
        assert!((grown - 1.0).abs() < 1e-9, "{grown}");
        let flat = [(0, 0), (200, 5_000), (900, 5_000), (2_000, 90_000)];
        assert_eq!(with_time(&flat, 1_000), Some(0.0), "what drains later is not looked at");
        assert_eq!(with_time(&[(900, 5_000)], 1_000), None);
    }
}
