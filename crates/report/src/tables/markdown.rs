//! Tables in GitHub's Markdown: all executors, and more of what each strategy costs than a
//! terminal has room for.

use bp_analysis::{MemoryVerdict, Summary};
use bp_record::Run;

use super::{
    ideal::{HEADS, MEANING, ideals},
    open_loop,
    pages::{Page, cpu_per_job, pages},
};
use crate::{
    facts::{LOST, lost},
    units,
};

pub(super) fn text(run: &Run, summaries: &[Summary]) -> String {
    let pages = pages(run, summaries);
    if pages.is_empty() {
        return "Nothing was run, so there is nothing to compare.\n".to_owned();
    }
    let preview = "> **Preview.** Few jobs or few rounds: a look, not to be quoted.\n\n";
    let mut text = if run.preview { preview.to_owned() } else { String::new() };
    let tables = |page: &Page| format!("### {}\n\n{}", escape(&page.title()), tables_of(page));
    text += &pages.iter().map(tables).collect::<Vec<_>>().join("\n");
    text
}

/// The two tables of a page: time on every executor, and the costs on one of them.
pub(crate) fn tables_of(page: &Page) -> String {
    let mut text = makespans(page);
    if page.cells().any(|cell| lost(cell).is_some()) {
        text += &format!("\n“% fail”: {LOST}.\n");
    }
    if page.executors.iter().any(|executor| executor.legacy) {
        text += "\n† no longer maintained; people still run it.\n";
    }
    text += &open_loop::table(page);
    if let Some((column, executor)) = page.main_executor() {
        let name = escape(executor.name);
        text += &format!(
            "\nOn {name}: the peak of live memory and whether it grows with the number of jobs, \
             most jobs in flight, the first result, sojourn (arrival to delivery) and processor \
             time.\n\n{}",
            costs(page, column)
        );
    }
    text + &split(page)
}

/// Where the time went, if that is known.
fn split(page: &Page) -> String {
    let Some(ideals) = ideals(page) else { return String::new() };
    let rows: Vec<_> = ideals.rows.iter().map(|row| row.to_vec()).collect();
    let reasons = ideals.reasons();
    let reasons = reasons.map_or_else(String::new, |why| format!("\n“-”: {}.\n", escape(&why)));
    let on = escape(ideals.on);
    format!(
        "\nWhere the time went, on {on}. Ideal: {MEANING}.\n\n{}{reasons}",
        pipes(&HEADS.map(str::to_owned), &rows)
    )
}

fn makespans(page: &Page) -> String {
    let mut heads = vec!["makespan (× best with a limit)".to_owned()];
    heads.extend(page.executors.iter().map(|executor| executor.marked()));
    let rows = page.rows.iter().map(|row| {
        let cell = |column| match (row.makespan_ns(column), page.ratio(row, column)) {
            (Some(time), Some(ratio)) => {
                format!("{} ({})", units::time(time), units::times(ratio))
            }
            _ => row.absence(column),
        };
        std::iter::once(row.name.clone()).chain((0..page.executors.len()).map(cell)).collect()
    });
    pipes(&heads, &rows.collect::<Vec<_>>())
}

fn costs(page: &Page, column: usize) -> String {
    const HEADS: [&str; 9] = [
        "strategy",
        "memory",
        "grows",
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
    pipes(&HEADS.map(str::to_owned), &rows.collect::<Vec<_>>())
}

fn cost(cell: &Summary) -> [String; 8] {
    let dash = || "-".to_owned();
    let time = |time: Option<u64>| time.map_or_else(dash, units::time);
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let grows = cell.verdict_memory().map_or_else(dash, |verdict| match verdict {
        MemoryVerdict::Bounded => "no".to_owned(),
        MemoryVerdict::Between => "not in step".to_owned(),
        MemoryVerdict::Grows => "with the jobs".to_owned(),
    });
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

/// A table; the first column is aligned at the left, all others at the right.
pub(crate) fn pipes(heads: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| escape(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("| :-- |{}\n", " --: |".repeat(heads.len().saturating_sub(1)));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(heads) + &rule + &rows
}

/// Text as Markdown that shows just that text.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in units::plain(text).chars() {
        match c {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '!' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_its_text_and_nothing_else() {
        let heads = ["name", "time"].map(str::to_owned);
        let rows = [vec!["a|<b>\u{1b}*".to_owned(), "1.04 s".to_owned()]];
        let expected = "| name | time |\n| :-- | --: |\n| a\\|&lt;b&gt; \\* | 1.04 s |\n";
        assert_eq!(pipes(&heads, &rows), expected);
    }
}
