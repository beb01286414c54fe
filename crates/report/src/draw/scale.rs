//! From values to pixels, and the ticks 1, 2, 5 of linear and logarithmic axes.

/// A straight or logarithmic map from values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// `low..=high` onto `from..=to` pixels. If `high` is not above `low`, all lies at `from`.
    pub(crate) fn linear((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to, logarithmic: false }
    }

    /// The same with equal distances for equal ratios. Values below `low`, which must be positive,
    /// lie at `from`.
    pub(crate) fn logarithmic((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low: low.ln(), high: high.ln(), from, to, logarithmic: true }
    }

    /// Where `value` lies, in pixels; never beyond the ends of the axis.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let extent = self.high - self.low;
        let part = if extent > 0.0 { ((value - self.low) / extent).clamp(0.0, 1.0) } else { 0.0 };
        self.from + part * (self.to - self.from)
    }
}

/// 1, 2 or 5 times a power of ten.
fn nice(mantissa: usize, exponent: i32) -> f64 {
    [1.0, 2.0, 5.0][mantissa] * 10f64.powi(exponent)
}

/// The least of 1, 2, 5, 10 … that `value` does not exceed; 1 for what is not positive.
pub(crate) fn nice_ceiling(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let exponent = value.log10().floor() as i32;
    let candidates = (exponent..=exponent + 1).flat_map(|e| (0..3).map(move |m| nice(m, e)));
    candidates.into_iter().find(|nice| *nice >= value * (1.0 - 1e-9)).unwrap_or(value)
}

/// The greatest of 1, 2, 5, 10 … that does not exceed `value`; 1 for what is not positive.
pub(crate) fn nice_floor(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let exponent = value.log10().floor() as i32;
    let candidates = (exponent - 1..=exponent).flat_map(|e| (0..3).map(move |m| nice(m, e)));
    candidates.rev().find(|nice| *nice <= value * (1.0 + 1e-9)).unwrap_or(value)
}

/// At most `most` steps of 1, 2 or 5 times a power of ten from zero to `high`; never below one,
/// for all our units are whole.
pub(crate) fn linear_ticks(high: f64, most: usize) -> Vec<f64> {
    let step = nice_ceiling(high / most as f64).max(1.0);
    let steps = (high / step * (1.0 + 1e-9)).floor() as usize;
    (0..=steps).map(|place| place as f64 * step).collect()
}

/// The ticks 1, 2, 5 of `low..=high`; where there are more than `most`, only powers of ten, and
/// where those are too many, only some of them.
pub(crate) fn log_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    let within = |tick: &f64| *tick >= low * (1.0 - 1e-9) && *tick <= high * (1.0 + 1e-9);
    let all = (first..=last).flat_map(|e| (0..3).map(move |m| nice(m, e)));
    let ticks: Vec<f64> = all.filter(within).collect();
    if ticks.len() <= most {
        return ticks;
    }
    let decades: Vec<f64> = (first..=last).map(|e| nice(0, e)).filter(within).collect();
    let every = decades.len().div_ceil(most);
    decades.into_iter().step_by(every.max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_step_by_one_two_or_five() {
        assert_eq!(linear_ticks(2.6e9, 6), [0.0, 5e8, 1e9, 1.5e9, 2e9, 2.5e9]);
        assert_eq!(linear_ticks(64.0, 4), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(linear_ticks(1.0, 5), [0.0, 1.0], "no half jobs");
        assert_eq!(linear_ticks(0.0, 5), [0.0]);
        assert!(linear_ticks(u64::MAX as f64, 5).len() <= 6);
    }

    #[test]
    fn logarithmic_ticks_thin_out() {
        assert_eq!(log_ticks(1e7, 1e9, 8), [1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 1e9]);
        assert_eq!(log_ticks(1.0, 1e6, 8), [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6]);
        assert!(log_ticks(1.0, 1e18, 8).len() <= 8);
    }

    #[test]
    fn bounds_are_nice_and_enclose() {
        assert_eq!([0.0, 1.0, 3.0, 51.0].map(nice_ceiling), [1.0, 1.0, 5.0, 100.0]);
        assert_eq!([0.0, 1.0, 3.0, 49.0].map(nice_floor), [1.0, 1.0, 2.0, 20.0]);
    }

    #[test]
    fn values_stay_on_the_axis() {
        let linear = Scale::linear((0.0, 10.0), (100.0, 200.0));
        assert_eq!([0.0, 5.0, 20.0].map(|v| linear.at(v)), [100.0, 150.0, 200.0]);
        let log = Scale::logarithmic((1.0, 100.0), (300.0, 100.0));
        assert_eq!(
            [0.0, 1.0, 10.0, 100.0].map(|v| log.at(v).round()),
            [300.0, 300.0, 200.0, 100.0]
        );
        assert_eq!(Scale::linear((0.0, 0.0), (7.0, 9.0)).at(3.0), 7.0, "no division by nothing");
    }
}
