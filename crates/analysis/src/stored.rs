use std::collections::HashMap;

use bp_record::Sample;

use crate::{
    Better, ComparedRow, Comparison, Gate, Interval, Method, Metric, Slack,
    bootstrap::{difference_interval, median_of},
    comparison::{assemble, shared, sides},
    judgement::Finding,
    paired::log_ratio,
    side::CellSamples,
};

/// Compares two runs that were made at different times.
///
/// What the machine did meanwhile does not cancel out, so a change must not only exceed the gate
/// but also clear what the runs show of themselves without any change: the greatest ratio of two
/// rounds of the cell, in either run, and that of the usual cell of the base (the median over the
/// cells). That floor is part of the row. A cell with one round has none, and no verdict.
pub fn compare_stored(base: &[Sample], new: &[Sample], gate: &Gate) -> Comparison {
    let (base, new) = sides(base, new);
    let shared = shared(&base, &new);
    let usual = |metric| {
        let spreads = shared.cells.iter().filter_map(|(base, _)| spread(&logs(base, metric)));
        median_of(&mut spreads.collect::<Vec<_>>())
    };
    let mut known: HashMap<&str, Option<f64>> = HashMap::new();
    let mut rows = Vec::new();
    for (base, new) in &shared.cells {
        for (metric, slack) in gate.rules_for(&new.cell.work) {
            let usual = *known.entry(metric.name).or_insert_with(|| usual(metric));
            rows.extend(row(base, new, metric, slack, usual));
        }
    }
    assemble(Method::Stored, shared, rows, gate)
}

fn row(
    base: &CellSamples<'_>,
    new: &CellSamples<'_>,
    metric: &'static Metric,
    slack: Slack,
    usual: Option<f64>,
) -> Option<ComparedRow> {
    let (base_logs, new_logs) = (logs(base, metric), logs(new, metric));
    let base_median = median_of(&mut base_logs.clone())?;
    let new_median = median_of(&mut new_logs.clone())?;
    let log_ratio = new_median - base_median;
    let floor = floor(&base_logs, &new_logs, usual);
    let plain = |cell: &CellSamples<'_>| {
        median_of(&mut cell.values(metric).into_values().collect::<Vec<_>>())
    };
    let base_value = plain(base)?;
    let finding = Finding {
        bad: (log_ratio > 0.0) == (metric.better == Better::Fewer),
        beyond_gate: slack.exceeded(log_ratio, base_value),
        certain: floor.is_some_and(|floor| log_ratio.abs() > floor),
        fine: floor.is_some_and(|floor| !slack.exceeded(floor, base_value)),
    };
    let interval = difference_interval(&base_logs, &new_logs);
    Some(ComparedRow {
        id: new.id.clone(),
        strategy: new.cell.strategy.clone(),
        metric,
        base: base_value,
        new: plain(new)?,
        ratio: log_ratio.exp(),
        interval: interval.map(Interval::exp),
        rounds: u32::try_from(base_logs.len().min(new_logs.len())).unwrap_or(u32::MAX),
        p_adjusted: None,
        floor: floor.map(f64::exp),
        slack,
        verdict: finding.verdict(),
    })
}

/// How far apart two rounds are without a change, in logarithms.
fn floor(base: &[f64], new: &[f64], usual: Option<f64>) -> Option<f64> {
    let own = spread(base)?.max(spread(new)?);
    Some(own.max(usual?))
}

fn logs(cell: &CellSamples<'_>, metric: &Metric) -> Vec<f64> {
    cell.values(metric).into_values().map(|value| log_ratio(1.0, value)).collect()
}

/// From the least to the greatest; `None` below two.
fn spread(values: &[f64]) -> Option<f64> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    (values.len() > 1).then_some(high - low)
}
