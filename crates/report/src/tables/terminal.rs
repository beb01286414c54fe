//! The tables that a terminal of 80 columns shows after a run: at one look, who is slow, whose
//! memory grows, who keeps the order, and what it costs the processor.

use bp_analysis::{Field, MemoryVerdict, Summary};
use bp_record::Run;

use super::{
    failure,
    grid::{Align, Grid, bullets, wrapped},
    ideal::{HEADS, Ideals, MEANING, ideals},
    markdown::asked_to_fail,
    open_loop,
    pages::{Page, Row, cpu_per_job, pages},
};
use crate::{facts::LOST, growth, pace::Pace, units, verdict::verdict};

/// How wide a terminal is, in characters.
const WIDTH: usize = 80;
/// How much of it a strategy's name may take.
const NAME: usize = 36;
/// How much of it that may take beside the split of the time.
const NAME_IN_SPLIT: usize = 23;
/// What the makespan on one executor takes, with the space before it.
const COLUMN: usize = 8;
/// What memory, order and processor time take together.
const CHARACTER: usize = 26;
/// What the rate of an endless source takes.
const RATE: usize = 8;
/// How much room the mark before a note takes.
const MARK: usize = 8;
/// The marks of memory, in the order in which they are explained.
const MEMORY: [MemoryVerdict; 4] = [
    MemoryVerdict::Grows,
    MemoryVerdict::Between,
    MemoryVerdict::TooFewJobs,
    MemoryVerdict::JobsLost,
];
/// How many failures are listed one by one.
const FAILURES: usize = 8;

pub(super) fn text(run: &Run, summaries: &[Summary], field: &Field) -> String {
    let pages = pages(run, summaries);
    if pages.is_empty() {
        return "Nothing was run, so there is nothing to compare.\n".to_owned();
    }
    let mut lines = Vec::new();
    for page in &pages {
        let name = page.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let rate = if page.pace == Pace::Rate { RATE } else { 0 };
        let room = WIDTH - CHARACTER - rate - name.min(NAME);
        let columns: Vec<usize> = (0..page.executors.len()).collect();
        // `86% fail` is wider than a multiple.
        let wider = usize::from(page.cells().any(|cell| cell.lost().is_some()));
        for block in columns.chunks((room / (COLUMN + wider)).max(1)) {
            lines.extend(wrapped(&page.title(), WIDTH));
            lines.push(String::new());
            lines.extend(grid(page, block).lines());
            lines.push(String::new());
        }
        let open_loop = open_loop::lines(page);
        if !open_loop.is_empty() {
            lines.extend(open_loop);
            lines.push(String::new());
        }
        if let Some(ideals) = ideals(page) {
            lines.extend(split(&ideals).lines());
            lines.push(String::new());
        }
        let said = verdict(page, field);
        if !said.is_empty() {
            lines.extend(bullets(&said, WIDTH));
            lines.push(String::new());
        }
    }
    for (mark, note) in notes(run, &pages).into_iter().chain(failures(summaries)) {
        for (place, part) in wrapped(&note, WIDTH - MARK).into_iter().enumerate() {
            let mark = if place == 0 { mark } else { "" };
            lines.push(format!("{mark:<MARK$}{part}").trim_end().to_owned());
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// A table: the makespans on some executors, and the character of each strategy on the first.
fn grid(page: &Page, columns: &[usize]) -> Grid {
    let first = columns[0];
    let mut grid = Grid::new();
    grid.names("strategy", NAME);
    for &column in columns {
        grid.column(Align::Right, &page.executors[column].marked(), COLUMN - 1);
    }
    let head = format!("{}, × best with a limit", page.pace.head());
    grid.group(Align::Right, &head, 1..columns.len() + 1);
    let rate = usize::from(page.pace == Pace::Rate);
    if rate > 0 {
        grid.column(Align::Right, "jobs per s", RATE - 1);
    }
    grid.column(Align::Right, "peak memory", 6);
    grid.column(Align::Left, "", 5);
    grid.column(Align::Right, "in order", 5);
    grid.column(Align::Right, "CPU per job", 6);
    let on = format!("on {}:", units::plain(page.executors[first].name));
    grid.group(Align::Left, &on, columns.len() + 1..columns.len() + 5 + rate);

    let best = |&column: &usize| {
        page.best(column).map_or("-".into(), |best| short_pace(page.pace, best.1))
    };
    grid.row(std::iter::once("1.0× is".to_owned()).chain(columns.iter().map(best)).collect());
    for row in &page.rows {
        let ratio = |&column: &usize| match page.ratio(row, column) {
            Some(ratio) => units::times(ratio),
            None => row.absence(column),
        };
        let mut cells = vec![row.name.clone()];
        cells.extend(columns.iter().map(ratio));
        if rate > 0 {
            let value = row.cells[first].and_then(|cell| page.pace.value(cell));
            cells.push(value.map_or("-".into(), |value| short_pace(page.pace, value)));
        }
        cells.extend(character(row, first));
        grid.row(cells);
    }
    grid
}

/// Where the time of each strategy went.
fn split(ideals: &Ideals) -> Grid {
    let mut grid = Grid::new();
    grid.names(HEADS[0], NAME_IN_SPLIT);
    for (head, width) in HEADS.into_iter().zip([NAME_IN_SPLIT, 7, 14, 8, 16, 7]).skip(1) {
        grid.column(Align::Right, head, width);
    }
    let on = format!("where the time went, on {}:", units::plain(ideals.on));
    grid.group(Align::Left, &on, 0..HEADS.len());
    for [name, ideal, factors @ .., wall] in &ideals.rows {
        let mut cells = vec![name.clone(), short(ideal)];
        cells.extend(factors.iter().cloned());
        cells.push(short(wall));
        grid.row(cells);
    }
    grid
}

/// The peak of memory, whether it grows, whether order is kept, and processor time a job.
fn character(row: &Row, column: usize) -> [String; 4] {
    let dash = || "-".to_owned();
    let Some(cell) = row.cells[column] else { return [dash(), String::new(), dash(), dash()] };
    let memory = cell.live_peak_bytes.map_or_else(dash, short_bytes);
    let order = cell.out_of_order.map_or("-", |late| if late == 0 { "yes" } else { "no" });
    let cpu = cpu_per_job(cell).map_or_else(dash, short_time);
    [memory, growth::mark(cell), order.to_owned(), cpu]
}

/// What the marks mean, of those that were used, and what must be said of the whole.
fn notes(run: &Run, pages: &[Page]) -> Vec<(&'static str, String)> {
    let cells = || pages.iter().flat_map(Page::cells);
    let has = |verdict| cells().any(|cell| cell.verdict_memory() == Some(verdict));
    let mut paces: Vec<_> = pages.iter().map(|page| page.pace).collect();
    paces.dedup();
    let mut notes: Vec<_> =
        paces.into_iter().map(|pace| ("×", pace.meaning().to_owned())).collect();
    if cells().any(|cell| cell.lost().is_some()) {
        notes.push(("% fail", LOST.to_owned()));
    }
    let mut asked: Vec<_> = pages.iter().filter_map(asked_to_fail).collect();
    asked.dedup();
    notes.extend(asked.into_iter().map(|said| ("faults", said)));
    let verdicts = MEMORY.into_iter().filter(|verdict| has(*verdict));
    let meanings = verdicts.filter_map(growth::meaning);
    notes.extend(meanings.map(|(mark, meaning)| (mark, meaning.to_owned())));
    if has(MemoryVerdict::Bounded) {
        notes.push(("memory", "bounded where it has no mark".to_owned()));
    }
    notes.push(("order", "yes if no result overtook that of an earlier job".to_owned()));
    let ideals: Vec<_> = pages.iter().filter_map(ideals).collect();
    if !ideals.is_empty() {
        notes.push(("ideal", MEANING.to_owned()));
    }
    let mut reasons: Vec<_> = ideals.iter().filter_map(Ideals::reasons).collect();
    reasons.dedup();
    notes.extend(reasons.into_iter().map(|why| ("-", why)));
    let mut consumers: Vec<_> = ideals.iter().filter_map(Ideals::consumer).collect();
    consumers.dedup();
    notes.extend(consumers.into_iter().map(|said| ("consume", said)));
    if let Some(legacy) = pages.iter().flat_map(|page| &page.executors).find(|e| e.legacy) {
        let name = units::plain(legacy.name);
        notes.push(("†", format!("{name} is no longer maintained; people still run it")));
    }
    notes.extend(spread(pages).map(|spread| ("spread", spread)));
    if run.preview {
        let said = "few jobs or few rounds: a look, not to be quoted";
        notes.push(("PREVIEW", said.to_owned()));
    }
    notes
}

/// How far apart the rounds of the most unsteady cell were: no ratio can be finer than that.
fn spread(pages: &[Page]) -> Option<String> {
    let cells = pages.iter().flat_map(Page::cells);
    let spreads = cells.filter_map(|cell| {
        let spread = cell.makespan_ns.filter(|spread| spread.rounds > 1)?;
        let part = (spread.max_ns - spread.min_ns) as f64 / spread.median_ns.max(1) as f64;
        Some((part, &cell.cell))
    });
    let (part, cell) = spreads.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let place = units::plain(&format!("{} on {}", cell.strategy, cell.executor));
    Some(format!("the rounds of one cell lay up to {} apart ({place})", units::percent(part)))
}

/// Who failed, how and why.
fn failures(summaries: &[Summary]) -> Vec<(&'static str, String)> {
    let failed: Vec<_> = summaries.iter().filter(|row| !row.failures.is_empty()).collect();
    if failed.is_empty() {
        return Vec::new();
    }
    let count = format!("{} of {}", failed.len(), units::counted(summaries.len(), "cell"));
    let mut lines = vec![("", String::new()), ("FAILED", count)];
    lines.extend(failed.iter().take(FAILURES).map(|row| ("", failure(row))));
    if failed.len() > FAILURES {
        lines.push(("", format!("and {} more, all in summary.csv", failed.len() - FAILURES)));
    }
    lines
}

/// Two digits and the unit, at most six characters up to a thousand of the largest unit.
fn short(text: &str) -> String {
    match text.split_once(' ') {
        Some((number, unit)) if number.contains('.') => {
            let number: f64 = number.parse().expect("a fraction is below 100 and has no commas");
            let digits = usize::from(number < 9.95);
            format!("{number:.digits$} {unit}")
        }
        _ => text.to_owned(),
    }
}

fn short_time(ns: u64) -> String {
    short(&units::time(ns))
}

/// A time, or a rate whose unit stands elsewhere.
fn short_pace(pace: Pace, value: f64) -> String {
    match pace {
        Pace::Makespan => short_time(value as u64),
        Pace::Rate => units::rate(value),
    }
}

fn short_bytes(bytes: u64) -> String {
    short(&units::bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_figures_have_two_digits_and_six_characters() {
        let times = [0, 999, 1_000, 9_940, 9_960, 99_900, 999_000, 27_100_000, 75_000_000_000];
        let texts =
            ["0 ns", "999 ns", "1.0 µs", "9.9 µs", "10 µs", "100 µs", "999 µs", "27 ms", "75 s"];
        assert_eq!(times.map(short_time), texts);
        assert_eq!([0, 66_048, 15_800_000].map(short_bytes), ["0 B", "66 kB", "16 MB"]);
    }
}
