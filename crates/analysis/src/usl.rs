use serde::Serialize;

/// The universal scalability law, fitted: `X(N) = λN / (1 + σ(N−1) + κN(N−1))`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Usl {
    /// What one in flight achieves, a second.
    pub lambda: f64,
    /// Contention: the share of the work that waits in line.
    pub sigma: f64,
    /// Crosstalk: what each pair in flight costs the others. Above zero, throughput has a peak.
    pub kappa: f64,
}

impl Usl {
    /// The throughput of so many in flight, a second.
    pub fn at(&self, n: f64) -> f64 {
        self.lambda * n / (1.0 + self.sigma * (n - 1.0) + self.kappa * n * (n - 1.0))
    }

    /// How many in flight achieve most, `√((1−σ)/κ)`: infinite without crosstalk, and 1 where even
    /// a second one does harm.
    pub fn peak(&self) -> f64 {
        ((1.0 - self.sigma).max(0.0) / self.kappa).sqrt().max(1.0)
    }
}

/// Fits the law to points (in flight, throughput), in any order; `None` with fewer than three
/// different numbers in flight, or where a point is not positive and finite.
///
/// Divided through, the law is linear: `N/X = a + b(N−1) + cN(N−1)` with `λ = 1/a`, `σ = b/a` and
/// `κ = c/a`. Weighted with `X/N`, the least squares are those of the relative errors of `X`. Of the
/// fits without a negative parameter the best is taken. O(points).
///
/// ```
/// let law = bp_analysis::Usl { lambda: 100.0, sigma: 0.05, kappa: 0.001 };
/// let points: Vec<_> = [1.0, 4.0, 16.0, 64.0].map(|n| (n, law.at(n))).to_vec();
/// let fit = bp_analysis::fit_usl(&points).unwrap();
/// assert!((fit.peak() - law.peak()).abs() < 1e-6);
/// ```
pub fn fit_usl(points: &[(f64, f64)]) -> Option<Usl> {
    let mut numbers: Vec<f64> = points.iter().map(|point| point.0).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.dedup();
    let sound = |&(n, x): &(f64, f64)| n > 0.0 && x > 0.0 && n.is_finite() && x.is_finite();
    if numbers.len() < 3 || !points.iter().all(sound) {
        return None;
    }
    // Rows of the weighted problem: each term divided by N/X, so that the right side is 1.
    let row = |&(n, x): &(f64, f64)| [1.0, n - 1.0, n * (n - 1.0)].map(|term| term * x / n);
    let rows: Vec<[f64; 3]> = points.iter().map(row).collect();
    // Which of the three terms are used; the others are zero.
    let uses = [[true, true, true], [true, true, false], [true, false, true], [true, false, false]];
    let fits = uses.iter().filter_map(|used| least_squares(&rows, *used));
    let allowed = fits.filter(|[a, b, c]| *a > 0.0 && *b >= 0.0 && *c >= 0.0);
    let error = |fit: &[f64; 3]| rows.iter().map(|row| (dot(row, fit) - 1.0).powi(2)).sum::<f64>();
    let [a, b, c] = allowed.min_by(|x, y| error(x).total_cmp(&error(y)))?;
    Some(Usl { lambda: 1.0 / a, sigma: b / a, kappa: c / a })
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The parameters with which `rows` come nearest to 1; those not `used` are 0. `None` if the rows
/// do not determine them.
fn least_squares(rows: &[[f64; 3]], used: [bool; 3]) -> Option<[f64; 3]> {
    let length = |place: usize| rows.iter().map(|row| row[place].powi(2)).sum::<f64>().sqrt();
    // The terms differ by orders of magnitude: scaled, the equations stay well conditioned.
    let scale = [0, 1, 2].map(|place| if length(place) > 0.0 { length(place) } else { 1.0 });
    let sum = |i: usize, j: usize| {
        rows.iter().map(|row| row[i] * row[j]).sum::<f64>() / (scale[i] * scale[j])
    };
    let mut equations = [[0.0; 4]; 3];
    for (i, equation) in equations.iter_mut().enumerate() {
        if used[i] {
            for (j, term) in equation[..3].iter_mut().enumerate().filter(|(j, _)| used[*j]) {
                *term = sum(i, j);
            }
            equation[3] = rows.iter().map(|row| row[i]).sum::<f64>() / scale[i];
        } else {
            equation[i] = 1.0;
        }
    }
    let solution = eliminate(equations)?;
    Some([0, 1, 2].map(|place| solution[place] / scale[place]))
}

/// Gauss–Jordan with pivots; `None` if the equations do not determine the solution.
fn eliminate(mut equations: [[f64; 4]; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let size = |row: &usize| equations[*row][column].abs();
        let pivot = (column..3).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&pivot) < 1e-13 {
            return None;
        }
        equations.swap(column, pivot);
        let leading = equations[column];
        for (row, equation) in equations.iter_mut().enumerate() {
            let factor = equation[column] / leading[column];
            if row != column {
                equation.iter_mut().zip(leading).for_each(|(term, lead)| *term -= factor * lead);
            }
        }
    }
    Some([0, 1, 2].map(|row| equations[row][3] / equations[row][row]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(law: Usl, numbers: &[f64]) -> Vec<(f64, f64)> {
        numbers.iter().map(|&n| (n, law.at(n))).collect()
    }

    const DOUBLES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

    proptest! {
        #[test]
        fn planted_parameters_are_found(
            lambda in 1e-3_f64..1e9, sigma in 0.0_f64..0.9, kappa in 1e-6_f64..1e-2
        ) {
            let law = Usl { lambda, sigma, kappa };
            let fit = fit_usl(&points(law, &DOUBLES)).unwrap();
            prop_assert!((fit.lambda / lambda - 1.0).abs() < 1e-6, "{fit:?} {law:?}");
            prop_assert!((fit.sigma - sigma).abs() < 1e-6, "{fit:?} {law:?}");
            prop_assert!((fit.peak() / law.peak() - 1.0).abs() < 1e-3, "{fit:?} {law:?}");
        }

        #[test]
        fn a_few_per_cent_of_noise_move_the_peak_a_little(
            noise in prop::collection::vec(-0.02_f64..0.02, 9)
        ) {
            let law = Usl { lambda: 1_000.0, sigma: 0.02, kappa: 0.0005 };
            let mut points = points(law, &DOUBLES);
            points.iter_mut().zip(noise).for_each(|(point, noise)| point.1 *= 1.0 + noise);
            let fit = fit_usl(&points).unwrap();
            prop_assert!((fit.peak() / law.peak() - 1.0).abs() < 0.1, "{fit:?}");
        }

        #[test]
        fn whatever_is_measured_the_parameters_are_sound(
            points in prop::collection::vec((1.0_f64..1e4, 1e-3_f64..1e6), 3..20)
        ) {
            if let Some(fit) = fit_usl(&points) {
                prop_assert!(fit.lambda > 0.0 && fit.sigma >= 0.0 && fit.kappa >= 0.0, "{fit:?}");
                prop_assert!(fit.peak() >= 1.0 && fit.at(1.0) > 0.0, "{fit:?}");
            }
        }
    }

    #[test]
    fn without_crosstalk_there_is_no_peak() {
        let amdahl = Usl { lambda: 10.0, sigma: 0.1, kappa: 0.0 };
        let fit = fit_usl(&points(amdahl, &DOUBLES)).unwrap();
        assert!(fit.peak() > 1e4, "{fit:?}");
        let linear = Usl { sigma: 0.0, ..amdahl };
        assert!(fit_usl(&points(linear, &DOUBLES)).unwrap().peak() > 1e3);
    }

    #[test]
    fn throughput_that_rises_faster_than_in_proportion_does_not_make_a_parameter_negative() {
        let fit = fit_usl(&[(1.0, 1.0), (2.0, 3.0), (4.0, 9.0), (8.0, 20.0)]).unwrap();
        assert_eq!((fit.sigma, fit.kappa), (0.0, 0.0));
    }

    #[test]
    fn where_a_second_one_does_harm_one_is_the_peak() {
        let fit = fit_usl(&[(1.0, 100.0), (2.0, 60.0), (4.0, 40.0), (8.0, 20.0)]).unwrap();
        assert_eq!(fit.peak(), 1.0, "{fit:?}");
    }

    #[test]
    fn two_numbers_in_flight_or_a_zero_determine_nothing() {
        assert_eq!(fit_usl(&[(1.0, 1.0), (2.0, 2.0), (2.0, 2.1)]), None);
        assert_eq!(fit_usl(&[(1.0, 1.0), (2.0, 0.0), (4.0, 2.1)]), None);
        assert_eq!(fit_usl(&[(1.0, 1.0), (2.0, f64::NAN), (4.0, 2.1)]), None);
    }
}
