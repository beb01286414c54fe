//! What was found for programs: a row for each law of a strategy, and for each cell.

use anyhow::Result;
use bp_record::{Outcome, Sample};
use serde::Serialize;

use super::{BROKEN, KEPT, NOT_SEEN, again, is_broken, laws::Finding};
use crate::{arguments::Format, output, rows::Rows};

/// A row, as docs/LAWS.md says. What has no meaning for it is left out of JSON, and empty in CSV.
#[derive(Serialize)]
struct Line<'a> {
    strategy: &'a str,
    r#where: String,
    law: &'a str,
    verdict: &'a str,
    seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedules: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_by_seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    steps: &'a [String],
    again: String,
}

pub(super) fn print(
    findings: &[Finding],
    samples: &[Sample],
    typed: &str,
    format: Format,
) -> Result<()> {
    let lines = findings.iter().map(of_law).chain(samples.iter().map(|one| of_cell(one, typed)));
    let lines: Vec<_> = lines.collect();
    if format == Format::Json {
        return output::print_json(&(serde_json::to_string_pretty(&lines)? + "\n"));
    }
    table(&lines).print(format)
}

/// The same in columns.
fn table(lines: &[Line<'_>]) -> Rows<13> {
    let mut rows = Rows::new([
        "strategy",
        "where",
        "law",
        "verdict",
        "seen",
        "workload",
        "executor",
        "order",
        "seed",
        "schedules",
        "broken_by_seed",
        "schedule",
        "again",
    ]);
    let word = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    for line in lines {
        rows.add([
            line.strategy.to_owned(),
            line.r#where.clone(),
            line.law.to_owned(),
            line.verdict.to_owned(),
            line.seen.clone(),
            word(line.workload),
            word(line.executor),
            word(line.order),
            number(line.seed),
            number(line.schedules),
            number(line.broken_by_seed),
            word(line.schedule),
            line.again.clone(),
        ]);
    }
    rows
}

fn of_law(found: &Finding) -> Line<'_> {
    Line {
        strategy: &found.strategy,
        r#where: "the virtual world".to_owned(),
        law: &found.law,
        verdict: &found.verdict,
        seen: found.seen.clone(),
        workload: None,
        executor: None,
        order: found.order.as_deref(),
        seed: found.seed,
        schedules: (found.schedules > 0).then_some(found.schedules),
        broken_by_seed: found.broken_by_seed,
        schedule: found.schedule.as_deref(),
        steps: &found.steps,
        again: found.again.clone(),
    }
}

/// What a cell promises in all is one row.
fn of_cell<'a>(sample: &'a Sample, typed: &str) -> Line<'a> {
    let (cell, outcome) = (&sample.cell, sample.outcome);
    let message = sample.message.clone().unwrap_or_default();
    Line {
        strategy: &cell.strategy,
        r#where: cell.id(),
        law: "all",
        verdict: match outcome {
            Outcome::Ok => KEPT,
            _ if is_broken(sample) => BROKEN,
            _ => NOT_SEEN,
        },
        seen: if outcome == Outcome::Ok { message } else { format!("{outcome}: {message}") },
        workload: Some(&cell.work.name),
        executor: Some(&cell.executor),
        order: None,
        seed: Some(cell.work.seed),
        schedules: None,
        broken_by_seed: None,
        schedule: None,
        steps: &[],
        again: again::of_cell(sample, typed),
    }
}
