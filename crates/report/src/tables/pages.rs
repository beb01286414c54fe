//! What a reader compares: one workload at one limit, strategies below each other, executors side
//! by side, both in the order of the catalogue.

use std::num::NonZeroUsize;

use bp_analysis::Summary;
use bp_record::{Extent, Family, Outcome, Parameter, Run, StrategyEntry};

use crate::{facts::lost_text, pace::Pace, units};

/// One comparison. Its executors share a clock: simulated time never stands beside real time.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    /// The workload with its decorators, as [`bp_record::Work::label`] has it.
    pub(crate) label: String,
    /// The same for people.
    pub(crate) work: String,
    /// Most jobs in flight, of those strategies that take a limit.
    pub(crate) limit: Option<NonZeroUsize>,
    /// True if time is simulated.
    pub(crate) simulated: bool,
    /// By what the strategies are compared.
    pub(crate) pace: Pace,
    pub(crate) executors: Vec<Executor<'a>>,
    pub(crate) rows: Vec<Row<'a>>,
    run: &'a Run,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executor<'a> {
    pub(crate) name: &'a str,
    /// True if it is no longer maintained.
    pub(crate) legacy: bool,
}

/// A strategy with its parameters, and what is known of it on each executor.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The name as one types it, and those parameters of which the page has several.
    pub(crate) name: String,
    /// `None` if the catalogue does not know the strategy.
    pub(crate) family: Option<Family>,
    /// One for each executor of the page; `None` where this was not tried.
    pub(crate) cells: Vec<Option<&'a Summary>>,
}

/// All pages, by workload in the order in which they first appear, and by rising limit.
pub(crate) fn pages<'a>(run: &'a Run, summaries: &'a [Summary]) -> Vec<Page<'a>> {
    let mut pages = Vec::new();
    for (label, of_label) in by_label(summaries) {
        for simulated in [false, true] {
            let on_clock = |row: &&&Summary| is_simulated(run, &row.cell.executor) == simulated;
            let cells: Vec<_> = of_label.iter().filter(on_clock).copied().collect();
            let mut limits: Vec<_> = cells.iter().filter_map(|row| row.cell.limit).collect();
            limits.sort_unstable();
            limits.dedup();
            let mut add = |limit, cells: &[&'a Summary]| {
                if !cells.is_empty() {
                    pages.push(page(run, &label, limit, simulated, cells));
                }
            };
            if limits.is_empty() {
                add(None, &cells);
            }
            for limit in limits {
                // What takes no limit is the same beside every limit.
                let at_limit = |row: &&&Summary| row.cell.limit.is_none_or(|own| own == limit);
                let cells: Vec<_> = cells.iter().filter(at_limit).copied().collect();
                add(Some(limit), &cells);
            }
        }
    }
    pages
}

fn by_label(summaries: &[Summary]) -> Vec<(String, Vec<&Summary>)> {
    let mut groups: Vec<(String, Vec<&Summary>)> = Vec::new();
    for summary in summaries {
        let label = units::plain(&summary.cell.work.label());
        match groups.iter_mut().find(|group| group.0 == label) {
            Some(group) => group.1.push(summary),
            None => groups.push((label, vec![summary])),
        }
    }
    groups
}

fn is_simulated(run: &Run, executor: &str) -> bool {
    run.catalogue.executor(executor).is_some_and(|entry| entry.simulated)
}

fn page<'a>(
    run: &'a Run,
    label: &str,
    limit: Option<NonZeroUsize>,
    simulated: bool,
    cells: &[&'a Summary],
) -> Page<'a> {
    let known = &run.catalogue.executors;
    let place = |name: &str| known.iter().position(|e| e.name == name).unwrap_or(usize::MAX);
    let mut executors: Vec<&str> = cells.iter().map(|row| row.cell.executor.as_str()).collect();
    executors.sort_by_key(|name| (place(name), *name));
    executors.dedup();
    let rows = rows(run, &executors, cells);
    let entry = |name| Executor {
        name,
        legacy: run.catalogue.executor(name).is_some_and(|entry| entry.legacy),
    };
    let executors = executors.into_iter().map(entry).collect();
    let pace = Pace::of(cells.iter().copied());
    let work = cells.first().map_or_else(String::new, |row| units::plain(&row.cell.work.title()));
    Page { label: label.to_owned(), work, limit, simulated, pace, executors, rows, run }
}

/// What else than the limit tells two cells of one strategy apart.
type Settings = [(&'static str, Option<u64>); 4];

fn settings(row: &Summary) -> Settings {
    let size = |size: Option<NonZeroUsize>| size.map(|size| size.get() as u64);
    let cell = &row.cell;
    [
        ("capacity", size(cell.capacity)),
        ("window", size(cell.window)),
        ("pause", cell.pause_ns),
        ("rate", cell.rate_per_second.map(|rate| rate.get().into())),
    ]
}

fn rows<'a>(run: &'a Run, executors: &[&str], cells: &[&'a Summary]) -> Vec<Row<'a>> {
    let known = &run.catalogue.strategies;
    let place = |name: &str| known.iter().position(|s| s.name == name).unwrap_or(usize::MAX);
    let mut keys: Vec<_> = cells
        .iter()
        .map(|row| (place(&row.cell.strategy), &row.cell.strategy, settings(row)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let row = |(_, strategy, own): &(usize, &'a String, Settings)| {
        let peers = keys.iter().filter(|(_, peer, _)| peer == strategy);
        let differs = |place: usize| peers.clone().any(|(.., peer)| peer[place] != own[place]);
        let mut name = units::plain(strategy);
        for (place, (setting, value)) in own.iter().enumerate() {
            if let Some(value) = value.filter(|_| differs(place)) {
                let value = match *setting {
                    "pause" => units::tick(value as f64, units::time),
                    "rate" => format!("{value}/s"),
                    _ => value.to_string(),
                };
                name += &format!(" {setting}={}", value.replace(' ', ""));
            }
        }
        let cell = |executor: &&str| {
            let mut cells = cells.iter().copied();
            cells.find(|row| {
                row.cell.executor == **executor
                    && row.cell.strategy == **strategy
                    && settings(row) == *own
            })
        };
        let family = run.catalogue.strategy(strategy).map(family);
        Row { name, family, cells: executors.iter().map(cell).collect() }
    };
    keys.iter().map(row).collect()
}

/// Its kind of rule. One job at a time is in order, but no result waits for that of an earlier
/// job; older records call this ordered all the same.
fn family(entry: &StrategyEntry) -> Family {
    match entry.family {
        Family::Ordered if !entry.takes.contains(&Parameter::Limit) => Family::Refill,
        family => family,
    }
}

impl Executor<'_> {
    /// Its name, marked if it is no longer maintained.
    pub(crate) fn marked(&self) -> String {
        format!("{}{}", units::plain(self.name), if self.legacy { "†" } else { "" })
    }
}

impl<'a> Page<'a> {
    /// What was run, in a line: `exponential · 240 jobs of 1.00 ms asked for (median 1.12 ms on
    /// tokio) · limit 10`.
    pub(crate) fn title(&self) -> String {
        let mut parts = vec![self.work.clone()];
        if self.simulated {
            parts.push("simulated time".to_owned());
        }
        if let Some(work) = self.cells().next().map(|cell| &cell.cell.work) {
            let service = if self.timed() {
                format!(" of {} asked for{}", units::time(work.service_ns), self.service())
            } else {
                String::new()
            };
            parts.push(match work.extent {
                Extent::Jobs(jobs) => format!("{}{service}", units::jobs(jobs)),
                Extent::ForNs(time) => format!("endless jobs{service} for {}", units::time(time)),
            });
        }
        parts.extend(self.limit.map(|limit| format!("limit {limit}")));
        let rounds = self.cells().filter_map(|cell| cell.makespan_ns).map(|s| s.rounds).max();
        parts.extend(rounds.map(|rounds| match rounds {
            1 => "1 round".to_owned(),
            rounds => format!("median of {rounds} rounds"),
        }));
        parts.join(" · ")
    }

    /// True if its jobs last as long as they are asked to. Elsewhere it is strategies and executors
    /// that take the time.
    pub(crate) fn timed(&self) -> bool {
        let work = self.cells().next().map(|cell| &cell.cell.work);
        let entry = work.and_then(|work| self.run.catalogue.workload(&work.name));
        entry.is_some_and(|entry| entry.timed)
    }

    /// How long a job took on the first executor that traced it: the median over the strategies of
    /// their medians, or nothing.
    fn service(&self) -> String {
        let measured = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.cells[column]);
            let medians = cells.filter_map(|cell| cell.service.as_ref()?.p50_ns);
            let mut medians: Vec<u64> = medians.collect();
            medians.sort_unstable();
            medians.get(medians.len() / 2).copied()
        };
        let mut columns = self.executors.iter().enumerate();
        let found = columns.find_map(|(column, on)| Some((measured(column)?, on.name)));
        found.map_or_else(String::new, |(median, on)| {
            format!(" (median {} on {})", units::time(median), units::plain(on))
        })
    }

    /// The row that the others of a column are compared with, and its makespan or rate: the fastest
    /// of those that hold something back, or of all where none does.
    ///
    /// Without a limit, sleeping jobs all run at once; that is no standard for those that limit.
    /// Where jobs were lost, the time is no standard for anyone.
    pub(crate) fn best(&self, column: usize) -> Option<(&Row<'a>, f64)> {
        let value = |row: &Row| self.pace.compared((*row.cells.get(column)?)?);
        let known = || self.rows.iter().filter_map(|row| Some((row, value(row)?)));
        let holds = |row: &Row| row.family != Some(Family::NoLimit);
        let limited = known().filter(|(row, _)| holds(row)).map(|(_, value)| value);
        let all = known().map(|(_, value)| value);
        let best = self.pace.best(limited).or_else(|| self.pace.best(all))?;
        let none_holds = !known().any(|(row, _)| holds(row));
        known().find(|(row, value)| *value == best && (none_holds || holds(row)))
    }

    /// How many times slower than the best of its column a row was.
    pub(crate) fn ratio(&self, row: &Row, column: usize) -> Option<f64> {
        let value = self.pace.compared((*row.cells.get(column)?)?)?;
        Some(self.pace.times(value, self.best(column)?.1))
    }

    /// The makespan or the rate of a row on the executor of a column, for people.
    pub(crate) fn value(&self, row: &Row, column: usize) -> Option<String> {
        Some(self.pace.text(self.pace.value((*row.cells.get(column)?)?)?))
    }

    /// The executor on which most strategies succeeded; among equals the first that is maintained.
    pub(crate) fn main_executor(&self) -> Option<(usize, Executor<'a>)> {
        let columns = self.executors.iter().copied().enumerate();
        let rank = |column: usize, executor: Executor| {
            let cells = self.rows.iter().filter_map(|row| row.cells[column]);
            (cells.filter(|cell| cell.samples_ok > 0).count(), !executor.legacy)
        };
        let ranked = columns.map(|(column, executor)| (rank(column, executor), column, executor));
        // `max_by_key` takes the last of equals, so begin at the end.
        let best = ranked.rev().max_by_key(|(rank, ..)| *rank)?;
        (best.0.0 > 0).then_some((best.1, best.2))
    }

    /// Everything that is known.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'a Summary> + '_ {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten().copied())
    }
}

impl Row<'_> {
    /// Which part of its jobs was lost on the executor of that column, if any.
    pub(crate) fn lost(&self, column: usize) -> Option<f64> {
        (*self.cells.get(column)?)?.lost()
    }

    /// Which part of its jobs failed as the workload asks, if any.
    pub(crate) fn failed_as_asked(&self, column: usize) -> Option<f64> {
        (*self.cells.get(column)?)?.failed_as_asked()
    }

    /// What stands in the place of a multiple that a cell does not have: which part of its jobs
    /// failed, how it failed as a whole, or a dash.
    pub(crate) fn absence(&self, column: usize) -> String {
        if let Some(part) = self.lost(column) {
            return lost_text(part);
        }
        let failures = self.cells.get(column).copied().flatten().map(|cell| &cell.failures);
        let worst = failures.and_then(|all| all.iter().max_by_key(|(_, count)| *count));
        worst.map_or_else(
            || "-".to_owned(),
            |(outcome, _)| match outcome {
                Outcome::Unsupported => "n/a".to_owned(),
                Outcome::Interrupted => "stopped".to_owned(),
                outcome => outcome.to_string(),
            },
        )
    }
}

/// Processor time a job, where both are known.
pub(crate) fn cpu_per_job(cell: &Summary) -> Option<u64> {
    let finished = || {
        let makespan_s = cell.makespan_ns?.median_ns as f64 / 1e9;
        Some((cell.throughput_per_s? * makespan_s).round() as u64)
    };
    cell.cpu_ns?.checked_div(cell.jobs.or_else(finished)?)
}
