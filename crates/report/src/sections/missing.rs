//! What the run has no data for, and the command that would give it.

use bp_record::Axis;

use super::{Facts, Section, head::quoted};
use crate::document::{Block, Words};

/// What a section is about that a run may have no data for: what it is called, the kind of its
/// picture, and what to add to `backpressure` to get it.
fn wanted(section: Section) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match section {
        Section::SideBySide => ("Strategies beside each other", "throughput", "run"),
        Section::Pareto => ("Memory against throughput", "pareto", "run"),
        Section::Growth => ("Peak memory against the number of jobs", "growth", "run"),
        Section::Load => (
            "Throughput and latency against the limit, with the knee",
            "",
            "sweep --over limit=1..=256*2",
        ),
        Section::Percentiles => ("Service and sojourn by percentile", "latency", "run"),
        Section::OverTime => ("In flight, live bytes and done over time", "in-flight", "run"),
        Section::Window => (
            "What order costs, window by window",
            "window",
            "sweep --over window=64..=1024*2 -s materialize-window -p limit=64",
        ),
        Section::Split => ("Where the time went", "split", "run"),
        Section::Rounds => ("Rounds and the canary", "rounds", "run"),
        Section::Verdict | Section::Strategies | Section::Method => return None,
    })
}

/// What `section` lacks; `measured` is whether it says anything at all.
pub(super) fn blocks<'a>(facts: &Facts<'a>, section: Section, measured: bool) -> Option<Block<'a>> {
    let (what, kind, command) = wanted(section).filter(|_| !facts.samples.is_empty())?;
    let has = match section {
        // A table says it as well.
        Section::SideBySide => measured,
        Section::Load => facts.run.sweep == Some(Axis::Limit),
        Section::Window if facts.run.sweep == Some(Axis::Window) => true,
        _ => facts.figures.iter().any(|figure| figure.kind == kind),
    };
    let command = format!("backpressure {command}{}", on(facts));
    let said = Words::from("Not in this run: ").strong(what).then(". This gives it: ");
    (!has).then(|| Block::Paragraph(said.code(command)))
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
