//! How memory grew, then a section for each curve of a sweep: what it says, its table, its picture.

use super::Facts;
use crate::{document::Block, sweep};

pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let all = facts.figures.iter().filter(|figure| figure.kind == "growth");
    let all: Vec<_> = all.map(|figure| Block::Picture(figure, true)).collect();
    if !all.is_empty() {
        blocks.push(Block::Heading(2, "All curves".to_owned()));
        blocks.extend(all);
    }
    for (swept, figure) in facts.curves {
        blocks.push(Block::Heading(2, sweep::title(swept)));
        blocks.extend(sweep::blocks(swept));
        blocks.extend(figure.map(|figure| Block::Picture(figure, false)));
    }
    blocks
}
