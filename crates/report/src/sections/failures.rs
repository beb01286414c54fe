//! What failed, cell by cell.

use bp_analysis::Summary;

use crate::{
    document::{Block, points},
    tables, units,
};

pub(super) fn blocks<'a>(summaries: &[Summary]) -> Vec<Block<'a>> {
    let failed = summaries.iter().filter(|row| !row.failures.is_empty());
    let lines: Vec<_> = failed.map(tables::failure).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let all = units::counted(summaries.len(), "cell");
    let count = format!("{} of {all} failed at least once.", lines.len());
    vec![Block::Heading(3, "Failures".to_owned()), Block::Paragraph(count.into()), points(lines)]
}
