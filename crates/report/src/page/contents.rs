//! The sections of the page and the list of them.

use super::{block::Writer, id};
use crate::{document::Block, draw::escape, sections::Section as Which};

/// What stands under the heading of a section.
pub(crate) struct Section<'b, 'a> {
    which: Which,
    /// Whether the run has something for it.
    measured: bool,
    blocks: &'b [Block<'a>],
}

/// What comes before the first section, and all sections.
pub(crate) fn sections<'b, 'a>(blocks: &'b [Block<'a>]) -> (&'b [Block<'a>], Vec<Section<'b, 'a>>) {
    let begins = |block: &Block| matches!(block, Block::Section(..));
    let first = blocks.iter().position(begins).unwrap_or(blocks.len());
    let (intro, mut rest) = blocks.split_at(first);
    let mut sections = Vec::new();
    while let [Block::Section(which, measured), after @ ..] = rest {
        let end = after.iter().position(begins).unwrap_or(after.len());
        let (blocks, next) = after.split_at(end);
        sections.push(Section { which: *which, measured: *measured, blocks });
        rest = next;
    }
    (intro, sections)
}

/// A link to each section.
pub(crate) fn navigation(sections: &[Section]) -> String {
    let link = |section: &Section| {
        let class = if section.measured { "" } else { " class=\"absent\"" };
        let heading = escape(&section.which.heading());
        format!("<li{class}><a href=\"#{}\">{heading}</a></li>\n", section.id())
    };
    sections.iter().map(link).collect()
}

impl Section<'_, '_> {
    fn id(&self) -> String {
        id("s-", self.which.name())
    }

    pub(crate) fn html(&self, writer: &Writer) -> String {
        let (id, heading) = (self.id(), escape(&self.which.heading()));
        let class = if self.measured { "" } else { " class=\"absent\"" };
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-h\"{class}>\n\
             <h2 id=\"{id}-h\" tabindex=\"-1\">{heading}</h2>\n{}</section>\n",
            writer.all(self.blocks)
        )
    }
}
