//! What is told workload by workload.

use super::Facts;
use crate::{document::Block, figures::Figure, tables, units};

/// What `of` says of each workload, of which it gets the label; under its title where the run has
/// several.
pub(super) fn each<'a>(facts: &Facts<'a>, of: impl Fn(&str) -> Vec<Block<'a>>) -> Vec<Block<'a>> {
    let mut known: Vec<(&str, &str)> =
        facts.pages.iter().map(|page| (&*page.label, &*page.work)).collect();
    known.dedup();
    let several = known.len() > 1;
    let told = known.into_iter().filter_map(|(label, title)| {
        let mut blocks = of(label);
        if blocks.is_empty() {
            return None;
        }
        if several {
            blocks.insert(0, Block::Heading(3, title.to_owned()));
        }
        Some(Block::Workload(title.to_owned(), blocks))
    });
    told.collect()
}

/// What its jobs do, the picture of its slots, the tables.
pub(super) fn side_by_side<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    each(facts, |label| {
        let mut blocks = Vec::new();
        let name = label.split('+').next().unwrap_or(label);
        if let Some(entry) = facts.run.catalogue.workload(name) {
            let said = format!("Each job {}.", entry.sentence.trim_end_matches('.'));
            blocks.push(Block::Paragraph(said.into()));
        }
        blocks.extend(absent(&own(facts, label).collect::<Vec<_>>()));
        blocks.extend(of_kinds(facts, label, &["lanes", "throughput"]));
        for page in facts.pages.iter().filter(|page| page.label == label) {
            blocks.push(Block::Lead(page.title()));
            blocks.extend(tables::makespan(page));
            blocks.extend(tables::character(page));
        }
        blocks
    })
}

/// Pictures of some kinds.
pub(super) fn pictures<'a>(facts: &Facts<'a>, kinds: &[&str]) -> Vec<Block<'a>> {
    each(facts, |label| of_kinds(facts, label, kinds).collect())
}

/// What of the time is whose, as a picture and as tables.
pub(super) fn split<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    each(facts, |label| {
        let mut blocks: Vec<_> = of_kinds(facts, label, &["split"]).collect();
        for page in facts.pages.iter().filter(|page| page.label == label) {
            let table = tables::split(page);
            if !table.is_empty() {
                blocks.push(Block::Lead(page.title()));
                blocks.extend(table);
            }
        }
        blocks
    })
}

fn own<'a>(facts: &Facts<'a>, label: &str) -> impl Iterator<Item = &'a Figure> {
    facts.figures.iter().filter(move |figure| units::plain(&figure.workload) == label)
}

fn of_kinds<'a>(facts: &Facts<'a>, label: &str, kinds: &[&str]) -> impl Iterator<Item = Block<'a>> {
    let shown = own(facts, label).filter(move |figure| kinds.contains(&figure.kind));
    shown.map(|figure| Block::Picture(figure, true))
}

/// Why pictures are not there.
fn absent<'a>(figures: &[&Figure]) -> Option<Block<'a>> {
    let said = if figures.is_empty() {
        "There is no picture: no sample of this workload succeeded."
    } else if figures.iter().any(|figure| figure.kind == "lanes") {
        return None;
    } else {
        "The slots are not drawn: that takes a trace of every job, which only successful runs of \
         few jobs keep."
    };
    Some(Block::Paragraph(said.into()))
}
