use std::num::NonZeroUsize;

/// How many service times are drawn in all, about.
const DRAWS: usize = 500_000;

/// How often a run of so many jobs is replayed: an odd number, so that one of them is the median.
pub fn replicates(jobs: NonZeroUsize) -> u32 {
    let affordable = (DRAWS / jobs).clamp(5, 101);
    affordable as u32 | 1
}

/// Service times of `jobs` jobs, each drawn from `given` with repetition; which ones follows from
/// the seed and the replicate. None if none are given.
///
/// ```
/// let drawn = bp_analysis::advise::resampled(&[3, 5], 4.try_into().unwrap(), 7, 0);
/// assert_eq!(drawn.len(), 4);
/// assert!(drawn.iter().all(|time| [3, 5].contains(time)));
/// ```
pub fn resampled(given: &[u64], jobs: NonZeroUsize, seed: u64, replicate: u32) -> Vec<u64> {
    let mut state = scramble(seed ^ scramble(u64::from(replicate)));
    let mut below = |bound: usize| {
        state = state.wrapping_add(GOLDEN);
        ((u128::from(scramble(state)) * bound as u128) >> 64) as usize
    };
    if given.is_empty() {
        return Vec::new();
    }
    (0..jobs.get()).map(|_| given[below(given.len())]).collect()
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The last steps of SplitMix64.
fn scramble(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_replicates_and_many_jobs_have_fewer() {
        let of = |jobs| replicates(NonZeroUsize::new(jobs).unwrap());
        assert_eq!([1, 1_000, 10_000, 1_000_000].map(of), [101, 101, 51, 5]);
    }

    #[test]
    fn a_draw_has_the_mean_of_what_is_given_and_follows_from_its_number() {
        let jobs = NonZeroUsize::new(40_000).unwrap();
        let given: Vec<u64> = (1..=100).map(|n| n * 1_000).collect();
        let drawn = resampled(&given, jobs, 7, 3);
        let mean = drawn.iter().sum::<u64>() as f64 / 40_000.0;
        assert!((mean / 50_500.0 - 1.0).abs() < 0.01, "{mean}");
        assert_eq!(drawn, resampled(&given, jobs, 7, 3));
        assert_ne!(drawn, resampled(&given, jobs, 7, 4));
        assert_ne!(drawn, resampled(&given, jobs, 8, 3));
        assert!(resampled(&[], jobs, 7, 3).is_empty());
    }
}
