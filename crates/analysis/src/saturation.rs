use serde::Serialize;

use crate::{Curve, keeps_up};

/// Up to which rate of arrivals a strategy keeps up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Saturation {
    /// The greatest rate below which it always kept up, that rate included.
    pub keeps_up_at: Option<u64>,
    /// The least rate at which the backlog grew.
    pub falls_behind_at: Option<u64>,
    /// What was achieved there, a second.
    pub achieved_there_per_s: Option<f64>,
    /// By how much the backlog grew there, a second.
    pub growth_there_per_s: Option<f64>,
    /// The highest rate of deliveries at any rate of arrivals: what it is capable of, if it fell
    /// behind.
    pub most_achieved_per_s: Option<f64>,
}

/// The saturation of a sweep over the rate, from the median trace of each rate; `None` if no rate
/// has one.
pub fn saturation(curve: &Curve) -> Option<Saturation> {
    let traced =
        curve.points.iter().filter_map(|point| Some((point.value, point.summary.open_loop?)));
    let traced: Vec<_> = traced.collect();
    let behind = traced.iter().position(|(_, found)| !keeps_up(found));
    let kept = &traced[..behind.unwrap_or(traced.len())];
    let there = behind.map(|place| traced[place]);
    let achieved = traced.iter().map(|(_, found)| found.achieved_per_s);
    (!traced.is_empty()).then(|| Saturation {
        keeps_up_at: kept.last().map(|(rate, _)| *rate),
        falls_behind_at: there.map(|(rate, _)| rate),
        achieved_there_per_s: there.map(|(_, found)| found.achieved_per_s),
        growth_there_per_s: there.map(|(_, found)| found.backlog_growth_per_s),
        most_achieved_per_s: achieved.reduce(f64::max),
    })
}
