use crate::{LEAST_REPLICATES, median, median_interval};

/// By how much the median of `values` may be off, as a share of it: half the width of its 95 %
/// interval, or below eight values, where there is none, of their range. `None` where there are
/// not two values, or their median is 0.
///
/// ```
/// assert_eq!(bp_analysis::half_width(&[90, 100, 110]), Some(0.1));
/// assert!(bp_analysis::half_width(&[90, 100, 100, 100, 100, 100, 100, 110]).unwrap() < 0.06);
/// ```
pub fn half_width(values: &[u64]) -> Option<f64> {
    let median = median(&mut values.to_vec()).filter(|median| *median > 0)? as f64;
    let floats: Vec<f64> = values.iter().map(|&value| value as f64).collect();
    if let Some(interval) = median_interval(&floats) {
        return Some(interval.half_width() / median);
    }
    debug_assert!(values.len() < LEAST_REPLICATES, "there is an interval from there up");
    let (least, greatest) = (values.iter().min()?, values.iter().max()?);
    (values.len() > 1).then(|| (greatest - least) as f64 / 2.0 / median)
}
