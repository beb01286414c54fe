//! The tables in the guide of the library are those of the rule, and nothing in them is typed by
//! hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fmt::Write as _, fs, num::NonZeroUsize, path::Path, time::Duration};

use bp_analysis::replay::{Job, Rule};
use bp_record::Consumer;
use bp_workloads::Law;

/// So many that filling the slots at the beginning and emptying them at the end do not count.
fn jobs(law: Law, limit: usize) -> Vec<Job> {
    let count = (500 * limit).max(200_000) as u64;
    let service = |job| law.service(1, job, Duration::from_millis(1));
    (0..count).map(|job| Job::from(service(job).as_nanos() as u64)).collect()
}

/// How many times as long ordered delivery takes as delivery on completion, for windows of so many
/// times the limit.
fn factors(law: Law, limit: usize, windows: &[usize]) -> Vec<f64> {
    let jobs = jobs(law, limit);
    let makespan = |rule: Rule| rule.makespan(&jobs, Consumer::Instant).unwrap() as f64;
    let limit = NonZeroUsize::new(limit).unwrap();
    let unordered = makespan(Rule::Pool { limit });
    let window = |times| limit.checked_mul(NonZeroUsize::new(times).unwrap()).unwrap();
    let ordered = |&times| makespan(Rule::Ordered { limit, window: window(times) }) / unordered;
    windows.iter().map(ordered).collect()
}

fn table(windows: &[usize], columns: &[(&str, Law, usize)]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.0).collect();
    let mut table = format!("| window | {} |\n", names.join(" | "));
    writeln!(table, "| :-- |{}", " --: |".repeat(columns.len())).unwrap();
    let columns = columns.iter().map(|&(_, law, limit)| factors(law, limit, windows));
    let columns: Vec<_> = columns.collect();
    for (row, times) in windows.iter().enumerate() {
        let name = if *times == 1 { "limit".into() } else { format!("{times} × limit") };
        let cells: Vec<_> = columns.iter().map(|column| format!("{:.2}", column[row])).collect();
        writeln!(table, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    table
}

/// Holds what stands between two marks called `name` to a table.
fn shows(name: &str, table: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let page = root.join("crates/backpressure/src/guide/three-promises.md");
    let page = fs::read_to_string(page).unwrap();
    let below = page.split_once(&format!("<!-- {name} -->")).unwrap().1;
    let shown = below.split_once(&format!("<!-- /{name} -->")).unwrap().0;
    assert!(shown.trim() == table.trim(), "the page has to show this:\n{table}\nand not:{shown}");
}

#[test]
fn the_guide_shows_what_a_window_buys() {
    let limit = |name, limit| (name, Law::Exponential, limit);
    let limits = [limit("limit 10", 10), limit("limit 200", 200), limit("limit 1,000", 1_000)];
    shows("limits", &table(&[1, 2, 4, 8, 16], &limits));
}

#[test]
fn the_guide_shows_what_it_buys_where_times_vary_otherwise() {
    let laws = [
        ("all alike", Law::Fixed, 200),
        ("uniform", Law::Uniform, 200),
        ("exponential", Law::Exponential, 200),
        ("lognormal", Law::Lognormal, 200),
        ("Pareto", Law::Pareto, 200),
        ("stragglers", Law::Stragglers, 200),
    ];
    shows("laws", &table(&[1, 2, 4, 8, 16, 32, 64, 128], &laws));
}
