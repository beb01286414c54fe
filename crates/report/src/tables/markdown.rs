//! The tables of a page as parts of a document: all executors, and more of what each strategy costs
//! than a terminal has room for.

use bp_analysis::Summary;
use bp_record::Run;

use super::{
    ends,
    ideal::{HEADS, MEANING, ideals},
    open_loop,
    pages::{Page, cpu_per_job, pages},
    quantiles::without_empty,
};
use crate::{
    document::{Block, markdown},
    facts::{LOST, lost_text, share},
    growth, units,
};

pub(super) fn text(run: &Run, summaries: &[Summary]) -> String {
    let pages = pages(run, summaries);
    if pages.is_empty() {
        return "Nothing was run, so there is nothing to compare.\n".to_owned();
    }
    let mut blocks: Vec<Block> = run.preview.then(preview).into_iter().collect();
    for page in &pages {
        blocks.push(Block::Heading(3, page.title()));
        blocks.extend(makespan(page));
        blocks.extend(character(page));
        blocks.extend(split(page));
    }
    markdown::render(&blocks)
}

/// The warning of runs that are too short.
pub(crate) fn preview<'a>() -> Block<'a> {
    Block::Notice("Preview", "Few jobs or few rounds: a look, not to be quoted.".to_owned())
}

/// Time on every executor.
pub(crate) fn makespan<'a>(page: &'a Page<'a>) -> Vec<Block<'a>> {
    let mut blocks = vec![Block::Heat(page)];
    if page.cells().any(|cell| cell.lost().is_some()) {
        blocks.push(Block::Paragraph(format!("“% fail”: {LOST}.").into()));
    }
    blocks.extend(asked_to_fail(page).map(|said| Block::Paragraph(said.into())));
    if page.executors.iter().any(|executor| executor.legacy) {
        blocks.push(Block::Paragraph("† no longer maintained; people still run it.".into()));
    }
    blocks
}

/// Whether it keeps up with arrivals, if they do not wait, and the costs on one executor.
pub(crate) fn character<'a>(page: &Page) -> Vec<Block<'a>> {
    let mut blocks = open_loop::table(page);
    if let Some((column, executor)) = page.main_executor() {
        let said = format!(
            "On {}: the peak of live memory and whether it grows with the number of jobs, most \
             jobs in flight, the first result, sojourn (arrival to delivery) and processor time.",
            executor.name
        );
        blocks.push(Block::Paragraph(said.into()));
        blocks.extend(costs(page, column));
        blocks.extend(ends::tables(page, column));
    }
    blocks
}

/// Where the time went, if that is known.
pub(crate) fn split<'a>(page: &Page) -> Vec<Block<'a>> {
    let Some(ideals) = ideals(page) else { return Vec::new() };
    let rows: Vec<_> = ideals.rows.iter().map(|row| row.to_vec()).collect();
    let said = format!("Where the time went, on {}. Ideal: {MEANING}.", ideals.on);
    let table = Block::Table(HEADS.map(str::to_owned).to_vec(), rows);
    let reasons = ideals.reasons().map(|why| Block::Paragraph(format!("“-”: {why}.").into()));
    let consumer = ideals.consumer().map(|said| Block::Paragraph(format!("Here {said}.").into()));
    [Block::Paragraph(said.into()), table].into_iter().chain(reasons).chain(consumer).collect()
}

/// That jobs failed as they were to, which is part of what is compared; `None` if none were.
pub(crate) fn asked_to_fail(page: &Page) -> Option<String> {
    let most = page.cells().filter_map(Summary::failed_as_asked).reduce(f64::max)?;
    Some(format!(
        "As the workload asks, up to {} of the jobs fail or panic, for every strategy the same ones; \
         what is compared includes them.",
        share(most)
    ))
}

/// The heads and rows of the time on every executor.
pub(crate) fn makespans(page: &Page) -> (Vec<String>, Vec<Vec<String>>) {
    let mut heads = vec![format!("{} (× best with a limit)", page.pace.head())];
    heads.extend(page.executors.iter().map(|executor| executor.marked()));
    let rows = page.rows.iter().map(|row| {
        let cell = |column| match page.value(row, column).zip(page.ratio(row, column)) {
            Some((value, ratio)) => {
                let asked = row.failed_as_asked(column).map(lost_text);
                let asked = asked.map_or_else(String::new, |part| format!(", {part}"));
                format!("{value} ({}{asked})", units::times(ratio))
            }
            None => row.absence(column),
        };
        std::iter::once(row.name.clone()).chain((0..page.executors.len()).map(cell)).collect()
    });
    (heads, rows.collect())
}

fn costs<'a>(page: &Page, column: usize) -> Vec<Block<'a>> {
    const HEADS: [&str; 9] = [
        "strategy",
        "memory",
        "growth",
        "in flight",
        "in order",
        "first",
        "p50",
        "p99",
        "CPU per job",
    ];
    let rows = page.rows.iter().filter_map(|row| {
        let cell = row.cells[column].filter(|cell| cell.samples_ok > 0)?;
        Some(std::iter::once(row.name.clone()).chain(cost(cell)).collect())
    });
    known_quantiles(HEADS.map(str::to_owned).to_vec(), rows.collect())
}

/// A table without the quantiles that no row has, and what is said of those.
pub(super) fn known_quantiles<'a>(
    mut heads: Vec<String>,
    mut rows: Vec<Vec<String>>,
) -> Vec<Block<'a>> {
    let said = without_empty(&mut heads, &mut rows);
    let said = said.map(|said| Block::Paragraph(said.into()));
    [Block::Table(heads, rows)].into_iter().chain(said).collect()
}

fn cost(cell: &Summary) -> [String; 8] {
    let dash = || "-".to_owned();
    let time = |time: Option<u64>| time.map_or_else(dash, units::time);
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let grows =
        cell.verdict_memory().map_or_else(dash, |_| growth::word(cell.verdict_memory()).to_owned());
    let sojourn = cell.sojourn.as_ref();
    [
        cell.live_peak_bytes.map_or_else(dash, units::bytes),
        grows,
        cell.in_flight_peak.map_or_else(dash, units::count),
        cell.out_of_order.map_or_else(dash, |late| yes(late == 0)),
        time(cell.first_delivery_ns),
        time(sojourn.and_then(|times| times.p50_ns)),
        time(sojourn.and_then(|times| times.p99_ns)),
        time(cpu_per_job(cell)),
    ]
}
