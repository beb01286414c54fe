//! What measuring cost, and where it did not go into every job.

use bp_analysis::Summary;

use crate::{
    tables::{Page, escape, pipes},
    units,
};

/// The section of `report.md`; nothing where no cell was both timed and traced.
pub(crate) fn section(pages: &[Page]) -> Option<String> {
    let rows: Vec<_> = pages.iter().filter_map(row).collect();
    let counted: Vec<_> = pages.iter().filter_map(counted).collect();
    if rows.is_empty() && counted.is_empty() {
        return None;
    }
    let mut text = "## Probe effect\n\n".to_owned();
    if !rows.is_empty() {
        let heads = ["workload", "cells", "tracing, median", "tracing, most", "where"];
        text += &format!(
            "How many times as long a run took with the moments of each job as without: the \
             median over rounds that have both. Times that are compared come from runs without. \
             Each cell has its own in `summary.csv`.\n\n{}",
            pipes(&heads.map(str::to_owned), &rows)
        );
    }
    counted.iter().for_each(|line| text += &format!("\n{line}\n"));
    Some(text)
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
        page.cells().filter(|cell| cell.histograms).map(|cell| escape(&cell.id)).collect();
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
