//! What the report says, a file a section, in the order in which it is read.

mod curves;
mod environment;
mod failures;
mod files;
mod head;
mod missing;
mod rounds;
mod strategies;
mod workload;

use bp_analysis::{Field, Summary};
use bp_record::{RoundRecord, Run, Sample};

use crate::{document::Block, figures::Figure, probe, sweep::Swept, tables::Page};

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

/// The whole report.
pub(crate) fn all<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = head::blocks(facts);
    if facts.run.sweep.is_some() {
        blocks.extend(curves::blocks(facts));
    } else {
        blocks.extend(workload::blocks(facts));
    }
    blocks.extend(failures::blocks(facts.summaries));
    blocks.extend(missing::blocks(facts));
    blocks.extend(rounds::blocks(facts));
    blocks.extend(probe::blocks(facts.pages));
    blocks.extend(strategies::blocks(facts));
    blocks.extend(environment::blocks(facts.run));
    blocks.extend(files::blocks());
    blocks
}
