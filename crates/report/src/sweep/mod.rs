//! A sweep: its curves, what they say in words, and its tables.

mod table;
mod words;

use bp_analysis::{Curve, Knee, Point, Saturation, Summary, curves, knee, saturation, summary_csv};
use bp_record::{Arrivals, Axis, Family, Quantiles, Run, Sample, Work};
use serde_json::json;

pub(crate) use self::table::{blocks, terminal, title};
use crate::{facts, units};

/// A curve of a sweep, and what follows from it.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) curve: Curve,
    pub(crate) family: Family,
    /// Strategy and executor, for people.
    pub(crate) who: String,
    /// The workload and what else stays the same.
    pub(crate) conditions: String,
    /// The same without spaces, for names of files.
    pub(crate) name: String,
    /// Of a sweep over the limit or the window.
    pub(crate) knee: Option<Knee>,
    /// Of a sweep over the rate.
    pub(crate) saturation: Option<Saturation>,
}

/// One of the times of a cell.
pub(crate) type Times = fn(&Summary) -> Option<&Quantiles>;

/// The name of a quantile, and how it is had.
pub(crate) type Quantile = (&'static str, fn(&Quantiles) -> Option<u64>);

const QUANTILES: [Quantile; 3] =
    [("p99", |times| times.p99_ns), ("p90", |times| times.p90_ns), ("p50", |times| times.p50_ns)];

/// The curves of a run that is a sweep, strategies and executors in the catalogue's order.
pub(crate) fn swept(run: &Run, samples: &[Sample]) -> Vec<Swept> {
    let Some(axis) = run.sweep else { return Vec::new() };
    let mut curves = curves(axis, samples);
    let strategies = &run.catalogue.strategies;
    let executors = &run.catalogue.executors;
    curves.sort_by_cached_key(|Curve { cell, .. }| {
        let strategy = strategies.iter().position(|entry| entry.name == cell.strategy);
        let executor = executors.iter().position(|entry| entry.name == cell.executor);
        (conditions(axis, &cell.work), strategy.unwrap_or(usize::MAX), executor)
    });
    curves.into_iter().map(|curve| of_curve(run, curve)).collect()
}

fn of_curve(run: &Run, curve: Curve) -> Swept {
    let cell = &curve.cell;
    let entry = run.catalogue.strategy(&cell.strategy);
    let strategy = entry.map_or(cell.strategy.as_str(), |entry| entry.title.as_str());
    let conditions = conditions(curve.axis, &cell.work);
    let clock = if facts::is_simulated(run, &cell.executor) { ", simulated time" } else { "" };
    let limit = match curve.axis {
        Axis::Limit => String::new(),
        _ => cell.limit.map_or_else(String::new, |limit| format!(", limit {limit}")),
    };
    let with_knee = matches!(curve.axis, Axis::Limit | Axis::Window);
    Swept {
        family: entry.map_or(Family::NoLimit, |entry| entry.family),
        who: units::plain(&format!("{strategy} on {}", cell.executor)),
        conditions: units::plain(&format!("{conditions}{limit}{clock}")),
        name: format!("{conditions} {} {}", cell.strategy, cell.executor),
        knee: if with_knee { knee(&curve, run.seed) } else { None },
        saturation: if curve.axis == Axis::Rate { saturation(&curve) } else { None },
        curve,
    }
}

/// The workload, without what the sweep goes over.
fn conditions(axis: Axis, work: &Work) -> String {
    let law = match work.arrivals {
        _ if axis != Axis::Rate => return work.label(),
        Arrivals::Drain => "",
        Arrivals::Constant { .. } => ", constant arrivals",
        Arrivals::Poisson { .. } => ", Poisson arrivals",
    };
    let work = Work { arrivals: Arrivals::Drain, ..work.clone() };
    format!("{}{law}", work.label())
}

impl Swept {
    /// What it says, the most important sentence first.
    pub(crate) fn said(&self) -> Vec<String> {
        words::said(self)
    }

    /// The points at which no job failed: the others say nothing of throughput and latency.
    pub(crate) fn sound(&self) -> impl DoubleEndedIterator<Item = &Point> + Clone {
        self.curve.points.iter().filter(|point| point.lost().is_none())
    }

    /// The highest quantile of a time that all sound points have; the median if none has one.
    pub(crate) fn tail(&self, of: Times) -> Quantile {
        let known = || self.sound().filter_map(|point| of(&point.summary));
        let all = [QUANTILES[0], QUANTILES[1]];
        let tail = all.into_iter().find(|(_, quantile)| known().all(|q| quantile(q).is_some()));
        tail.unwrap_or(QUANTILES[2])
    }

    /// A value with the name of its axis: `limit 16`, `800 /s`.
    pub(crate) fn at(&self, value: u64) -> String {
        match self.curve.axis {
            Axis::Rate => format!("{} /s", units::count(value)),
            axis => format!("{axis} {}", units::count(value)),
        }
    }
}

/// The rows of all values, for spreadsheets: those of `summary.csv`, but the extent apart.
pub(crate) fn csv(run: &Run, samples: &[Sample]) -> String {
    let curves = swept(run, samples);
    let points = curves.iter().flat_map(|swept| &swept.curve.points);
    let rows: Vec<_> = points.map(|point| point.summary.clone()).collect();
    String::from_utf8_lossy(&summary_csv(&rows)).into_owned()
}

/// All of a sweep, for programs.
pub(crate) fn json(run: &Run, samples: &[Sample]) -> String {
    let curves: Vec<_> = swept(run, samples)
        .iter()
        .map(|swept| {
            let points = swept.curve.points.iter();
            let points: Vec<_> = points
                .map(|point| json!({ "value": point.value, "cell": point.summary }))
                .collect();
            json!({
                "workload": conditions(swept.curve.axis, &swept.curve.cell.work),
                "strategy": swept.curve.cell.strategy,
                "executor": swept.curve.cell.executor,
                "points": points,
                "knee": swept.knee,
                "saturation": swept.saturation,
                "said": swept.said(),
            })
        })
        .collect();
    let whole = json!({
        "schema": run.schema,
        "suite": run.suite,
        "preview": run.preview,
        "seed": run.seed,
        "rounds": run.rounds,
        "sweep": run.sweep,
        "curves": curves,
    });
    format!("{whole:#}\n")
}
