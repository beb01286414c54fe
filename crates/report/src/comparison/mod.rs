//! Two runs side by side: the verdict first, then what changed, then everything.

mod machines;
mod words;

use bp_analysis::{ComparedRow, Comparison, Gate, Verdict};
use bp_record::{Environment, Table};
use serde_json::json;

pub(crate) use self::words::value;
use self::words::{change, interval};
use crate::{
    Format,
    document::markdown::{escape, pipes},
    units,
};

pub use self::machines::differences;

/// Rows that cannot be told are shown so far in a terminal.
const MOST_INCONCLUSIVE: usize = 8;

/// What is compared with what, for the head of a table.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What the base is called.
    pub base: &'a str,
    /// What the new side is called.
    pub new: &'a str,
    /// Where and of what the base was made; `None` if nobody says.
    pub base_environment: Option<&'a Environment>,
    /// The same of the new side.
    pub new_environment: Option<&'a Environment>,
}

/// The comparison, ready to be printed, ending with a line end.
pub fn comparison(
    comparison: &Comparison,
    gate: &Gate,
    sides: &Sides<'_>,
    format: Format,
) -> String {
    match format {
        Format::Table => terminal(comparison, gate, sides),
        Format::Csv => csv(comparison),
        Format::Json => json(comparison, sides),
        Format::Markdown => markdown(comparison, gate, sides),
    }
}

fn terminal(comparison: &Comparison, gate: &Gate, sides: &Sides<'_>) -> String {
    let mut text = words::verdict(comparison).join("\n") + "\n";
    let rows: Vec<_> = changed(comparison, MOST_INCONCLUSIVE).map(cells).collect();
    if !rows.is_empty() {
        text += &format!("\n{}", aligned(&HEAD, &rows));
    }
    for said in words::asides(comparison, gate, sides) {
        text += &format!("\n{}", units::plain(&said));
    }
    text + "\n"
}

fn markdown(comparison: &Comparison, gate: &Gate, sides: &Sides<'_>) -> String {
    let said = words::verdict(comparison);
    let (first, rest) = said.split_first().expect("there is always a verdict");
    let mut text = format!("**{}**\n", escape(first));
    for said in rest {
        text += &format!("\n{}\n", escape(said));
    }
    let rows: Vec<_> = changed(comparison, 0).map(cells).collect();
    if !rows.is_empty() {
        text += &format!("\n{}", piped(&rows));
    }
    let all: Vec<_> = comparison.rows.iter().map(cells).collect();
    let (figures, count) = (piped(&all), all.len());
    text +=
        &format!("\n<details><summary>All {count} figures</summary>\n\n{figures}\n</details>\n");
    text += "\n<details><summary>How it was compared</summary>\n\n";
    for said in words::asides(comparison, gate, sides) {
        text += &format!("- {}\n", escape(&said));
    }
    text + "\n</details>\n"
}

const HEAD: [&str; 7] = ["verdict", "cell", "figure", "base", "new", "change", "95 % interval"];

/// What is worse, then what is better, then some of what cannot be told, the largest first.
fn changed(comparison: &Comparison, inconclusive: usize) -> impl Iterator<Item = &ComparedRow> {
    let of = |verdict| {
        let mut rows: Vec<_> =
            comparison.rows.iter().filter(|row| row.verdict == verdict).collect();
        let size = |row: &ComparedRow| row.ratio.ln().abs();
        rows.sort_by(|left, right| size(right).total_cmp(&size(left)));
        rows.into_iter()
    };
    of(Verdict::Worse)
        .chain(of(Verdict::Better))
        .chain(of(Verdict::Inconclusive).take(inconclusive))
}

fn cells(row: &ComparedRow) -> [String; 7] {
    [
        row.verdict.words().to_owned(),
        units::plain(&row.id),
        row.metric.name.to_owned(),
        value(row.metric.unit, row.base),
        value(row.metric.unit, row.new),
        change(row.ratio),
        interval(row),
    ]
}

fn aligned<const N: usize>(head: &[&str; N], rows: &[[String; N]]) -> String {
    let head = head.map(str::to_owned);
    let lines = || std::iter::once(&head).chain(rows);
    let width = |column: usize| lines().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in lines() {
        let padded = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text += padded.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn piped(rows: &[[String; 7]]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| row.to_vec()).collect();
    pipes(&HEAD.map(str::to_owned), &rows)
}

fn csv(comparison: &Comparison) -> String {
    let ratio =
        |end: fn(bp_analysis::Interval) -> f64| move |row: &ComparedRow| row.interval.map(end);
    let table = Table::new()
        .text("cell", |row: &ComparedRow| row.id.as_str().into())
        .text("strategy", |row| row.strategy.as_str().into())
        .text("metric", |row| row.metric.name.into())
        .number("base", |row| Some(row.base))
        .number("new", |row| Some(row.new))
        .number("ratio", |row| Some(row.ratio))
        .number("ratio_low", ratio(|interval| interval.low))
        .number("ratio_high", ratio(|interval| interval.high))
        .number("rounds", |row| Some(row.rounds))
        .number("p_adjusted", |row| row.p_adjusted)
        .number("floor_ratio", |row| row.floor)
        .text("verdict", |row| row.verdict.words().into());
    let rows = String::from_utf8_lossy(&table.csv(&comparison.rows)).into_owned();
    // Another way to end is a row whose figure is the pass.
    let outcomes = Table::new()
        .text("cell", |row: &bp_analysis::OutcomeChange| row.id.as_str().into())
        .text("strategy", |row| row.id.split('/').nth(1).unwrap_or_default().into())
        .text("metric", |row| format!("outcome of {}", row.pass).into())
        .text("base", |row| words::ends(&row.base).into())
        .text("new", |row| words::ends(&row.new).into())
        .text("ratio", |_| "".into())
        .text("ratio_low", |_| "".into())
        .text("ratio_high", |_| "".into())
        .number("rounds", |row| Some(row.new.iter().map(|(_, count)| count).sum::<u32>()))
        .text("p_adjusted", |_| "".into())
        .text("floor_ratio", |_| "".into())
        .text("verdict", |row| row.verdict.words().into());
    let outcomes = String::from_utf8_lossy(&outcomes.csv(&comparison.outcomes)).into_owned();
    let without_head = outcomes.split_once('\n').map_or("", |(_, rows)| rows);
    rows + without_head
}

fn json(comparison: &Comparison, sides: &Sides<'_>) -> String {
    let whole = json!({
        "base": sides.base,
        "new": sides.new,
        "verdict": comparison.verdict(),
        "words": words::verdict(comparison),
        "comparison": comparison,
    });
    format!("{whole:#}\n")
}
