//! What the report says, a file a section or two, in the order in which it is read.

mod curves;
mod environment;
mod failures;
mod files;
mod head;
mod missing;
mod rounds;
mod section;
mod strategies;
mod workload;

use bp_analysis::{Field, Summary};
use bp_record::{RoundRecord, Run, Sample};

pub(crate) use self::section::Section;
use crate::{document::Block, figures::Figure, sweep::Swept, tables::Page};

/// All that the sections are made of.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) run: &'a Run,
    pub(crate) samples: &'a [Sample],
    pub(crate) rounds: &'a [RoundRecord],
    pub(crate) sources: &'a [(&'a str, &'a str)],
    /// Whether a page that replays the run stands beside the report.
    pub(crate) replayed: bool,
    pub(crate) summaries: &'a [Summary],
    /// The cells, to be put side by side by any metric.
    pub(crate) field: &'a Field<'a>,
    /// What is compared; none of a sweep.
    pub(crate) pages: &'a [Page<'a>],
    /// The curves of a sweep, each with its picture if it has one.
    pub(crate) curves: &'a [(Swept, Option<&'a Figure>)],
    pub(crate) figures: &'a [Figure],
}

/// The whole report: its top, what is in it, and all sections.
pub(crate) fn all<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut contents = Vec::new();
    let mut body = Vec::new();
    for section in Section::ALL {
        let said = of(facts, section);
        let measured = !said.is_empty();
        let missing = missing::blocks(facts, section, measured);
        if measured || missing.is_some() {
            contents.push((section, measured));
            body.push(Block::Section(section, measured));
            body.extend(missing);
            body.extend(said);
        }
    }
    let mut blocks = head::top(facts);
    blocks.push(Block::Contents(contents));
    blocks.extend(body);
    blocks
}

/// What one section says of the run; nothing if that was not measured.
fn of<'a>(facts: &Facts<'a>, section: Section) -> Vec<Block<'a>> {
    let pictures = |kinds| workload::pictures(facts, kinds);
    let mut blocks = match section {
        Section::Verdict => head::verdict(facts),
        Section::SideBySide => workload::side_by_side(facts),
        Section::Pareto => pictures(&["pareto"]),
        Section::Growth => pictures(&["peak-memory", "growth"]),
        Section::Load => Vec::new(),
        Section::Percentiles => pictures(&["latency"]),
        Section::OverTime => pictures(&["in-flight", "memory", "done", "order"]),
        Section::Window => pictures(&["window"]),
        Section::Split => workload::split(facts),
        Section::Rounds => rounds::blocks(facts),
        Section::Strategies => strategies::blocks(facts),
        Section::Method => environment::blocks(facts.run),
    };
    if section == facts.run.sweep.map_or(Section::SideBySide, curves::section) {
        blocks.extend(curves::blocks(facts));
        blocks.extend(failures::blocks(facts.summaries));
    }
    blocks
}
