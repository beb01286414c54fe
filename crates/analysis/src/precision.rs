use crate::median;

/// By how much the median of `values` may be off, as a share of it: half the width of the range.
/// `None` where there are not two values, or their median is 0.
pub fn half_width(values: &[u64]) -> Option<f64> {
    let median = median(&mut values.to_vec()).filter(|median| *median > 0)? as f64;
    let (least, greatest) = (values.iter().min()?, values.iter().max()?);
    (values.len() > 1).then(|| (greatest - least) as f64 / 2.0 / median)
}
