use serde::Serialize;

/// With fewer replicates than this there is no interval: the points themselves say more.
pub const LEAST_REPLICATES: usize = 8;

/// Medians that are rarer than this in a draw change no interval.
const NEVER: f64 = 1e-9;

/// What an interval leaves out on each side.
const CUT: f64 = 0.025;

/// Where the true median lies, with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Half of its width: by how much the median may be off.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// From logarithms to what they are of.
    pub(crate) fn exp(self) -> Self {
        Self { low: self.low.exp(), high: self.high.exp() }
    }
}

/// The middle of `values`, which it sorts; between two middles their mean. `None` if there are
/// none.
///
/// ```
/// assert_eq!(bp_analysis::median_of(&mut [3.0, 1.0, 9.0, 4.0]), Some(3.5));
/// ```
pub fn median_of(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower.midpoint(upper))
}

/// The 95 % interval of the median, by the bootstrap: replicates are drawn anew from the
/// replicates, with repetition, and of all medians the middle 95 % is taken. `None` below eight
/// replicates.
///
/// Nothing is drawn at random: how likely a draw has which median is known exactly. O(n²).
///
/// ```
/// let times = [10.0, 11.0, 10.5, 9.9, 10.2, 30.0, 10.1, 10.4];
/// let interval = bp_analysis::median_interval(&times).unwrap();
/// assert!(interval.low < 10.3 && 10.3 < interval.high && interval.high < 30.0);
/// ```
pub fn median_interval(values: &[f64]) -> Option<Interval> {
    (values.len() >= LEAST_REPLICATES).then(|| middle_95(median_law(values)))
}

/// The 95 % interval of the difference `median(new) − median(base)` of two lists that are not
/// paired, as [`median_interval`]. `None` if one of them has fewer than eight replicates.
pub fn difference_interval(base: &[f64], new: &[f64]) -> Option<Interval> {
    if base.len().min(new.len()) < LEAST_REPLICATES {
        return None;
    }
    let (base, new) = (median_law(base), median_law(new));
    let differences = new.iter().flat_map(|(new, likely)| {
        base.iter().map(move |(base, weight)| (new - base, likely * weight))
    });
    Some(middle_95(differences.collect()))
}

/// Cuts 2.5 % off each end of values with their probabilities.
fn middle_95(mut law: Vec<(f64, f64)>) -> Interval {
    law.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    let low = end(law.iter());
    let high = end(law.iter().rev());
    Interval { low, high }
}

/// The first value, in the order given, with which more than 2.5 % have passed.
fn end<'a>(mut law: impl Iterator<Item = &'a (f64, f64)>) -> f64 {
    let mut passed = 0.0;
    let (value, _) = law
        .find(|(_, likely)| {
            passed += likely;
            passed > CUT
        })
        .expect("the probabilities of a law add up to 1");
    *value
}

/// Every median that a draw of as many values as there are can have, with its probability.
fn median_law(values: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let draw = Draw::new(sorted.len());
    let mut law = Vec::new();
    for (rank, low) in sorted.iter().enumerate() {
        // The lower of the two middles of the draw is this value; in an odd draw they are one.
        let mut alone = draw.lower_middle_at_most(rank + 1) - draw.lower_middle_at_most(rank);
        if sorted.len().is_multiple_of(2) && alone > NEVER {
            for (above, high) in sorted.iter().enumerate().skip(rank + 1) {
                let both = draw.middles_are(rank + 1, above + 1);
                alone -= both;
                law.push((low.midpoint(*high), both));
            }
        }
        law.push((*low, alone));
    }
    law.retain(|(_, likely)| *likely > NEVER);
    law
}

/// A draw of `n` ranks from `1..=n` with repetition.
struct Draw {
    n: usize,
    /// `ln k!` for each `k`.
    ln_factorials: Vec<f64>,
}

impl Draw {
    fn new(n: usize) -> Self {
        let mut ln_factorials = vec![0.0];
        for k in 1..=n {
            ln_factorials.push(ln_factorials[k - 1] + (k as f64).ln());
        }
        Self { n, ln_factorials }
    }

    /// The probability that exactly `k` of the draw have a rank of at most `low`, and the others
    /// one above `high`.
    fn split(&self, k: usize, low: usize, high: usize) -> f64 {
        let ways =
            self.ln_factorials[self.n] - self.ln_factorials[k] - self.ln_factorials[self.n - k];
        let share = |ranks: usize| (ranks as f64 / self.n as f64).ln();
        let power =
            |ranks: usize, times: usize| if times == 0 { 0.0 } else { share(ranks) * times as f64 };
        (ways + power(low, k) + power(self.n - high, self.n - k)).exp()
    }

    /// The probability that the lower middle of the draw has a rank of at most `rank`.
    fn lower_middle_at_most(&self, rank: usize) -> f64 {
        let middle = self.n.div_ceil(2);
        (middle..=self.n).map(|k| self.split(k, rank, rank)).sum()
    }

    /// The probability that the two middles of an even draw have these ranks, `low < high`.
    fn middles_are(&self, low: usize, high: usize) -> f64 {
        // Lower middle at most `low` and upper middle above `high`: half are below, half above.
        let apart = |low: usize, high: usize| self.split(self.n / 2, low, high);
        apart(low, high - 1) - apart(low - 1, high - 1) - apart(low, high) + apart(low - 1, high)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn eight_replicates_are_needed() {
        let values: Vec<f64> = (0..20).map(|x| f64::from(x * x % 17)).collect();
        assert_eq!(median_interval(&values[..7]), None);
        assert_eq!(difference_interval(&values[..7], &values), None);
        assert!(median_interval(&values[..8]).is_some());
    }

    #[test]
    fn the_law_is_that_of_all_draws_counted_one_by_one() {
        for n in [1_usize, 2, 3, 4, 5, 6] {
            let values: Vec<f64> = (0..n).map(|x| (x * x) as f64).collect();
            let draws = n.pow(n as u32);
            let mut counted: Vec<(f64, f64)> = Vec::new();
            for draw in 0..draws {
                let nth = |place: usize| values[draw / n.pow(place as u32) % n];
                let median = median_of(&mut (0..n).map(nth).collect::<Vec<_>>()).unwrap();
                match counted.iter_mut().find(|(value, _)| *value == median) {
                    Some((_, likely)) => *likely += 1.0 / draws as f64,
                    None => counted.push((median, 1.0 / draws as f64)),
                }
            }
            let law = median_law(&values);
            for (median, likely) in counted {
                let of_law: f64 = law.iter().filter(|(v, _)| *v == median).map(|(_, p)| p).sum();
                assert!((of_law - likely).abs() < 1e-9, "{n}: {median} {of_law} {likely}");
            }
        }
    }

    #[test]
    fn known_ends() {
        // P(Bin(9, 2/9) ≥ 5) = 0.0259 and P(Bin(9, 1/9) ≥ 5) = 0.0013: the second of nine.
        let nine: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(median_interval(&nine), Some(Interval { low: 2.0, high: 8.0 }));
        // P(Bin(15, 4/15) ≥ 8) = 0.02545: the fourth of fifteen.
        let fifteen: Vec<f64> = (1..=15).map(f64::from).collect();
        assert_eq!(median_interval(&fifteen), Some(Interval { low: 4.0, high: 12.0 }));
    }

    #[test]
    fn a_thousand_replicates_leave_finite_ends() {
        for n in [999, 1_000] {
            let values: Vec<f64> = (0..n).map(f64::from).collect();
            let interval = median_interval(&values).unwrap();
            // The standard deviation of the rank is √n / 2.
            assert!((interval.half_width() - 31.0).abs() < 2.0, "{interval:?}");
        }
    }

    #[test]
    fn the_difference_of_a_thing_and_the_same_shifted() {
        let base: Vec<f64> = (0..9).map(f64::from).collect();
        let new: Vec<f64> = base.iter().map(|value| value + 100.0).collect();
        let interval = difference_interval(&base, &new).unwrap();
        assert!(interval.low < 100.0 && interval.low > 94.0, "{interval:?}");
        assert_eq!(interval.low + interval.high, 200.0);
    }

    proptest! {
        #[test]
        fn the_interval_is_among_the_values_and_moves_with_them(
            values in prop::collection::vec(-1e3_f64..1e3, 8..40), shift in -1e3_f64..1e3
        ) {
            let interval = median_interval(&values).unwrap();
            let mut sorted = values.clone();
            let median = median_of(&mut sorted).unwrap();
            prop_assert!(sorted[0] <= interval.low && interval.high <= sorted[sorted.len() - 1]);
            prop_assert!(interval.low <= median && median <= interval.high);
            let moved: Vec<_> = values.iter().map(|value| value + shift).collect();
            let moved = median_interval(&moved).unwrap();
            prop_assert!((moved.low - interval.low - shift).abs() < 1e-9);
            let law: f64 = median_law(&values).iter().map(|(_, likely)| likely).sum();
            prop_assert!((law - 1.0).abs() < 1e-5, "{law}");
        }
    }
}
