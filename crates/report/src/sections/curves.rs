//! A section for each curve of a sweep: what it says, its table, its picture.

use super::Facts;
use crate::{document::Block, sweep};

pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    for (swept, figure) in facts.curves {
        blocks.push(Block::Heading(2, sweep::title(swept)));
        blocks.extend(sweep::blocks(swept));
        blocks.extend(figure.map(|figure| Block::Picture(figure, false)));
    }
    blocks
}
