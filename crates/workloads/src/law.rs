use std::time::Duration;

use rand::RngExt as _;
use rand_distr::{Distribution, Exp1, OpenClosed01, StandardNormal};

use crate::seeded::{below, generator};

/// How service times are distributed. `service` is their mean, but where a law says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// All alike. Batching loses nothing then, which is why it must not be the only law.
    Fixed,
    /// Anything between zero and twice the mean.
    Uniform,
    /// Memoryless: what is left of a job does not depend on how long it has run.
    Exponential,
    /// The exponential of a normal, σ = 1: the usual shape of response times.
    Lognormal,
    /// Of shape 2.5: a heavy tail, of which the variance still exists.
    Pareto,
    /// Exactly one in each hundred jobs, at a place that follows from the seed, takes a hundred
    /// times as long. `service` is the time of the *quick* jobs; the mean is 1.99 times that.
    Stragglers,
    /// Document 001: job `n`, from zero, takes `service / (n + 1)`. `service` is the longest.
    Reciprocal,
}

impl Law {
    /// How long job `index` is in service, to the nanosecond.
    ///
    /// It depends on nothing but the arguments. Where the mathematical library of another platform
    /// rounds otherwise, a time may differ by a nanosecond.
    pub fn service(self, seed: u64, index: u64, service: Duration) -> Duration {
        let random = || generator(seed, index);
        let factor = match self {
            Self::Fixed => return service,
            Self::Stragglers => return service * if straggles(seed, index) { 100 } else { 1 },
            Self::Reciprocal => 1.0 / (index as f64 + 1.0),
            Self::Uniform => 2.0 * random().random::<f64>(),
            Self::Exponential => Exp1.sample(&mut random()),
            Self::Lognormal => {
                let normal: f64 = StandardNormal.sample(&mut random());
                (normal - 0.5).exp() // the mean of exp(normal) is exp(1/2)
            }
            Self::Pareto => {
                const SHAPE: f64 = 2.5;
                let uniform: f64 = OpenClosed01.sample(&mut random());
                (SHAPE - 1.0) / SHAPE * uniform.powf(-1.0 / SHAPE)
            }
        };
        Duration::from_nanos((service.as_nanos() as f64 * factor).round() as u64)
    }
}

fn straggles(seed: u64, index: u64) -> bool {
    index % 100 == u64::from(below(100, seed, index / 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEAN: Duration = Duration::from_millis(1);

    /// The sorted service times, in units of the mean asked for.
    fn times(law: Law, seed: u64) -> Vec<f64> {
        let time = |index| law.service(seed, index, MEAN).as_secs_f64() / MEAN.as_secs_f64();
        let mut times: Vec<_> = (0..100_000).map(time).collect();
        times.sort_by(f64::total_cmp);
        times
    }

    #[track_caller]
    fn near(found: f64, expected: f64, tolerance: f64) {
        let off = (found / expected - 1.0).abs();
        assert!(off < tolerance, "{found} is not {expected} within {tolerance}");
    }

    #[test]
    fn the_mean_is_the_one_asked_for() {
        for law in [Law::Fixed, Law::Uniform, Law::Exponential, Law::Lognormal, Law::Pareto] {
            for seed in [0, 1, 2, u64::MAX] {
                near(times(law, seed).iter().sum::<f64>() / 1e5, 1.0, 0.02);
            }
        }
    }

    #[test]
    fn quantiles_are_those_of_the_law() {
        // (law, its median, its 99th percentile), in units of the mean
        let laws = [
            (Law::Fixed, 1.0, 1.0),
            (Law::Uniform, 1.0, 1.98),
            (Law::Exponential, 2f64.ln(), 100f64.ln()),
            (Law::Lognormal, (-0.5f64).exp(), (2.326_348 - 0.5f64).exp()),
            (Law::Pareto, 0.6 * 2f64.powf(0.4), 0.6 * 100f64.powf(0.4)),
        ];
        for (law, median, p99) in laws {
            let times = times(law, 7);
            near(times[50_000], median, 0.02);
            near(times[99_000], p99, 0.05);
        }
    }

    #[test]
    fn one_in_each_hundred_straggles_and_not_always_the_same() {
        let slow = |index: &u64| Law::Stragglers.service(7, *index, MEAN) == 100 * MEAN;
        let places: Vec<_> = (0..100)
            .map(|hundred| {
                let slow: Vec<_> = (100 * hundred..100 * hundred + 100).filter(slow).collect();
                assert_eq!(slow.len(), 1, "in hundred {hundred}");
                slow[0] % 100
            })
            .collect();
        let mut distinct = places.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 50, "{places:?}");
        near(times(Law::Stragglers, 7).iter().sum::<f64>() / 1e5, 1.99, 1e-9);
    }

    #[test]
    fn reciprocal_is_that_of_document_001() {
        let second = Duration::from_secs(1);
        let times = [0, 1, 3].map(|n| Law::Reciprocal.service(7, n, second).as_millis());
        assert_eq!(times, [1000, 500, 250]);
    }

    #[test]
    fn the_seed_decides() {
        let some = |law: Law, seed| -> Vec<_> {
            (0..100).map(|index| law.service(seed, index, MEAN)).collect()
        };
        for law in [Law::Uniform, Law::Exponential, Law::Lognormal, Law::Pareto, Law::Stragglers] {
            assert_eq!(some(law, 7), some(law, 7), "{law:?}");
            assert_ne!(some(law, 7), some(law, 8), "{law:?}");
        }
    }

    #[test]
    fn times_are_the_same_everywhere() {
        // Recorded once: a run is compared with runs of other machines and of later versions.
        let third = |law: Law| law.service(7, 3, MEAN).as_nanos();
        let laws = [Law::Uniform, Law::Exponential, Law::Lognormal, Law::Pareto];
        assert_eq!(laws.map(third), [458_754, 899_860, 155_772, 1_081_263]);
    }
}
