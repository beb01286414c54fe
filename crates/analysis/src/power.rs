/// The power `b` of the law `y = a·xᵇ` that fits best: the slope of the least squares of the
/// logarithms. `None` unless two positive points have different `x`.
///
/// ```
/// let twice = [(100.0, 7.0), (200.0, 14.0), (400.0, 28.0)];
/// assert!((bp_analysis::power(&twice).unwrap() - 1.0).abs() < 1e-9);
/// assert_eq!(bp_analysis::power(&[(1.0, 1.0)]), None);
/// ```
pub fn power(points: &[(f64, f64)]) -> Option<f64> {
    let positive = points.iter().filter(|(x, y)| *x > 0.0 && *y > 0.0);
    let logs: Vec<(f64, f64)> = positive.map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / count;
    let spread = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>();
    let joint = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
    (spread > 0.0).then(|| joint / spread)
}

#[cfg(test)]
mod tests {
    use super::power;

    #[test]
    fn a_constant_has_the_power_nought_and_a_square_two() {
        assert_eq!(power(&[(1.0, 5.0), (10.0, 5.0), (100.0, 5.0)]), Some(0.0));
        let square = power(&[(1.0, 3.0), (2.0, 12.0), (8.0, 192.0)]).unwrap();
        assert!((square - 2.0).abs() < 1e-12, "{square}");
    }

    #[test]
    fn what_has_no_logarithm_is_left_out() {
        assert_eq!(power(&[]), None);
        assert_eq!(power(&[(2.0, 1.0), (2.0, 9.0)]), None, "one x has no slope");
        assert_eq!(power(&[(0.0, 1.0), (1.0, 1.0), (2.0, 2.0), (3.0, 0.0)]), Some(1.0));
    }
}
