//! What the rules of a page cost beside the fastest: a barrier, no limit, order.

use bp_record::Family;

use super::{some, telling};
use crate::{
    facts::{listed, share},
    tables::{Page, Row},
    units,
};

/// A strategy that took this many times as long as the best is called slower.
const SLOWER: f64 = 1.25;

/// A kind of rule that costs time, what it costs, and what is said where it costs little.
pub(super) type Cost = (Family, &'static str, &'static str);

pub(super) const BARRIER: Cost = (
    Family::Barrier,
    "A barrier makes free slots wait for the slowest job",
    "A barrier cost little here",
);
pub(super) const ORDER: Cost = (
    Family::Ordered,
    "Order makes finished results wait for earlier jobs",
    "Order cost little here",
);

/// By how much the strategies of a family are slower than the best, over all executors, and how busy
/// their slots were on the main one; or that none is much slower.
pub(super) fn slow(
    page: &Page,
    column: usize,
    (family, dear, cheap): Cost,
    paced: bool,
) -> Option<String> {
    let range = |row: &Row| -> Option<(f64, f64)> {
        let all = (0..page.executors.len()).filter_map(|column| page.ratio(row, column));
        all.map(|ratio| (ratio, ratio)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    let of_family = page.rows.iter().filter(|row| row.family == Some(family));
    let known: Vec<_> = of_family.filter_map(|row| Some((row, range(row)?))).collect();
    let slower: Vec<_> =
        known.iter().filter(|(_, (low, _))| *low >= SLOWER && low.is_finite()).collect();
    let Some((first, rest)) = slower.split_first() else {
        let ratios = known.iter().map(|(_, range)| *range);
        let all = ratios.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        let names: Vec<_> = known.iter().map(|(row, _)| row.name.clone()).collect();
        let said = || format!("{cheap}: {} {}.", some(&names), page.pace.slower(&span(all)));
        return (all.1 < SLOWER && !paced).then(said);
    };
    let busy = |row: &Row, slots: &str| {
        let busy = row.cells[column]
            .and_then(|cell| Some(cell.in_flight_mean? / cell.cell.limit?.get() as f64));
        busy.map_or_else(String::new, |part| format!(" ({slots}{} busy)", units::percent(part)))
    };
    let (row, times) = first;
    let slower = page.pace.slower(&span(*times));
    let first = format!("{} {slower}{}", row.name, busy(row, "slots "));
    let rest =
        rest.iter().map(|(row, times)| format!("{} {}{}", row.name, span(*times), busy(row, "")));
    let all: Vec<_> = std::iter::once(first).chain(rest).collect();
    Some(format!("{dear}: {}.", listed(&all)))
}

/// `2.5× to 2.7×`, or one of them if they read the same.
fn span((low, high): (f64, f64)) -> String {
    let (low, high) = (units::times(low), units::times(high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// What it means to have no limit: jobs in flight, memory and time beside the `best`, which is named
/// as the fastest with a limit.
pub(super) fn without_limit(
    page: &Page,
    column: usize,
    best: Option<&Row>,
    paced: bool,
) -> Option<String> {
    let peak = |row: &Row| row.cells[column]?.in_flight_peak;
    let of_family = page.rows.iter().filter(|row| row.family == Some(Family::NoLimit));
    let known = of_family.filter(|row| peak(row).is_some());
    let row = known.min_by_key(|row| (row.lost(column).is_some(), telling(row)))?;
    let jobs = units::jobs(peak(row)?);
    let begin = format!("Without a limit {} had {jobs} in flight", row.name);
    if let Some(part) = row.lost(column) {
        return Some(format!("{begin}, and {} of its jobs failed or were refused.", share(part)));
    }
    let best = best.filter(|best| best.family != Some(Family::NoLimit));
    let held = |row: &Row| row.cells[column]?.live_peak_bytes;
    let least = best.and_then(held);
    let weight = match (held(row), best.zip(least)) {
        (Some(held), Some((best, least))) => {
            let part = part_of(held as f64 / least.max(1) as f64, &best.name);
            format!(" and held {}, {part} ({})", units::bytes(held), units::bytes(least))
        }
        (Some(held), None) => format!(" and held {}", units::bytes(held)),
        (None, _) => String::new(),
    };
    let times = |best| Some(page.ratio(row, column)? / page.ratio(best, column)?);
    let pace = best.filter(|_| !paced).and_then(|best| Some((best, times(best)?)));
    let pace = pace.map(|(best, times)| {
        let beside = match held(row).and(least) {
            Some(_) => String::new(),
            None => format!("beside {} ", best.name),
        };
        format!("; {beside}it {}", page.pace.beside(times))
    });
    Some(format!("{begin}{weight}{}.", pace.unwrap_or_default()))
}

/// What is so many times the memory of another: `29× the memory of semaphore`.
fn part_of(ratio: f64, name: &str) -> String {
    match ratio {
        ratio if units::is_even(ratio) => format!("as much as {name}"),
        ratio if ratio > 1.0 => format!("{} the memory of {name}", units::times(ratio)),
        ratio => format!("{} of the memory of {name}", units::percent(ratio)),
    }
}
