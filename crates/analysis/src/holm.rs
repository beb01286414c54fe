/// The error rate of a whole table of verdicts: of a hundred comparisons of a thing with itself
/// one at most has a false one. At the usual 0.05 two of twenty would be no surprise.
pub const ALPHA: f64 = 0.01;

/// Holm's adjustment: `adjusted[i] ≤ α` for any `i` has a probability of at most α in the whole
/// table if nothing differs, however its rows depend on each other.
///
/// The least p-value is multiplied by the number of rows, the next by one less, and so on; none
/// becomes smaller than one before it. The order of the rows is kept. O(n log n).
///
/// ```
/// assert_eq!(bp_analysis::holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&left, &right| p_values[left].total_cmp(&p_values[right]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least: f64 = 0.0;
    for (place, &row) in order.iter().enumerate() {
        let tests = (p_values.len() - place) as f64;
        least = least.max((p_values[row] * tests).min(1.0));
        adjusted[row] = least;
    }
    adjusted
}

/// The fewest pairs with which a row of a table with so many rows can be told from chance at the
/// error rate `alpha` of the whole table: all their signs must agree, and
/// `2^(1 − pairs) · rows ≤ alpha`.
///
/// ```
/// assert_eq!(bp_analysis::least_pairs(1, 0.05), 6);
/// assert_eq!(bp_analysis::least_pairs(80, 0.01), 14);
/// ```
pub fn least_pairs(rows: usize, alpha: f64) -> u32 {
    let needed = (rows.max(1) as f64 / alpha).log2();
    needed.ceil() as u32 + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_answers() {
        assert!(holm(&[]).is_empty());
        // Of the textbook: 0.01 · 4, 0.013 · 3 raised to it, 0.014 · 2 raised to it, 0.19.
        let adjusted = holm(&[0.013, 0.19, 0.01, 0.014]);
        assert_eq!(adjusted, [0.04, 0.19, 0.04, 0.04]);
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    #[test]
    fn the_least_number_of_pairs_is_just_enough() {
        for rows in [1, 2, 20, 79, 80, 81, 500] {
            let p = |pairs: u32| 2f64.powi(1 - pairs as i32) * rows as f64;
            assert!(
                p(least_pairs(rows, ALPHA)) <= ALPHA && p(least_pairs(rows, ALPHA) - 1) > ALPHA,
                "{rows}"
            );
        }
    }

    proptest! {
        #[test]
        fn it_rejects_as_the_step_down_procedure_says(
            p_values in prop::collection::vec(0.0..0.2, 1..30)
        ) {
            let adjusted = holm(&p_values);
            let mut sorted = p_values.clone();
            sorted.sort_by(f64::total_cmp);
            // The definition: go up from the least until one fails; it and all above are kept.
            let count = sorted.len();
            let passes = |(i, p): (usize, &f64)| p * (count - i) as f64 <= ALPHA;
            let rejected = sorted.iter().enumerate().take_while(|pair| passes(*pair)).count();
            prop_assert_eq!(adjusted.iter().filter(|p| **p <= ALPHA).count(), rejected);
            for (p, adjusted) in p_values.iter().zip(&adjusted) {
                prop_assert!(p <= adjusted && *adjusted <= 1.0);
            }
        }
    }
}
