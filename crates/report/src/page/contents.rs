//! The sections of the page and the list of them.

use super::{block::Writer, id};
use crate::{document::Block, draw::escape};

/// What stands under a heading of the second level.
pub(crate) struct Section<'b, 'a> {
    heading: String,
    id: String,
    /// Whether it is of one workload, so that it can be left out to see another one.
    workload: bool,
    blocks: &'b [Block<'a>],
}

/// What comes before the first section, and all sections.
pub(crate) fn sections<'b, 'a>(blocks: &'b [Block<'a>]) -> (&'b [Block<'a>], Vec<Section<'b, 'a>>) {
    let heading = |block: &Block| match block {
        Block::Heading(2, text) => Some((text.clone(), false)),
        Block::Workload(text) => Some((text.clone(), true)),
        _ => None,
    };
    let first = blocks.iter().position(|block| heading(block).is_some());
    let (intro, mut rest) = blocks.split_at(first.unwrap_or(blocks.len()));
    let mut sections: Vec<Section> = Vec::new();
    while let Some(((heading_text, workload), after)) =
        rest.split_first().map(|(block, after)| (heading(block).expect("a section begins"), after))
    {
        let end = after.iter().position(|block| heading(block).is_some()).unwrap_or(after.len());
        let (blocks, next) = after.split_at(end);
        let same = |id: &str, all: &[Section]| all.iter().any(|section| section.id == id);
        let base = id("s-", &heading_text);
        let mut candidates = (2..).map(|number: u32| format!("{base}-{number}"));
        let id = match same(&base, &sections) {
            false => base.clone(),
            true => candidates.find(|id| !same(id, &sections)).expect("numbers do not end"),
        };
        sections.push(Section { heading: heading_text, id, workload, blocks });
        rest = next;
    }
    (intro, sections)
}

/// A link to each section.
pub(crate) fn navigation(sections: &[Section]) -> String {
    let link = |section: &Section| {
        format!("<li><a href=\"#{}\">{}</a></li>\n", section.id, escape(&section.heading))
    };
    sections.iter().map(link).collect()
}

impl Section<'_, '_> {
    pub(crate) fn html(&self, writer: &Writer) -> String {
        let Self { heading, id, workload, blocks } = self;
        let workload = if *workload {
            format!(" data-workload=\"{}\"", escape(heading))
        } else {
            String::new()
        };
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-h\"{workload}>\n\
             <h2 id=\"{id}-h\" tabindex=\"-1\">{}</h2>\n{}</section>\n",
            escape(heading),
            writer.all(blocks)
        )
    }
}
