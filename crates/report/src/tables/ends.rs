//! What came of the jobs where not all succeeded or a server answered them: what the client counted,
//! and beside it what the server saw, neither of which asks the other.

use bp_analysis::Summary;
use bp_record::{Counts, Served};

use super::{markdown::known_quantiles, pages::Page};
use crate::{
    document::{Block, points},
    units,
};

/// A cell that has something to tell.
struct Row<'a> {
    strategy: &'a str,
    cell: &'a Summary,
    ends: Counts,
}

/// A column: its head, and its count of a row.
type Column = (&'static str, fn(&Row) -> Option<u64>);

/// The ends of a job.
const ENDS: [Column; 6] = [
    ("succeeded", |row| Some(row.ends.succeeded)),
    ("refused", |row| Some(row.ends.refused)),
    ("failed otherwise", |row| Some(row.ends.failed.saturating_sub(row.ends.refused))),
    ("panicked", |row| Some(row.ends.panicked)),
    ("shed", |row| Some(row.ends.shed)),
    ("tried again", |row| Some(row.ends.retried)),
];

/// What the server saw.
const SERVER: [Column; 9] = [
    ("requests", |row| served(row, |seen| seen.requests)),
    ("answered", |row| served(row, |seen| seen.answered)),
    ("no place left", |row| served(row, |seen| seen.overloaded)),
    ("too fast", |row| served(row, |seen| seen.limited)),
    ("banned", |row| served(row, |seen| seen.banned)),
    ("given up", |row| served(row, |seen| seen.abandoned)),
    ("malformed", |row| served(row, |seen| seen.malformed)),
    ("lost on purpose", |row| served(row, |seen| seen.dropped)),
    ("most inside", |row| served(row, |seen| seen.inside_peak)),
];

fn served(row: &Row, count: fn(&Served) -> u64) -> Option<u64> {
    row.cell.served.as_ref().map(count)
}

/// The tables of an executor; nothing if all succeeded and no server was asked.
pub(super) fn tables<'a>(page: &Page, column: usize) -> Vec<Block<'a>> {
    let rows: Vec<_> = page
        .rows
        .iter()
        .filter_map(|row| {
            let cell = row.cells[column].filter(|cell| cell.samples_ok > 0)?;
            Some(Row { strategy: &row.name, cell, ends: cell.ends? })
        })
        .collect();
    let told = |row: &Row| row.cell.served.is_some() || row.ends.succeeded < row.ends.admitted;
    if !rows.iter().any(told) {
        return Vec::new();
    }
    let mut blocks = vec![Block::Paragraph(
        "What came of the jobs, and how many succeeded a second (goodput).".into(),
    )];
    blocks.extend(table(&rows, &ENDS, Some(goodput)));
    let reasons: Vec<_> = rows.iter().filter_map(reason).collect();
    if !reasons.is_empty() {
        blocks
            .push(Block::Paragraph("What the first job that failed otherwise had to say:".into()));
        blocks.push(points(reasons));
    }
    if rows.iter().any(|row| row.cell.served.is_some()) {
        blocks.push(Block::Paragraph(
            "What the server saw, which does not ask its clients: a job may be several requests."
                .into(),
        ));
        blocks.extend(table(&rows, &SERVER, None));
    }
    blocks
}

/// Why jobs failed that were not refused, if they said so.
fn reason(row: &Row) -> Option<String> {
    let said = row.cell.message.as_deref().filter(|_| row.ends.failed > row.ends.refused)?;
    Some(format!("{}: {}", row.strategy, units::plain(said)))
}

/// Useful work a second.
fn goodput(row: &Row) -> String {
    row.cell.throughput_per_s.map_or_else(|| "-".to_owned(), units::per_second)
}

/// The columns in which anybody has anything, and a rate behind them.
fn table<'a>(rows: &[Row], columns: &[Column], rate: Option<fn(&Row) -> String>) -> Vec<Block<'a>> {
    let known = |(_, count): &&Column| rows.iter().any(|row| count(row).is_some_and(|n| n > 0));
    let columns: Vec<_> = columns.iter().filter(known).collect();
    let heads = std::iter::once("strategy").chain(columns.iter().map(|(head, _)| *head));
    let heads = heads.chain(rate.map(|_| "goodput")).map(str::to_owned).collect();
    let lines = rows.iter().map(|row| {
        let count = |(_, count): &&Column| count(row).map_or_else(|| "-".to_owned(), units::count);
        let name = std::iter::once(row.strategy.to_owned());
        name.chain(columns.iter().map(count)).chain(rate.map(|rate| rate(row))).collect()
    });
    known_quantiles(heads, lines.collect())
}
