//! Workload by workload: what its jobs do, its pictures, its tables.

use super::Facts;
use crate::{document::Block, figures::Figure, tables, units};

/// Pictures that stand before the tables, and those that stand after them.
const BEFORE: [&str; 2] = ["lanes", "throughput"];

pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut labels: Vec<&str> = facts.pages.iter().map(|page| page.label.as_str()).collect();
    labels.dedup();
    labels.into_iter().flat_map(|label| workload(facts, label)).collect()
}

fn workload<'a>(facts: &Facts<'a>, label: &str) -> Vec<Block<'a>> {
    let mut blocks = vec![Block::Workload(label.to_owned())];
    let name = label.split('+').next().unwrap_or(label);
    if let Some(entry) = facts.run.catalogue.workload(name) {
        let said = format!("Each job {}.", entry.sentence.trim_end_matches('.'));
        blocks.push(Block::Paragraph(said.into()));
    }
    let own = || facts.figures.iter().filter(|figure| units::plain(&figure.workload) == label);
    blocks.extend(absent(own().collect()));
    let is_before = |figure: &&Figure| BEFORE.contains(&figure.kind);
    blocks.extend(own().filter(is_before).map(|figure| Block::Picture(figure, true)));
    for page in facts.pages.iter().filter(|page| page.label == label) {
        blocks.push(Block::Heading(3, page.title()));
        blocks.extend(tables::makespan(page));
        blocks.extend(tables::character(page));
        blocks.extend(tables::split(page));
    }
    let rest = own().filter(|figure| !is_before(figure));
    blocks.extend(rest.map(|figure| Block::Picture(figure, true)));
    blocks
}

/// Why pictures are not there.
fn absent<'a>(figures: Vec<&Figure>) -> Option<Block<'a>> {
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
