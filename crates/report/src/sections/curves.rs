//! How memory grew, then each curve of a sweep: what it says, its table, its picture.

use bp_record::Axis;

use super::{Facts, Section};
use crate::{document::Block, sweep};

/// Where a sweep over that is told.
pub(super) fn section(axis: Axis) -> Section {
    match axis {
        Axis::Limit | Axis::Rate => Section::Load,
        Axis::Window => Section::Window,
        Axis::Jobs => Section::Growth,
    }
}

/// Nothing of a run that is no sweep.
pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    if facts.run.sweep.is_none() {
        return Vec::new();
    }
    let growth = facts.figures.iter().filter(|figure| figure.kind == "growth");
    let mut blocks: Vec<_> = growth.map(|figure| Block::Picture(figure, true)).collect();
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(3, "All curves".to_owned()));
    }
    for (swept, figure) in facts.curves {
        blocks.push(Block::Heading(3, sweep::title(swept)));
        blocks.extend(sweep::blocks(swept));
        blocks.extend(figure.map(|figure| Block::Picture(figure, false)));
    }
    blocks
}
