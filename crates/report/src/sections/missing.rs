//! What the run has no data for, and the command that would give it.

use bp_record::Axis;

use super::{Facts, head::quoted};
use crate::document::{Block, Words};

/// A picture of the report: its kind, what it shows, and what to add to `backpressure` for it.
type Wanted = (&'static str, &'static str, &'static str);

/// What a run of a suite shows.
const OF_SUITES: [Wanted; 6] = [
    ("pareto", "Memory against throughput", "run"),
    ("growth", "Peak memory against the number of jobs", "run"),
    ("latency", "Service and sojourn by percentile", "run"),
    ("in-flight", "In flight, live bytes and done over time", "run"),
    ("split", "Where the time went", "run"),
    ("rounds", "Rounds and the canary", "run"),
];

pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    if facts.samples.is_empty() {
        return Vec::new();
    }
    let mut points = Vec::new();
    let mut want = |what: &str, command: &str| {
        points.push(
            Words::default()
                .strong(what)
                .then(": ")
                .code(format!("backpressure {command}{}", on(facts))),
        );
    };
    let has = |kind: &str| facts.figures.iter().any(|figure| figure.kind == kind);
    for (kind, what, command) in OF_SUITES {
        if !has(kind) {
            want(what, command);
        }
    }
    let over = |axis: Axis| facts.run.sweep == Some(axis);
    if !over(Axis::Limit) {
        want(
            "Throughput and latency against the limit, with the knee",
            "sweep --over limit=1..=256*2",
        );
    }
    if !over(Axis::Window) && !has("window") {
        let what = "What order costs, window by window";
        want(what, "sweep --over window=64..=1024*2 -s materialize-window -p limit=64");
    }
    if points.is_empty() {
        return Vec::new();
    }
    let said = "What this run has no data for, and what gives it:";
    vec![
        Block::Heading(2, "Not in this run".to_owned()),
        Block::Paragraph(said.into()),
        Block::Points(points),
    ]
}

/// Asks for the workload of this run, if it is one whose name can be typed.
fn on(facts: &Facts) -> String {
    let mut names: Vec<&str> =
        facts.summaries.iter().map(|row| row.cell.work.name.as_str()).collect();
    names.dedup();
    match names[..] {
        [name] if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            format!(" -w {}", quoted(&format!("^{name}$")))
        }
        _ => String::new(),
    }
}
