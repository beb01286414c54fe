//! Whether each strategy keeps up with arrivals that do not wait for it, and what latency that
//! costs, counted from when a job was due.

use bp_analysis::{Summary, keeps_up};
use bp_record::{OpenLoop, Quantiles};

use super::{
    grid::{Align, Grid},
    pages::Page,
};
use crate::{document::Block, facts::listed, units};

/// How much of a terminal's line a strategy and an executor may take.
const NAMES: (usize, usize) = (24, 9);

/// What must be said where latency is shown.
const COUNTED: &str = "Sojourn counts from when a job was due, whenever it was admitted; offered, \
                       achieved and the growth of the backlog are of the time from when a quarter \
                       of the jobs was due until the last one was.";

/// A strategy on an executor.
struct Row<'a> {
    strategy: &'a str,
    executor: &'a str,
    found: OpenLoop,
    cell: &'a Summary,
}

fn rows<'p>(page: &'p Page) -> impl Iterator<Item = Row<'p>> {
    page.rows.iter().flat_map(|row| {
        row.cells.iter().zip(&page.executors).filter_map(|(cell, executor)| {
            let cell = (*cell)?;
            let found = cell.open_loop?;
            Some(Row { strategy: &row.name, executor: executor.name, found, cell })
        })
    })
}

/// The lines for a terminal of 80 columns; none if the page is no open loop.
pub(super) fn lines(page: &Page) -> Vec<String> {
    let offered = rows(page).map(|row| row.found.offered_per_s).reduce(f64::max);
    let Some(offered) = offered else { return Vec::new() };
    let mut grid = Grid::new();
    grid.names("strategy", NAMES.0);
    grid.names("executor", NAMES.1);
    for head in ["achieved", "backlog grows by", "p50", "p99", "p99.9"] {
        grid.column(Align::Right, head, 8);
    }
    grid.group(Align::Right, &format!("{} offered", units::per_second(offered)), 2..4);
    grid.group(Align::Right, "sojourn from the due time", 4..7);
    for Row { strategy, executor, found, cell } in rows(page) {
        let names = [strategy, executor].map(units::plain);
        grid.row(names.into_iter().chain(figures(&found)).chain(quantiles(cell)).collect());
    }
    grid.lines()
}

/// The table of a page; nothing if it is no open loop.
pub(super) fn table<'a>(page: &Page) -> Vec<Block<'a>> {
    const HEADS: [&str; 9] = [
        "open loop",
        "executor",
        "offered",
        "achieved",
        "backlog grows by",
        "keeps up",
        "p50",
        "p99",
        "p99.9",
    ];
    let row = |row: Row| {
        let Row { strategy, executor, found, cell } = row;
        let keeps_up = if keeps_up(&found) { "yes" } else { "no" };
        let mut cells = vec![units::plain(strategy), units::plain(executor)];
        cells.push(units::per_second(found.offered_per_s));
        cells.extend(figures(&found));
        cells.push(keeps_up.to_owned());
        cells.extend(quantiles(cell));
        cells
    };
    let rows: Vec<_> = rows(page).map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Paragraph(COUNTED.into()), Block::Table(HEADS.map(str::to_owned).to_vec(), rows)]
}

fn figures(found: &OpenLoop) -> [String; 2] {
    [found.achieved_per_s, found.backlog_growth_per_s]
        .map(|rate| format!("{} /s", units::rate(rate)))
}

fn quantiles(cell: &Summary) -> [String; 3] {
    let of = |quantile: fn(&Quantiles) -> Option<u64>| {
        let known = cell.sojourn.as_ref().and_then(quantile);
        known.map_or_else(|| "-".to_owned(), units::time)
    };
    [of(|times| times.p50_ns), of(|times| times.p99_ns), of(|times| times.p999_ns)]
}

/// Who keeps up on one executor and who does not, in words; none if the page is no open loop.
pub(crate) fn said(page: &Page, executor: &str) -> Vec<String> {
    let rows: Vec<_> = rows(page).filter(|row| row.executor == executor).collect();
    let (kept, behind): (Vec<_>, Vec<_>) = rows.iter().partition(|row| keeps_up(&row.found));
    let mut said = Vec::new();
    if rows.is_empty() {
        return said;
    }
    let executor = units::plain(executor);
    said.push(match (kept.len(), rows.len()) {
        (kept, all) if kept == all => {
            format!("On {executor} all {all} strategies keep up with the arrivals.")
        }
        (kept, all) => {
            let name = |row: &&Row| {
                format!("{} ({})", row.strategy, units::per_second(row.found.achieved_per_s))
            };
            let behind: Vec<_> = behind.iter().map(name).collect();
            format!(
                "On {executor} {kept} of {all} strategies keep up with the arrivals. The backlog \
                 grows, and what is achieved is less than what is offered, with {}.",
                listed(&behind)
            )
        }
    });
    let tails =
        kept.iter().filter_map(|row| Some((row.cell.sojourn.as_ref()?.p99_ns?, row.strategy)));
    if let Some((tail, strategy)) = tails.min() {
        said.push(format!(
            "The lowest p99 from the due time of those that keep up: {} with {strategy}.",
            units::time(tail)
        ));
    }
    let cut = rows.iter().filter(|row| row.found.never_admitted > 0);
    let cut =
        cut.map(|row| format!("{} ({})", row.strategy, units::count(row.found.never_admitted)));
    let cut: Vec<_> = cut.collect();
    if !cut.is_empty() {
        said.push(format!(
            "Jobs that were due and never admitted before the end have no latency, so it is too \
             small with {}.",
            listed(&cut)
        ));
    }
    said
}
