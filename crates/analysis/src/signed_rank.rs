/// Beyond so many pairs the largest ranks say nothing new, and the law would take long to make.
const MOST_PAIRS: usize = 1_000;

/// How likely differences at least as one-sided as these are if nothing differs: the exact
/// two-sided p-value of a signed-rank test whose ranks end at the middle one.
///
/// If two things are alike, each difference of a pair could as well have had the other sign. The
/// law of the sum of ranks follows from that alone, whatever the noise looks like. Wilcoxon's
/// ranks would give the largest difference the largest say, and on a busy machine that is an
/// outlier; so ranks above the middle count as the middle one. Differences of zero are left out,
/// ties share their mean rank.
///
/// 1 for no differences. The least value that `n` of them can give is `2^(1 − n)`. O(n³); of more
/// than 1,000 the first 1,000 count.
///
/// ```
/// assert_eq!(bp_analysis::sign_p_value(&[0.1, 0.2, 0.15, 0.3]), 2.0 / 16.0);
/// assert_eq!(bp_analysis::sign_p_value(&[0.1, -0.1]), 1.0);
/// ```
pub fn sign_p_value(differences: &[f64]) -> f64 {
    let mut nonzero: Vec<f64> =
        differences.iter().copied().filter(|d| *d != 0.0 && !d.is_nan()).take(MOST_PAIRS).collect();
    nonzero.sort_unstable_by(|left, right| left.abs().total_cmp(&right.abs()));
    let ranks = doubled_ranks(&nonzero);
    let total: usize = ranks.iter().sum();
    let positive: usize =
        nonzero.iter().zip(&ranks).filter(|(d, _)| **d > 0.0).map(|(_, rank)| rank).sum();
    let least = positive.min(total - positive);
    (2.0 * at_most(&ranks, total, least)).min(1.0)
}

/// Twice the rank of each of `sorted`, so that the mean rank of a tie is a whole number; at most
/// that of the middle one.
fn doubled_ranks(sorted: &[f64]) -> Vec<usize> {
    let mut ranks = Vec::with_capacity(sorted.len());
    while ranks.len() < sorted.len() {
        let first = ranks.len();
        let tied = sorted[first..].iter().take_while(|d| d.abs() == sorted[first].abs()).count();
        // The mean of first + 1 ..= first + tied, doubled.
        ranks.extend(std::iter::repeat_n(2 * first + tied + 1, tied));
    }
    let middle = ranks.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0);
    ranks.into_iter().map(|rank| rank.min(middle)).collect()
}

/// The probability that ranks with signs from a fair coin have a positive sum of at most `bound`.
fn at_most(ranks: &[usize], total: usize, bound: usize) -> f64 {
    let mut law = vec![0.0; total + 1];
    law[0] = 1.0;
    let mut reach = 0;
    for &rank in ranks {
        for sum in (0..=reach).rev() {
            law[sum + rank] += law[sum] / 2.0;
            law[sum] /= 2.0;
        }
        reach += rank;
    }
    law[..=bound].iter().sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every way to set the signs, counted one by one.
    fn enumerated(differences: &[f64]) -> f64 {
        let mut sorted: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mean_rank = |d: f64| -> f64 {
            let below = sorted.iter().filter(|other| **other < d.abs()).count() as f64;
            let alike = sorted.iter().filter(|other| **other == d.abs()).count() as f64;
            below + (alike + 1.0) / 2.0
        };
        let middle = mean_rank(sorted[(sorted.len() - 1) / 2]);
        let rank = |d: f64| mean_rank(d).min(middle);
        let ranks: Vec<f64> = differences.iter().map(|&d| rank(d)).collect();
        let lean = |signs: &dyn Fn(usize) -> bool| -> f64 {
            let sum = |up: bool| -> f64 {
                ranks.iter().enumerate().filter(|(i, _)| signs(*i) == up).map(|(_, r)| r).sum()
            };
            sum(true).min(sum(false))
        };
        let found = lean(&|i| differences[i] > 0.0);
        let ways = 1_u32 << differences.len();
        let as_far = (0..ways).filter(|way| lean(&|i| way >> i & 1 == 1) <= found + 1e-9).count();
        (as_far as f64 / f64::from(ways)).min(1.0)
    }

    #[test]
    fn known_answers() {
        assert_eq!(sign_p_value(&[]), 1.0);
        assert_eq!(sign_p_value(&[0.0, 0.0]), 1.0);
        assert_eq!(sign_p_value(&[1.0; 10]), 2.0 / 1024.0);
        // Ranks 1, 2, 3, 3, 3; the negative one has rank 1: sums 0 and 1, two of 32 on each side.
        assert_eq!(sign_p_value(&[-1.0, 2.0, 3.0, 4.0, 5.0]), 4.0 / 32.0);
        // The outlier has rank 3 like the two before it, not 5.
        assert_eq!(sign_p_value(&[1.0, 2.0, 3.0, 4.0, -500.0]), enumerated(&[1., 2., 3., 4., -5.]));
    }

    #[test]
    fn an_outlier_of_the_other_sign_does_not_hide_fifteen_that_agree() {
        let mut differences = vec![0.1; 15];
        differences.push(-9.0);
        assert!(sign_p_value(&differences) < 0.001);
    }

    proptest! {
        #[test]
        fn the_law_is_that_of_all_signs_counted_one_by_one(
            whole in prop::collection::vec(-6_i32..=6, 1..11)
        ) {
            let nonzero: Vec<f64> =
                whole.iter().filter(|d| **d != 0).map(|&d| f64::from(d)).collect();
            if !nonzero.is_empty() {
                let p = sign_p_value(&nonzero);
                prop_assert!((p - enumerated(&nonzero)).abs() < 1e-9, "{p}");
                let others: Vec<f64> = nonzero.iter().map(|d| -d).collect();
                prop_assert_eq!(p, sign_p_value(&others), "both directions are treated alike");
            }
        }
    }
}
