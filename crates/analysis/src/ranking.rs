use std::collections::BTreeMap;

use bp_record::{Outcome, Sample};
use serde::Serialize;

use crate::{
    Better, Metric,
    bootstrap::median_of,
    holm, least_pairs, paired,
    side::{CellSamples, Side},
};

/// The usual error rate, of each ranking: nobody is refused a merge for a place in a list.
pub(crate) const ALPHA: f64 = 0.05;

/// The cells of one workload on one executor, in groups of which each is behind the one before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranking {
    /// The workload with its decorators.
    pub workload: String,
    /// The executor.
    pub executor: String,
    /// The groups, the best first; in each the best first.
    pub ties: Vec<Vec<Ranked>>,
    /// Cells that are not ranked, and why.
    pub apart: Vec<(String, String)>,
    /// How many rounds there were, of the cell that has fewest.
    pub rounds: u32,
    /// With fewer rounds than this, no difference can be told from chance.
    pub rounds_needed: u32,
}

/// A cell in its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The strategy and its parameters.
    pub name: String,
    /// The median over the rounds, in the unit of the metric.
    pub median: f64,
    /// That over the median of the very best.
    pub ratio: f64,
    /// The p-value against the best of its group, adjusted over those it was compared with; 1 for
    /// the best itself.
    pub p_adjusted: f64,
}

/// Ranks the cells within each workload and executor, by rounds that they have in common.
///
/// The best of those left leads a group; whoever cannot be told from it belongs to it (pairs of
/// rounds, Holm over those compared). So a group says "not shown to be behind the first of it" and
/// not "equal". A cell with a failed sample, or that did less work than the others, is set apart.
pub fn rank(samples: &[Sample], metric: &'static Metric) -> Vec<Ranking> {
    let side = Side::new(samples);
    let mut groups: BTreeMap<(String, String), Vec<&CellSamples<'_>>> = BTreeMap::new();
    for cell in &side.cells {
        let key = (cell.cell.work.label(), cell.cell.executor.clone());
        groups.entry(key).or_default().push(cell);
    }
    let ranking = |((workload, executor), cells): ((String, String), Vec<_>)| {
        ranking(workload, executor, &cells, metric)
    };
    groups.into_iter().map(ranking).collect()
}

/// A cell that takes part.
pub(crate) struct Entrant<'a, 'b> {
    pub(crate) cell: &'b CellSamples<'a>,
    median: f64,
    rounds: usize,
}

fn ranking(
    workload: String,
    executor: String,
    cells: &[&CellSamples<'_>],
    metric: &'static Metric,
) -> Ranking {
    let most_work = most_work(cells.iter().copied(), metric);
    let (mut entrants, mut apart) = (Vec::new(), Vec::new());
    for cell in cells {
        match entrant(cell, metric, most_work) {
            Ok(entrant) => entrants.push(entrant),
            Err(why) => apart.push((name(cell), why)),
        }
    }
    let entrants = sorted(entrants, metric);
    let rounds = entrants.iter().map(|entrant| entrant.rounds).min().unwrap_or(0);
    let rounds_needed = least_pairs(entrants.len().saturating_sub(1), ALPHA);
    let ties = ties(entrants, metric);
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
    Ranking { workload, executor, ties, apart, rounds, rounds_needed }
}

/// The best first.
pub(crate) fn sorted<'a, 'b>(
    mut entrants: Vec<Entrant<'a, 'b>>,
    metric: &Metric,
) -> Vec<Entrant<'a, 'b>> {
    entrants.sort_by(|left, right| match metric.better {
        Better::Fewer => left.median.total_cmp(&right.median),
        Better::More => right.median.total_cmp(&left.median),
    });
    entrants
}

fn ties(entrants: Vec<Entrant<'_, '_>>, metric: &Metric) -> Vec<Vec<Ranked>> {
    let Some(best) = entrants.first().map(|entrant| entrant.median) else { return Vec::new() };
    let ranked = |(entrant, p_adjusted): (Entrant<'_, '_>, f64)| Ranked {
        name: name(entrant.cell),
        median: entrant.median,
        ratio: entrant.median.max(1.0) / best.max(1.0),
        p_adjusted,
    };
    let groups = groups(entrants, metric).into_iter();
    groups.map(|group| group.into_iter().map(ranked).collect()).collect()
}

/// The groups of ties of entrants that are sorted, each with its p-value against the first of its
/// group.
pub(crate) fn groups<'a, 'b>(
    mut left: Vec<Entrant<'a, 'b>>,
    metric: &Metric,
) -> Vec<Vec<(Entrant<'a, 'b>, f64)>> {
    let mut groups = Vec::new();
    while !left.is_empty() {
        let leader = left.remove(0);
        let p_value = |other: &Entrant<'_, '_>| {
            paired(&leader.cell.pairs(other.cell, metric)).map_or(1.0, |paired| paired.p)
        };
        let adjusted = holm(&left.iter().map(p_value).collect::<Vec<_>>());
        let (tied, behind): (Vec<_>, Vec<_>) =
            left.into_iter().zip(adjusted).partition(|(_, p)| *p > ALPHA);
        groups.push(std::iter::once((leader, 1.0)).chain(tied).collect());
        left = behind.into_iter().map(|(entrant, _)| entrant).collect();
    }
    groups
}

/// How many jobs succeeded in that of the cells in which most did.
pub(crate) fn most_work<'a: 'b, 'b>(
    cells: impl Iterator<Item = &'b CellSamples<'a>>,
    metric: &Metric,
) -> Option<u64> {
    cells.filter_map(|cell| work(cell, metric)).max()
}

pub(crate) fn entrant<'a, 'b>(
    cell: &'b CellSamples<'a>,
    metric: &Metric,
    most_work: Option<u64>,
) -> Result<Entrant<'a, 'b>, String> {
    let ends = cell.outcomes(metric.pass);
    let bad: Vec<_> = ends.iter().filter(|(end, _)| *end != Outcome::Ok).collect();
    if !bad.is_empty() {
        let texts = bad.iter().map(|(end, count)| format!("{end} {count}"));
        return Err(texts.collect::<Vec<_>>().join(", "));
    }
    if work(cell, metric) < most_work {
        return Err("fewer jobs succeeded than elsewhere".to_owned());
    }
    let mut values: Vec<f64> = cell.values(metric).into_values().collect();
    let rounds = values.len();
    let median = median_of(&mut values).ok_or("not measured")?;
    Ok(Entrant { cell, median, rounds })
}

/// How many jobs succeeded, in the worst round. An endless source has no such number to compare.
fn work(cell: &CellSamples<'_>, metric: &Metric) -> Option<u64> {
    let measured = cell.of_pass(metric.pass).filter_map(|sample| sample.measured.as_ref());
    let jobs = matches!(cell.cell.work.extent, bp_record::Extent::Jobs(_));
    measured.map(|measured| measured.counts.succeeded).min().filter(|_| jobs)
}

/// `semaphore/limit=64`, the part of the id that differs within a ranking.
fn name(cell: &CellSamples<'_>) -> String {
    let parameters = cell.id.rsplit('/').next().filter(|text| *text != "-");
    let parameters = parameters.map_or_else(String::new, |text| format!("/{text}"));
    format!("{}{parameters}", cell.cell.strategy)
}
