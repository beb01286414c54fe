use serde::Serialize;

use crate::{
    Curve, Point, Usl, fit_usl,
    resample::{Estimate, estimate},
};

/// As much of the highest throughput is as good as all of it.
pub const ENOUGH: f64 = 0.95;
/// An estimate whose interval is wider than this ratio of its ends says too little.
const WIDE: f64 = 4.0;
/// A law of three parameters takes more values than that.
const LEAST_VALUES: usize = 4;
/// Where the law misses a point by more than this share, the curve has another shape.
const MISFIT: f64 = 0.1;

/// Where more in flight stops to buy throughput, by three roads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Knee {
    /// What all of it says.
    pub verdict: KneeVerdict,
    /// The least value that was measured with nearly all ([`ENOUGH`]) of the highest throughput.
    pub enough: u64,
    /// The value with the highest throughput, and that throughput.
    pub best: (u64, f64),
    /// Little's law: the highest throughput times the mean service time at the least value. With
    /// fewer in flight nobody could carry that throughput.
    pub little: Option<Estimate>,
    /// The universal scalability law through the medians of all values.
    pub usl: Option<Usl>,
    /// The peak of that law.
    pub peak: Option<Estimate>,
    /// The greatest share by which the law misses a point.
    pub misfit: Option<f64>,
    /// Values that are left out, since jobs failed or were refused there.
    pub left_out: Vec<u64>,
}

/// What is said of a knee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KneeVerdict {
    /// It lies within the range.
    Found,
    /// Throughput still rises at the greatest value: no knee in this range.
    StillRises,
    /// The least value already achieves nearly all: no knee in this range.
    FlatFromTheStart,
    /// The rounds differ too much.
    TooUncertain,
    /// Fewer than four values have a throughput that counts.
    TooFewValues,
}

impl Knee {
    /// True if [`enough`](Self::enough) may be recommended.
    pub fn names_a_value(&self) -> bool {
        self.verdict == KneeVerdict::Found
    }

    /// The peak of the law, where it may be believed: within the range, with an interval that is
    /// narrow enough, and of a law that meets the points.
    pub fn believed_peak(&self, range: (u64, u64)) -> Option<Estimate> {
        let within = |peak: &Estimate| (range.0 as f64..=range.1 as f64).contains(&peak.value);
        self.peak.filter(|peak| within(peak) && !is_wide(peak) && !self.misses())
    }

    /// True if the curve has another shape than the law.
    pub fn misses(&self) -> bool {
        self.misfit.is_some_and(|misfit| misfit > MISFIT)
    }
}

/// The knee of throughput over the limit; `None` without any throughput.
///
/// Intervals are bootstrapped over the rounds, with `seed`, from eight rounds up; else they span what
/// each round says by itself.
pub fn knee(curve: &Curve, seed: u64) -> Option<Knee> {
    let (lost, usable): (Vec<_>, Vec<_>) =
        curve.points.iter().partition(|point| point.summary.lost().is_some());
    let usable: Vec<&Point> =
        usable.into_iter().filter(|p| p.summary.throughput_per_s.is_some()).collect();
    let medians: Vec<(f64, f64)> =
        usable.iter().filter_map(|p| Some((p.value as f64, p.summary.throughput_per_s?))).collect();
    let best = medians.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let enough = medians.iter().find(|point| point.1 >= ENOUGH * best.1)?.0;
    let usl = fit_usl(&medians);
    let misses = |usl: Usl| medians.iter().map(move |&(n, x)| (usl.at(n) / x - 1.0).abs());
    let mut knee = Knee {
        verdict: KneeVerdict::Found,
        enough: enough as u64,
        best: (best.0 as u64, best.1),
        little: estimate(&usable, seed, |draw| {
            let most = draw.throughputs.iter().map(|point| point.1).reduce(f64::max)?;
            Some(most * draw.service_s?)
        }),
        usl,
        peak: estimate(&usable, seed, |draw| Some(fit_usl(&draw.throughputs)?.peak())),
        misfit: usl.and_then(|usl| misses(usl).reduce(f64::max)),
        left_out: lost.iter().map(|point| point.value).collect(),
    };
    knee.verdict = verdict(&knee, &medians);
    if knee.verdict == KneeVerdict::TooFewValues {
        // Three parameters meet three points, whatever these are; nothing may be concluded from it.
        (knee.little, knee.usl, knee.peak, knee.misfit) = (None, None, None, None);
    }
    Some(knee)
}

fn verdict(knee: &Knee, medians: &[(f64, f64)]) -> KneeVerdict {
    let [.., before, top] = medians else { return KneeVerdict::TooFewValues };
    if medians.len() < LEAST_VALUES {
        return KneeVerdict::TooFewValues;
    }
    let little = knee.little.map(|little| little.value);
    if top.1 * ENOUGH > before.1 || little.is_some_and(|little| little > ENOUGH * top.0) {
        return KneeVerdict::StillRises;
    }
    if knee.enough as f64 == medians[0].0 {
        return KneeVerdict::FlatFromTheStart;
    }
    match knee.little.or(knee.peak) {
        Some(estimate) if !is_wide(&estimate) => KneeVerdict::Found,
        _ => KneeVerdict::TooUncertain,
    }
}

fn is_wide(estimate: &Estimate) -> bool {
    let ratio = estimate.high / estimate.low;
    ratio > WIDE || ratio.is_nan() // infinite at both ends
}
