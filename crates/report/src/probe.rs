//! What measuring cost, and where it did not go into every job.

use bp_analysis::Summary;

use crate::{
    document::{Block, Words},
    tables::Page,
    units,
};

/// The section; nothing where no cell was both timed and traced.
pub(crate) fn blocks<'a>(pages: &[Page]) -> Vec<Block<'a>> {
    const HEADS: [&str; 5] = ["workload", "cells", "tracing, median", "tracing, most", "where"];
    let rows: Vec<_> = pages.iter().filter_map(row).collect();
    let counted: Vec<_> = pages.iter().filter_map(counted).collect();
    if rows.is_empty() && counted.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading(3, "Probe effect".to_owned())];
    if !rows.is_empty() {
        let meaning = Words::from(
            "How many times as long a run took with the moments of each job as without: the \
             median over rounds that have both. Times that are compared come from runs without. \
             Each cell has its own in ",
        );
        blocks.push(Block::Paragraph(meaning.code("summary.csv").then(".")));
        blocks.push(Block::Table(HEADS.map(str::to_owned).to_vec(), rows));
    }
    blocks.extend(counted.into_iter().map(|line| Block::Paragraph(line.into())));
    blocks
}

fn row(page: &Page) -> Option<Vec<String>> {
    let effect = |cell: &&Summary| Some((cell.probe_effect?, cell.id.clone()));
    let mut effects: Vec<_> = page.cells().filter_map(|cell| effect(&cell)).collect();
    effects.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (most, place) = effects.last()?;
    let median = effects[effects.len() / 2].0;
    Some(vec![
        page.title(),
        units::count(effects.len() as u64),
        format!("{median:.3} ×"),
        format!("{most:.3} ×"),
        place.clone(),
    ])
}

/// The cells of a page that have no trace and so no ideal.
fn counted(page: &Page) -> Option<String> {
    let cells: Vec<_> =
        page.cells().filter(|cell| cell.histograms).map(|cell| cell.id.clone()).collect();
    (!cells.is_empty()).then(|| {
        format!(
            "Not traced job by job, since there were too many jobs: {}. Their times come from \
             histograms, rounded up by less than 0.1 %; peaks, sums and counts are exact; there \
             is no ideal beside them and no picture over time, and the order of completion was not \
             checked.",
            cells.join(", ")
        )
    })
}
