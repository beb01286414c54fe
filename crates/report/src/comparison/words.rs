//! What a comparison says, in sentences.

use bp_analysis::{ALPHA, ComparedRow, Comparison, Gate, Method, Metric, Slack, Unit, Verdict};
use bp_record::Outcome;

use super::{Sides, differences};
use crate::{
    facts::listed,
    units::{self, counted},
};

/// The verdict, a sentence a kind, the worst first.
pub(crate) fn verdict(comparison: &Comparison) -> Vec<String> {
    let mut said = Vec::new();
    for verdict in [Verdict::Worse, Verdict::Better] {
        said.extend(changed(comparison, verdict));
    }
    let figures = comparison.rows.len();
    if said.is_empty() {
        let (all, cells) = (counted(figures, "figure"), counted(comparison.cells, "cell"));
        said.push(format!("No clear difference in {all} of {cells}."));
    }
    let unclear = comparison.count(Verdict::Inconclusive);
    if unclear > 0 {
        said.push(format!(
            "Inconclusive: {unclear} of {figures}, where a change beyond the gate can neither be shown nor excluded."
        ));
    }
    for change in comparison.outcomes.iter() {
        let verdict = change.verdict.words();
        said.push(format!(
            "{} ({} pass): {verdict}: {}.",
            change.id,
            change.pass,
            change.sentence()
        ));
    }
    said
}

/// `Worse: semaphore (2 figures; the most: cpu_ns of yield/semaphore/smol/limit=64, +9.8 %).`
fn changed(comparison: &Comparison, verdict: Verdict) -> Option<String> {
    let rows = || comparison.rows.iter().filter(|row| row.verdict == verdict);
    let outcomes = || comparison.outcomes.iter().filter(|change| change.verdict == verdict);
    let mut strategies: Vec<&str> = rows().map(|row| &*row.strategy).collect();
    strategies.extend(outcomes().filter_map(|change| change.id.split('/').nth(1)));
    let mut seen = Vec::new();
    strategies.retain(|name| {
        !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    let parts: Vec<String> = strategies
        .iter()
        .map(|name| {
            let mine = || rows().filter(|row| row.strategy == *name);
            let size = |row: &&ComparedRow| row.ratio.ln().abs();
            match mine().max_by(|left, right| size(left).total_cmp(&size(right))) {
                None => format!("{name} (it ends otherwise)"),
                Some(most) => format!(
                    "{name} ({}; the most: {} of {}, {})",
                    counted(mine().count(), "figure"),
                    most.metric,
                    most.id,
                    change(most.ratio)
                ),
            }
        })
        .collect();
    let word = if verdict == Verdict::Worse { "Worse" } else { "Better" };
    (!parts.is_empty()).then(|| format!("{word}: {}.", listed(&parts)))
}

/// How it was compared, what else differs, and the means.
pub(crate) fn asides(comparison: &Comparison, gate: &Gate, sides: &Sides<'_>) -> Vec<String> {
    let mut said = vec![format!("Base: {}. New: {}.", sides.base, sides.new)];
    said.extend(warnings(comparison, sides));
    said.push(method(comparison));
    let rules: Vec<_> = gate.rules.iter().map(|(metric, slack)| rule(metric, *slack)).collect();
    said.push(format!("Gate: {}.", rules.join(", ")));
    for mean in &comparison.means {
        let failures = format!("failed samples: {} and {}", mean.base_failures, mean.new_failures);
        said.push(format!(
            "{}: {} in the geometric mean over {} that both have; {failures}.",
            mean.metric,
            change(mean.ratio),
            counted(mean.cells, "cell")
        ));
    }
    let apart: Vec<_> = comparison.apart.iter().map(|(id, why)| format!("{id} ({why})")).collect();
    if !apart.is_empty() {
        said.push(format!("Not compared: {}.", apart.join(", ")));
    }
    said
}

fn warnings(comparison: &Comparison, sides: &Sides<'_>) -> Vec<String> {
    let (Some(base), Some(new)) = (sides.base_environment, sides.new_environment) else {
        return vec!["The base does not say what it was built with.".to_owned()];
    };
    let what = match comparison.method {
        Method::Interleaved => "NOT THE SAME BUILD",
        Method::Stored => "NOT THE SAME MACHINE OR BUILD",
    };
    let differences = differences(base, new);
    let all = || differences.join("; ");
    if differences.is_empty() { vec![] } else { vec![format!("{what}: {}.", all())] }
}

fn method(comparison: &Comparison) -> String {
    let rounds = || comparison.rows.iter().map(|row| row.rounds);
    let (least, most) = (rounds().min().unwrap_or(0), rounds().max().unwrap_or(0));
    let same = least == most;
    let most = counted(most as usize, "round");
    let rounds = if same { most } else { format!("{least} to {most}") };
    match comparison.method {
        Method::Interleaved => format!(
            "Both ran in turns, {rounds}. Worse or better: the median of the pairs' ratios \
             exceeds the gate, and the pairs differ beyond chance (exact sign-rank test, Holm over \
             the table, {} for all of it).",
            units::percent(ALPHA)
        ),
        Method::Stored => format!(
            "Two stored runs, {rounds}: what the machine did between them does not cancel \
             out. Worse or better: the change of the median exceeds the gate and the spread that \
             rounds have without a change{}. `compare --against` tells more.",
            floor(comparison)
        ),
    }
}

/// ` (cpu_ns: 3.0 % in the usual cell, 40 % at most)`
fn floor(comparison: &Comparison) -> String {
    let of = |metric: &Metric| {
        let mut floors: Vec<f64> = comparison
            .rows
            .iter()
            .filter(|row| row.metric == metric)
            .filter_map(|row| row.floor)
            .collect();
        floors.sort_by(f64::total_cmp);
        let most = floors.last().copied()?;
        let usual = floors[(floors.len() - 1) / 2];
        let (usual, most) = (change(usual), change(most));
        Some(format!("{metric}: {usual} in the usual cell, {most} at most"))
    };
    let all: Vec<_> = comparison.means.iter().filter_map(|mean| of(mean.metric)).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join("; ")) }
}

fn rule(metric: &Metric, slack: Slack) -> String {
    let relative = slack.relative.map(|part| format!("{} %", part * 100.0));
    let absolute = slack.absolute.map(|amount| value(metric.unit, amount));
    let parts: Vec<_> = [relative, absolute].into_iter().flatten().collect();
    format!("{metric} {}", parts.join(" and "))
}

/// A figure in its unit.
pub(crate) fn value(unit: Unit, value: f64) -> String {
    let whole = value.round() as u64; // saturates
    match unit {
        Unit::Time => units::time(whole),
        Unit::Size => units::bytes(whole),
        Unit::Count => units::count(whole),
        Unit::Rate => units::per_second(value),
    }
}

/// A ratio as a change: `+9.8 %`, `−4.2 %`, `×12`.
pub(crate) fn change(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    match percent {
        percent if percent >= 999.5 => format!("×{}", units::count(ratio.round() as u64)),
        percent if percent.abs() < 0.05 => "0 %".to_owned(),
        percent if percent > 0.0 => format!("+{} %", digits(percent)),
        percent => format!("−{} %", digits(-percent)),
    }
}

fn digits(percent: f64) -> String {
    if percent < 9.95 { format!("{percent:.1}") } else { format!("{percent:.0}") }
}

/// `+8.1 % to +11 %`, or how few rounds there were.
pub(crate) fn interval(row: &ComparedRow) -> String {
    match row.interval {
        Some(interval) => format!("{} to {}", change(interval.low), change(interval.high)),
        None => format!("none, {}", counted(row.rounds as usize, "round")),
    }
}

/// `timeout 3, ok 1`
pub(crate) fn ends(ends: &[(Outcome, u32)]) -> String {
    let texts = ends.iter().map(|(outcome, count)| format!("{outcome} {count}"));
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_said_as_a_change() {
        let changes = [1.0, 1.0004, 1.098, 1.5, 0.5, 0.958, 12.4].map(change);
        assert_eq!(changes, ["0 %", "0 %", "+9.8 %", "+50 %", "−50 %", "−4.2 %", "×12"]);
    }

    #[test]
    fn the_gate_is_said_with_its_units() {
        let gate = Gate::default();
        let said: Vec<_> = gate.rules.iter().map(|(metric, slack)| rule(metric, *slack)).collect();
        assert_eq!(said[2], "live_peak_bytes 5 % and 65.5 kB");
        assert_eq!(said[3], "allocations 2 % and 100");
    }
}
