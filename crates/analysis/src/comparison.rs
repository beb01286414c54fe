use bp_record::Sample;
use serde::Serialize;

use crate::{
    Gate, Interval, Metric, OutcomeChange, Slack, Verdict,
    outcomes::changes,
    paired::geometric_mean,
    side::{CellSamples, Side},
};

/// What became of each figure of each cell from a base to something new.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How it was found out.
    pub method: Method,
    /// A row a cell and metric, in the order of the base's cells and the gate's metrics.
    pub rows: Vec<ComparedRow>,
    /// Where samples ended in another way.
    pub outcomes: Vec<OutcomeChange>,
    /// Over all cells, a metric each.
    pub means: Vec<Mean>,
    /// Cells that are not compared, and why.
    pub apart: Vec<(String, &'static str)>,
    /// How many cells both sides have.
    pub cells: usize,
}

/// How a change is told from chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Both sides ran in turns: the ratios of pairs, Holm over the table.
    Interleaved,
    /// Two runs of different times: a change must clear the spread between rounds.
    Stored,
}

/// One figure of one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedRow {
    /// The cell's id.
    pub id: String,
    /// The strategy's name.
    pub strategy: String,
    /// The figure.
    pub metric: &'static Metric,
    /// The median of the base, in the unit of the metric.
    pub base: f64,
    /// The median of the new side.
    pub new: f64,
    /// The median of new over base: 1.1 is 10 % more.
    pub ratio: f64,
    /// Where the true ratio lies, with 95 % confidence for this row alone; from eight rounds up.
    pub interval: Option<Interval>,
    /// How many pairs, or rounds of the side that has fewer.
    pub rounds: u32,
    /// The p-value, adjusted over the table; of interleaved runs only.
    pub p_adjusted: Option<f64>,
    /// By which factor rounds of one side differ among themselves; of stored runs only.
    pub floor: Option<f64>,
    /// By how much it may move.
    #[serde(skip)]
    pub slack: Slack,
    /// What follows.
    pub verdict: Verdict,
}

/// A metric over all cells in which both sides have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The figure.
    pub metric: &'static Metric,
    /// The geometric mean of the ratios.
    pub ratio: f64,
    /// Over so many cells.
    pub cells: usize,
    /// Samples of its pass that failed at the base, and are in no mean.
    pub base_failures: u32,
    /// The same of the new side.
    pub new_failures: u32,
}

impl Comparison {
    /// How often there is that verdict, outcomes included.
    pub fn count(&self, verdict: Verdict) -> usize {
        let rows = self.rows.iter().filter(|row| row.verdict == verdict).count();
        rows + self.outcomes.iter().filter(|change| change.verdict == verdict).count()
    }

    /// All in one word: worse if anything is, then inconclusive, then better.
    pub fn verdict(&self) -> Verdict {
        let order = [Verdict::Worse, Verdict::Inconclusive, Verdict::Better];
        let found = order.into_iter().find(|&verdict| self.count(verdict) > 0);
        found.unwrap_or(Verdict::NoClearDifference)
    }
}

impl ComparedRow {
    /// True if the ratio is known to within `part` of what the gate allows.
    pub fn is_known_within(&self, part: f64) -> bool {
        let asked = part * self.slack.relative_to(self.base).ln_1p();
        // The interval is one of ratios; its width is asked for in logarithms.
        let half_width = |interval: Interval| (interval.high / interval.low).ln() / 2.0;
        self.interval.is_some_and(|interval| half_width(interval) <= asked)
    }
}

/// The cells that both have, and those that cannot be compared.
pub(crate) struct Shared<'a, 'b> {
    pub(crate) cells: Vec<(&'b CellSamples<'a>, &'b CellSamples<'a>)>,
    pub(crate) apart: Vec<(String, &'static str)>,
}

pub(crate) fn shared<'a, 'b>(base: &'b Side<'a>, new: &'b Side<'a>) -> Shared<'a, 'b> {
    let mut shared = Shared { cells: Vec::new(), apart: Vec::new() };
    for cell in &base.cells {
        match new.cell(&cell.id) {
            Some(other) if is_comparable(cell, other) => shared.cells.push((cell, other)),
            Some(_) => {
                shared.apart.push((cell.id.clone(), "of another size or with other settings"));
            }
            None => shared.apart.push((cell.id.clone(), "only in the base")),
        }
    }
    let only_new = new.cells.iter().filter(|cell| base.cell(&cell.id).is_none());
    shared.apart.extend(only_new.map(|cell| (cell.id.clone(), "only in the new run")));
    shared
}

/// A cell that failed its verification is known by the few jobs of that alone.
fn is_comparable(base: &CellSamples<'_>, new: &CellSamples<'_>) -> bool {
    base.cell == new.cell || base.is_unverified() || new.is_unverified()
}

/// Puts rows and what is said beside them together.
pub(crate) fn assemble(
    method: Method,
    shared: Shared<'_, '_>,
    rows: Vec<ComparedRow>,
    gate: &Gate,
) -> Comparison {
    let outcomes = shared.cells.iter().flat_map(|(base, new)| changes(base, new)).collect();
    let mut metrics: Vec<&'static Metric> = gate.rules.iter().map(|(metric, _)| *metric).collect();
    for row in &rows {
        if !metrics.contains(&row.metric) {
            metrics.push(row.metric);
        }
    }
    let mean = |metric: &'static Metric| {
        let of_metric = rows.iter().filter(|row| row.metric == metric);
        let ratios: Vec<f64> = of_metric.map(|row| row.ratio.ln()).collect();
        let cells = ratios.len();
        let failures = |new: bool| {
            let sides = shared.cells.iter().map(|pair| if new { pair.1 } else { pair.0 });
            sides.map(|side| failures(side, metric)).sum()
        };
        let (base_failures, new_failures) = (failures(false), failures(true));
        geometric_mean(ratios).map(|ratio| Mean {
            metric,
            ratio,
            cells,
            base_failures,
            new_failures,
        })
    };
    let means = metrics.into_iter().filter_map(mean).collect();
    Comparison { method, rows, outcomes, means, cells: shared.cells.len(), apart: shared.apart }
}

fn failures(side: &CellSamples<'_>, metric: &Metric) -> u32 {
    let ends = side.outcomes(metric.pass);
    ends.iter().filter(|(end, _)| *end != bp_record::Outcome::Ok).map(|(_, count)| count).sum()
}

/// Both sides of two lists of samples.
pub(crate) fn sides<'a>(base: &'a [Sample], new: &'a [Sample]) -> (Side<'a>, Side<'a>) {
    (Side::new(base), Side::new(new))
}
