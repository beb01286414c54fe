use bp_record::Quantiles;

/// How many samples must lie beyond a quantile for it to be worth a number.
pub(crate) const BEYOND: u64 = 10;

/// The order statistics of `times`, which it sorts; `None` if there are none.
///
/// A quantile is the least time that at least this fraction of all does not exceed. It is given
/// only where ten times lie beyond it: the median needs 20 times, the 99.9 % quantile 10,000.
pub fn quantiles(times: &mut [u64]) -> Option<Quantiles> {
    times.sort_unstable();
    let sum = times.iter().map(|&time| u128::from(time)).sum();
    of_ranks(times.len() as u64, sum, |rank| times[rank as usize - 1])
}

/// The same of `count` times, which add up to `sum`; `nth` is the time of a rank, from 1.
pub(crate) fn of_ranks(count: u64, sum: u128, nth: impl Fn(u64) -> u64) -> Option<Quantiles> {
    let quantile = |per_mille: u64| {
        let rank = (count * per_mille).div_ceil(1000);
        (count - rank >= BEYOND).then(|| nth(rank))
    };
    (count > 0).then(|| Quantiles {
        count,
        mean_ns: (sum / u128::from(count)) as u64,
        min_ns: nth(1),
        p50_ns: quantile(500),
        p90_ns: quantile(900),
        p99_ns: quantile(990),
        p999_ns: quantile(999),
        max_ns: nth(count),
    })
}

/// The middle of `values`, which it sorts; between two middles their mean, rounded down. `None`
/// if there are none.
pub fn median(values: &mut [u64]) -> Option<u64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower.midpoint(upper))
}

/// The median absolute deviation: the median of the distances to the median. Unlike the standard
/// deviation, it does not care how far off a few values are. `None` if there are none.
pub fn mad(values: &[u64]) -> Option<u64> {
    let mut values = values.to_vec();
    let median_value = median(&mut values)?;
    values.iter_mut().for_each(|value| *value = value.abs_diff(median_value));
    median(&mut values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_first(count: u64) -> Quantiles {
        // Descending, so that the order matters.
        quantiles(&mut (1..=count).rev().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_quantile_needs_ten_times_beyond_it() {
        assert_eq!(quantiles(&mut []), None);
        assert_eq!((of_first(19).p50_ns, of_first(20).p50_ns), (None, Some(10)));
        assert_eq!((of_first(99).p90_ns, of_first(100).p90_ns), (None, Some(90)));
        assert_eq!((of_first(999).p99_ns, of_first(1_000).p99_ns), (None, Some(990)));
        assert_eq!((of_first(9_999).p999_ns, of_first(10_000).p999_ns), (None, Some(9_990)));
    }

    #[test]
    fn count_mean_and_extremes_are_always_given() {
        let one = quantiles(&mut [7]).unwrap();
        assert_eq!((one.count, one.mean_ns, one.min_ns, one.max_ns), (1, 7, 7, 7));
        let great = quantiles(&mut [u64::MAX, u64::MAX]).unwrap();
        assert_eq!(great.mean_ns, u64::MAX, "the sum does not overflow");
    }

    #[test]
    fn the_median_is_the_middle_and_the_mad_the_middle_distance() {
        assert_eq!((median(&mut []), mad(&[])), (None, None));
        assert_eq!(median(&mut [9, 1, 5]), Some(5));
        assert_eq!(median(&mut [9, 1, 5, 6]), Some(5));
        assert_eq!(median(&mut [u64::MAX, u64::MAX - 2]), Some(u64::MAX - 1));
        assert_eq!(mad(&[1, 5, 6, 7, 1_000]), Some(1));
    }

    proptest! {
        #[test]
        fn a_quantile_covers_its_fraction_and_no_more_than_needed(
            mut times in prop::collection::vec(0u64..500, 1..1500)
        ) {
            let q = quantiles(&mut times).unwrap();
            let at_most = |bound: u64| times.iter().filter(|&&time| time <= bound).count() as u64;
            for (value, per_mille) in [(q.p50_ns, 500), (q.p90_ns, 900), (q.p99_ns, 990)] {
                if let Some(value) = value {
                    prop_assert!(at_most(value) * 1000 >= q.count * per_mille);
                    prop_assert!(value == 0 || at_most(value - 1) * 1000 < q.count * per_mille);
                }
            }
            prop_assert!(q.min_ns <= q.mean_ns && q.mean_ns <= q.max_ns);
        }
    }
}
