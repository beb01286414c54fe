use serde::Serialize;

use crate::{Interval, median_interval, median_of, sign_p_value};

/// What pairs of measurements of two things say of their ratio.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// How many pairs there are.
    pub pairs: u32,
    /// The median of `ln(new / base)` over the pairs.
    pub log_ratio: f64,
    /// Where the true median lies, with 95 % confidence; from eight pairs up.
    pub interval: Option<Interval>,
    /// How likely pairs as one-sided as these are if nothing differs, of this row alone.
    pub p: f64,
    /// The least and the greatest of the pairs, for those who have no interval.
    pub range: Interval,
}

/// Compares by pairs, each of a base and a new measurement that were made one right after the
/// other: what slows both down cancels out. `None` without a pair.
///
/// A measurement below one, such as a count of none, counts as one, so that every ratio exists.
///
/// ```
/// let pairs = [(100.0, 110.0), (200.0, 220.0), (90.0, 99.0), (100.0, 109.0)];
/// let paired = bp_analysis::paired(&pairs).unwrap();
/// assert!((paired.log_ratio.exp() - 1.1).abs() < 1e-9);
/// assert_eq!((paired.p, paired.interval), (0.125, None));
/// ```
pub fn paired(pairs: &[(f64, f64)]) -> Option<Paired> {
    let ratios: Vec<f64> = pairs.iter().map(|&(base, new)| log_ratio(base, new)).collect();
    let mut sorted = ratios.clone();
    let median = median_of(&mut sorted)?;
    Some(Paired {
        pairs: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        log_ratio: median,
        interval: median_interval(&ratios),
        p: sign_p_value(&ratios),
        range: Interval { low: *sorted.first()?, high: *sorted.last()? },
    })
}

/// `ln(new / base)`, where less than one counts as one.
pub(crate) fn log_ratio(base: f64, new: f64) -> f64 {
    (new.max(1.0) / base.max(1.0)).ln()
}

/// The geometric mean of ratios given as logarithms; `None` if there are none.
pub(crate) fn geometric_mean(log_ratios: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = log_ratios.into_iter().fold((0.0, 0_u32), |(s, n), r| (s + r, n + 1));
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_slows_both_down_cancels_out() {
        let slow = |round: i32| 1.0 + f64::from(round % 5) / 2.0;
        let pairs: Vec<_> = (0..12).map(|r| (100.0 * slow(r), 110.0 * slow(r))).collect();
        let paired = paired(&pairs).unwrap();
        let interval = paired.interval.unwrap();
        assert!((paired.log_ratio - 1.1_f64.ln()).abs() < 1e-12);
        assert!(interval.half_width() < 1e-12, "{interval:?}");
        assert_eq!(paired.p, 2.0 / 4096.0);
    }

    #[test]
    fn nothing_and_zero() {
        assert_eq!(paired(&[]), None);
        let zeros = paired(&[(0.0, 0.0); 9]).unwrap();
        assert_eq!((zeros.log_ratio, zeros.p), (0.0, 1.0));
        assert_eq!(log_ratio(0.0, 20.0), 20_f64.ln());
    }

    #[test]
    fn the_geometric_mean_of_a_half_and_a_double_is_one() {
        assert_eq!(geometric_mean([0.5_f64.ln(), 2_f64.ln()]), Some(1.0));
        assert_eq!(geometric_mean([]), None);
    }

    proptest! {
        #[test]
        fn to_exchange_the_two_turns_the_ratio_around(
            pairs in prop::collection::vec((1.0..1e9, 1.0..1e9), 1..20)
        ) {
            let there = paired(&pairs).unwrap();
            let swapped: Vec<_> = pairs.iter().map(|&(base, new)| (new, base)).collect();
            let back = paired(&swapped).unwrap();
            prop_assert!((there.log_ratio + back.log_ratio).abs() < 1e-9);
            prop_assert_eq!(there.p, back.p);
        }
    }
}
