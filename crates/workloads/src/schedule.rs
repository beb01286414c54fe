use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bp_record::Arrivals;

use crate::{Law, seeded::mix};

const SECOND: Duration = Duration::from_secs(1);

/// When each job arrives, counted from the start of the run.
#[derive(Debug)]
pub struct Schedule {
    arrivals: Arrivals,
    seed: u64,
    /// A Poisson process is a sum over all gaps, so it is kept where it was last asked for.
    reached: Mutex<Reached>,
}

#[derive(Debug, Default)]
struct Reached {
    gaps: u64,
    /// The sum of so many gaps, in nanoseconds at a rate of one a second.
    sum: u128,
}

impl Schedule {
    /// The schedule of `arrivals`, of which the gaps follow from `seed`.
    ///
    /// # Panics
    /// If the rate is zero: nothing would ever arrive.
    pub fn new(arrivals: Arrivals, seed: u64) -> Self {
        if let Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } = arrivals {
            assert!(per_second > 0, "a rate of zero: at least one job a second has to arrive");
        }
        // not the seed of the service times, which would follow the gaps
        Self { arrivals, seed: mix(seed, 0xA117), reached: Mutex::default() }
    }

    /// When job `index` arrives. Cheap if it is the last index asked for or the next.
    #[inline]
    pub fn arrival(&self, index: u64) -> Duration {
        match self.arrivals {
            Arrivals::Drain => Duration::ZERO,
            Arrivals::Constant { per_second } => {
                at_rate(u128::from(index) * SECOND.as_nanos(), per_second)
            }
            Arrivals::Poisson { per_second } => at_rate(self.sum_up_to(index), per_second),
        }
    }

    fn sum_up_to(&self, index: u64) -> u128 {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if reached.gaps > index + 1 {
            *reached = Reached::default();
        }
        while reached.gaps <= index {
            reached.sum += Law::Exponential.service(self.seed, reached.gaps, SECOND).as_nanos();
            reached.gaps += 1;
        }
        reached.sum
    }
}

fn at_rate(nanoseconds: u128, per_second: u32) -> Duration {
    Duration::from_nanos((nanoseconds / u128::from(per_second)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(arrivals: Arrivals, seed: u64) -> Vec<Duration> {
        let schedule = Schedule::new(arrivals, seed);
        (0..10_000).map(|index| schedule.arrival(index)).collect()
    }

    #[test]
    fn a_constant_rate_does_not_drift() {
        let arrivals = arrivals(Arrivals::Constant { per_second: 3 }, 7);
        assert_eq!(arrivals[..2], [Duration::ZERO, Duration::from_nanos(333_333_333)]);
        assert_eq!(arrivals[9_999], Duration::from_secs(3_333));
    }

    #[test]
    fn poisson_has_exponential_gaps_of_the_mean_asked_for() {
        let found = arrivals(Arrivals::Poisson { per_second: 500 }, 7);
        let mean = found[9_999].as_secs_f64() / 1e4;
        assert!((mean / 0.002 - 1.0).abs() < 0.03, "{mean}");
        let short = |pair: &&[Duration]| pair[1] - pair[0] < Duration::from_micros(1_386);
        let shorter_than_median = found.windows(2).filter(short).count();
        assert!((4_800..5_200).contains(&shorter_than_median), "{shorter_than_median}");
        assert_ne!(found, arrivals(Arrivals::Poisson { per_second: 500 }, 8));
    }

    #[test]
    fn any_index_may_be_asked_for_and_again() {
        let schedule = Schedule::new(Arrivals::Poisson { per_second: 500 }, 7);
        let forth: Vec<_> = (0..100).map(|index| schedule.arrival(index)).collect();
        let back: Vec<_> = (0..100).rev().map(|index| schedule.arrival(index)).collect();
        assert!(forth.is_sorted() && forth.iter().eq(back.iter().rev()));
        assert_eq!(schedule.arrival(50), schedule.arrival(50));
    }

    #[test]
    #[should_panic = "a rate of zero"]
    fn a_rate_of_zero_is_refused() {
        Schedule::new(Arrivals::Constant { per_second: 0 }, 7);
    }
}
