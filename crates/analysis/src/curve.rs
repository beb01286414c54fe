use std::{collections::BTreeMap, num::NonZeroUsize};

use bp_record::{Arrivals, Axis, Cell, Extent, Measured, Outcome, Pass, Role, Sample};

use crate::{Summary, summarize};

/// A strategy on an executor and a workload, along the axis of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What it goes over.
    pub axis: Axis,
    /// One of its cells, at the full extent.
    pub cell: Cell,
    /// By rising value; there is at least one.
    pub points: Vec<Point>,
}

/// All that was measured at one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value.
    pub value: u64,
    /// What its samples say together.
    pub summary: Summary,
    /// Its rounds, in order.
    pub rounds: Vec<Replicate>,
}

/// What one round measured at one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replicate {
    /// Which round.
    pub round: u32,
    /// Jobs that succeeded per second (time pass).
    pub throughput_per_s: f64,
    /// The mean service time, if the round was traced.
    pub service_mean_ns: Option<u64>,
}

/// The curves of a sweep over `axis`, by workload, strategy and executor.
///
/// Cells of a curve differ along the axis alone; over the limit, a capacity and a window may be
/// multiples of it. What was not timed is left out. O(samples · log samples).
pub fn curves(axis: Axis, samples: &[Sample]) -> Vec<Curve> {
    // By what stays the same, by value, and by what else may differ with it.
    type Settings = (Option<NonZeroUsize>, Option<NonZeroUsize>);
    type Values<'a> = BTreeMap<u64, BTreeMap<Settings, Vec<&'a Sample>>>;
    let mut groups: BTreeMap<String, Values> = BTreeMap::new();
    for sample in samples {
        // Of a cell in miniature the extent is another one.
        let misplaced = axis == Axis::Jobs && sample.role == Role::Verification;
        let Some(value) = axis.of(&sample.cell).filter(|_| !misplaced) else { continue };
        let values = groups.entry(without(axis, &sample.cell).id()).or_default();
        let settings = (sample.cell.capacity, sample.cell.window);
        values.entry(value).or_default().entry(settings).or_default().push(sample);
    }
    let mut curves = Vec::new();
    for values in groups.values() {
        let ranks = values.values().map(BTreeMap::len).max().unwrap_or(0);
        for rank in 0..ranks {
            let at =
                values.iter().filter_map(|(value, all)| Some((*value, all.values().nth(rank)?)));
            let points: Vec<Point> = at.filter_map(|(value, own)| point(value, own)).collect();
            if let Some(last) = points.last() {
                curves.push(Curve { axis, cell: last.summary.cell.clone(), points });
            }
        }
    }
    curves
}

/// The cell without its place on the axis, and without what may go along with that.
fn without(axis: Axis, cell: &Cell) -> Cell {
    let mut cell = cell.clone();
    match axis {
        Axis::Limit => (cell.limit, cell.capacity, cell.window) = (None, None, None),
        Axis::Window => cell.window = None,
        Axis::Jobs => {}
        Axis::Rate => cell.work.arrivals = Arrivals::Drain,
    }
    cell
}

fn point(value: u64, samples: &[&Sample]) -> Option<Point> {
    let full = samples.iter().filter(|sample| sample.role == Role::Measured);
    let full = full.max_by_key(|sample| sample.cell.work.extent.amount())?.cell.work.extent;
    let owned: Vec<Sample> = samples.iter().copied().cloned().collect();
    let summary = summarize(&owned).into_iter().next()?;
    let timed = samples.iter().filter(|sample| sample.pass == Pass::Time);
    if timed.clone().count() == 0 {
        return None;
    }
    let mut rounds: Vec<_> = timed.filter_map(|sample| replicate(sample, samples, full)).collect();
    rounds.sort_unstable_by_key(|replicate| replicate.round);
    Some(Point { value, summary, rounds })
}

fn replicate(timed: &Sample, samples: &[&Sample], full: Extent) -> Option<Replicate> {
    let measured = succeeded(timed).filter(|measured| measured.makespan_ns > 0)?;
    let traced = samples.iter().find(|sample| {
        sample.pass == Pass::Trace
            && sample.role == Role::Measured
            && sample.round == timed.round
            && sample.cell.work.extent == full
    });
    let service = traced.and_then(|sample| succeeded(sample)?.service.as_ref());
    Some(Replicate {
        round: timed.round,
        throughput_per_s: measured.counts.succeeded as f64 * 1e9 / measured.makespan_ns as f64,
        service_mean_ns: service.map(|service| service.mean_ns),
    })
}

fn succeeded(sample: &Sample) -> Option<&Measured> {
    sample.measured.as_ref().filter(|_| sample.outcome == Outcome::Ok)
}
