//! Who leads a page: the fastest, and those that are as good.

use std::ptr;

use bp_analysis::Field;
use bp_record::Family;

use crate::tables::{Page, Row, cpu_per_job};

/// Up to this many times as long as the best is as good as the best.
const CLOSE: f64 = 1.1;

/// The fastest on one executor and those that are as good, of those that hold jobs back if one does.
pub(super) struct Lead<'p, 'a> {
    /// The fastest first.
    pub(super) rows: Vec<&'p Row<'a>>,
    /// True if nobody else is within a tenth of the fastest, and the rounds still do not tell it from
    /// these; else they are those within a tenth of it.
    pub(super) tied: bool,
    column: usize,
}

impl<'p, 'a> Lead<'p, 'a> {
    pub(super) fn of(page: &'p Page<'a>, column: usize, field: &Field) -> Self {
        // First who is close: of many rounds that differ by a hair the test makes a difference, and
        // rounds that lie far apart make ties of what is much slower.
        let near = |row: &&Row| page.ratio(row, column).is_some_and(|ratio| ratio <= CLOSE);
        let mut rows: Vec<_> = rivals(page, column).filter(near).collect();
        let alike = if rows.len() == 1 { alike(page, column, field) } else { Vec::new() };
        let tied = alike.len() > 1;
        if tied {
            rows = alike;
        }
        let slower = |row: &Row| page.ratio(row, column).unwrap_or(f64::INFINITY);
        rows.sort_by(|a, b| slower(a).total_cmp(&slower(b)));
        Self { rows, tied, column }
    }

    /// The one with the least processor time a job, and that; the fastest if it is known of none.
    pub(super) fn favourite(&self) -> Option<(&'p Row<'a>, Option<u64>)> {
        let known =
            self.rows.iter().filter_map(|row| Some((cpu_per_job(row.cells[self.column]?)?, *row)));
        let least = known.min_by_key(|(cpu, _)| *cpu);
        let fastest = || self.rows.first().map(|row| (*row, None));
        least.map(|(cpu, row)| (row, Some(cpu))).or_else(fastest)
    }
}

/// Those that are compared with the best: that hold jobs back, or none of them.
fn rivals<'p, 'a>(page: &'p Page<'a>, column: usize) -> impl Iterator<Item = &'p Row<'a>> {
    let is_free = |row: &Row| row.family == Some(Family::NoLimit);
    let free = page.best(column).is_some_and(|(best, _)| is_free(best));
    page.rows.iter().filter(move |row| is_free(row) == free)
}

/// Those of the rivals that the rounds do not tell apart from the best, and the best; nobody where
/// rounds say nothing of it.
fn alike<'p, 'a>(page: &'p Page<'a>, column: usize, field: &Field) -> Vec<&'p Row<'a>> {
    let known = |row: &&Row| page.ratio(row, column).is_some();
    let rivals: Vec<_> = rivals(page, column).filter(known).collect();
    let ids: Vec<_> = rivals.iter().map(|row| row.cells[column].map(|cell| &*cell.id)).collect();
    let best = page.best(column).map(|(best, _)| best);
    let Some(place) = rivals.iter().position(|row| best.is_some_and(|best| ptr::eq(*row, best)))
    else {
        return Vec::new();
    };
    let alike = &field.column(&ids, page.pace.metric()).alike[place];
    rivals.into_iter().zip(alike).filter(|(_, alike)| **alike).map(|(row, _)| row).collect()
}
