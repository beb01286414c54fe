//! What the numbers of a page say, in sentences. Each is computed; what was not measured is not
//! said.

mod costs;
mod lead;

use bp_analysis::{Field, MemoryVerdict, Summary};
use bp_record::Family;

use self::{
    costs::{BARRIER, ORDER, slow, without_limit},
    lead::Lead,
};
use crate::{
    facts::{REPRESENTATIVES, listed, lost_text},
    growth,
    tables::{Page, Row, open_loop},
    units,
};

/// So many strategies are named in a sentence; the tables name all.
const MOST_NAMED: usize = 6;
/// So many of those who lead.
const MOST_LEADERS: usize = 3;

/// The sentences, the most important first; none if nothing succeeded. The field has the rounds of
/// the page's cells.
pub(crate) fn verdict(page: &Page, field: &Field) -> Vec<String> {
    let Some((column, executor)) = page.main_executor() else { return Vec::new() };
    let lead = Lead::of(page, column, field);
    let mut said = open_loop::said(page, executor.name);
    // Where arrivals are paced the makespan is theirs, and nobody is fast.
    let paced = !said.is_empty();
    if !paced {
        said.extend(fastest(page, column, units::plain(executor.name), &lead));
    }
    said.extend(failing(page));
    // Where no job is asked to last, no rule makes anyone wait: what costs time is the code.
    let rules = page.timed();
    said.extend(rules.then(|| slow(page, column, BARRIER, paced)).flatten());
    said.extend(without_limit(page, column, lead.favourite().map(|(row, _)| row), paced));
    said.extend(rules.then(|| slow(page, column, ORDER, paced)).flatten());
    said.extend(memory(page, column));
    said
}

/// How many times as long as the fastest a barrier took, on the main executor: where it is much, a
/// page has most to tell. The barrier is the usual one, since of several one is slow by chance.
pub(crate) fn tells(page: &Page) -> f64 {
    let main = page.main_executor().filter(|_| !page.simulated && page.timed());
    let Some((column, _)) = main else { return 0.0 };
    let barriers = page.rows.iter().filter(|row| row.family == Some(Family::Barrier));
    let usual = barriers.min_by_key(|row| telling(row));
    usual.and_then(|row| page.ratio(row, column)).unwrap_or(0.0)
}

/// How well a strategy stands for its family: less is better.
fn telling(row: &Row) -> usize {
    let place = REPRESENTATIVES.iter().position(|name| *name == row.name);
    place.unwrap_or(REPRESENTATIVES.len())
}

/// Who is fastest. Rounds may not tell those apart that lead, and a loop that polls without rest can
/// be first by a hair; so of several the one is named that takes least processor time.
fn fastest(page: &Page, column: usize, executor: String, lead: &Lead) -> Option<String> {
    let said = format!("Fastest of those that hold jobs back on {executor}");
    let (row, cpu) = lead.favourite()?;
    let value = page.value(row, column)?;
    if lead.tied {
        let names: Vec<_> = lead.rows.iter().map(|row| row.name.clone()).collect();
        let said = format!("{said}, not to be told apart: {}", leaders(&names));
        return Some(match cpu.map(units::time) {
            None => format!("{said}; the first with {value}."),
            Some(cpu) => format!(
                "{said}; of them {} ({value}) takes the least processor time, {cpu} a job.",
                row.name
            ),
        });
    }
    Some(match (lead.rows.len(), cpu) {
        (1, _) => format!("{said}: {} with {value}.", row.name),
        (count, Some(cpu)) => format!(
            "{said}: {count} strategies, within 10 % of each other; of them {} ({value}) takes the least \
             processor time, {} a job.",
            row.name,
            units::time(cpu),
        ),
        (2, None) => format!("{said}: {} with {value}, and 1 other within 10 %.", row.name),
        (count, None) => {
            format!("{said}: {} with {value}, and {} others within 10 %.", row.name, count - 1)
        }
    })
}

/// `a, b, c and 4 more`.
fn leaders(names: &[String]) -> String {
    match names.split_at_checked(MOST_LEADERS) {
        Some((first, more)) if !more.is_empty() => {
            format!("{} and {} more", first.join(", "), more.len())
        }
        _ => listed(names),
    }
}

/// Who lost jobs, over all executors: the time of those says nothing.
fn failing(page: &Page) -> Option<String> {
    let lost = page.rows.iter().filter_map(|row| {
        let parts = (0..page.executors.len()).filter_map(|column| row.lost(column));
        let most = parts.reduce(f64::max)?;
        Some(format!("{} ({})", row.name, lost_text(most)))
    });
    let lost: Vec<_> = lost.collect();
    let said = "Not compared where jobs failed or were refused";
    (!lost.is_empty()).then(|| format!("{said}, the greatest share: {}.", listed(&lost)))
}

/// The first names, and how many others there are.
fn some(names: &[String]) -> String {
    if names.len() <= MOST_NAMED {
        return listed(names);
    }
    let (first, others) = names.split_at(MOST_NAMED - 1);
    let others = format!("{} others", others.len());
    listed(&[first, &[others]].concat())
}

/// Whose memory grows, whose is bounded and at what, and of whom that cannot be told.
fn memory(page: &Page, column: usize) -> Vec<String> {
    let cells: Vec<(&Row, &Summary)> =
        page.rows.iter().filter_map(|row| Some((row, row.cells[column]?))).collect();
    let of = |verdict: MemoryVerdict| {
        let cells = cells.iter().filter(move |(_, cell)| cell.verdict_memory() == Some(verdict));
        let named = cells.map(|(row, cell)| {
            let peak = cell.live_peak_bytes.map(units::bytes);
            peak.map_or_else(|| row.name.clone(), |peak| format!("{} ({peak})", row.name))
        });
        named.collect::<Vec<_>>()
    };
    let all = [MemoryVerdict::Grows, MemoryVerdict::Between, MemoryVerdict::TooFewJobs];
    let [grows, between, few] = all.map(of);
    let lost = of(MemoryVerdict::JobsLost);
    let bounded = cells.iter().filter(|(_, c)| c.verdict_memory() == Some(MemoryVerdict::Bounded));
    let bounded = bounded.max_by_key(|(_, cell)| cell.live_peak_bytes);
    let with = cells.first().map_or("the number of jobs", |(_, cell)| growth::with(cell));
    let mut parts = Vec::new();
    if !grows.is_empty() {
        parts.push(format!("Memory grows with {with}: {}", some(&grows)));
    } else if bounded.is_some() || !between.is_empty() {
        let whose = if few.len() + lost.len() == 0 { "" } else { " of which that can be told" };
        parts.push(format!("No strategy{whose} has memory that grows in step with {with}"));
    }
    if !between.is_empty() {
        parts.push(format!("in between: {}", some(&between)));
    }
    parts.extend(bounded.and_then(|(row, cell)| {
        let peak = units::bytes(cell.live_peak_bytes?);
        Some(format!("where memory is bounded it is at most {peak} ({})", row.name))
    }));
    let told = (!parts.is_empty()).then(|| parts.join("; ") + ".");
    let untold = |why: &str, names: Vec<String>| {
        (!names.is_empty())
            .then(|| format!("Whether memory grows cannot be told, since {why}: {}.", some(&names)))
    };
    let few = untold("a quarter of the jobs is less than twice what may be held at once", few);
    [told, few, untold("jobs were lost", lost)].into_iter().flatten().collect()
}
