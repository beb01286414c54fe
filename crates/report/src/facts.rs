//! The record seen as figures and tables want it: workload by workload, strategies in the
//! catalogue's order, executors side by side.

use std::{collections::BTreeSet, num::NonZeroUsize};

use bp_analysis::Summary;
use bp_record::{Cell, Family, Outcome, Run, Sample};

/// Who stands for their family in figures that cannot show everyone, most telling first.
pub(crate) const REPRESENTATIVES: [&str; 5] =
    ["unbounded-spawn", "batching", "semaphore", "materialize", "semaphore-inside"];

/// All cells of one workload on one kind of clock.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) run: &'a Run,
    pub(crate) samples: &'a [Sample],
    /// The workload with its decorators.
    pub(crate) label: String,
    /// The same for people.
    pub(crate) work: String,
    /// True if its executors simulate time, which never stands beside real time.
    pub(crate) simulated: bool,
    cells: Vec<&'a Summary>,
}

/// A strategy with its parameters, without an executor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) strategy: String,
    parameters: [Option<u64>; 5],
    /// What tells it from other variants of the same strategy in this run, such as ` limit=64`.
    suffix: String,
}

const PARAMETERS: [&str; 5] = ["limit", "capacity", "window", "pause_ns", "rate"];

fn parameters(cell: &Cell) -> [Option<u64>; 5] {
    let size = |size: Option<NonZeroUsize>| size.map(|size| size.get() as u64);
    let rate = cell.rate_per_second.map(|rate| rate.get().into());
    [size(cell.limit), size(cell.capacity), size(cell.window), cell.pause_ns, rate]
}

/// The workloads in the order in which they first appear; those that ran on both kinds of clock
/// twice.
pub(crate) fn groups<'a>(
    run: &'a Run,
    samples: &'a [Sample],
    summaries: &'a [Summary],
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for summary in summaries {
        let label = summary.cell.work.label();
        let simulated = is_simulated(run, &summary.cell.executor);
        match groups.iter_mut().find(|g| g.label == label && g.simulated == simulated) {
            Some(group) => group.cells.push(summary),
            None => {
                let work = summary.cell.work.title();
                groups.push(Group { run, samples, label, work, simulated, cells: vec![summary] });
            }
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// The executors in the catalogue's order, unknown ones last.
    pub(crate) fn executors(&self) -> Vec<&'a str> {
        let known = &self.run.catalogue.executors;
        let mut names: Vec<&str> =
            self.cells.iter().map(|row| row.cell.executor.as_str()).collect();
        names.sort_by_key(|name| {
            (known.iter().position(|e| e.name == *name).unwrap_or(usize::MAX), *name)
        });
        names.dedup();
        names
    }

    /// The strategies in the catalogue's order, each with every set of parameters.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        let known = &self.run.catalogue.strategies;
        let place = |name: &str| known.iter().position(|s| s.name == name).unwrap_or(usize::MAX);
        let keys: BTreeSet<_> = self
            .cells
            .iter()
            .map(|row| {
                (place(&row.cell.strategy), row.cell.strategy.clone(), parameters(&row.cell))
            })
            .collect();
        keys.iter()
            .map(|(_, strategy, parameters)| {
                let peers = keys.iter().filter(|(_, peer, _)| peer == strategy);
                let peers: Vec<_> = peers.map(|(_, _, parameters)| *parameters).collect();
                let suffix = suffix(parameters, &peers);
                Variant { strategy: strategy.clone(), parameters: *parameters, suffix }
            })
            .collect()
    }

    /// The title of a figure: what it shows, and of which workload.
    pub(crate) fn heading(&self, what: &str) -> String {
        let clock = if self.simulated { ", simulated time" } else { "" };
        format!("{what}: {}{clock}", self.work)
    }

    /// The samples of its cells.
    pub(crate) fn samples(&self) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().filter(|sample| {
            sample.cell.work.label() == self.label
                && is_simulated(self.run, &sample.cell.executor) == self.simulated
        })
    }

    /// All that was measured, in no order that has a meaning.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'a Summary> {
        self.cells.iter().copied()
    }

    /// What was measured of a variant on an executor.
    pub(crate) fn cell(&self, variant: &Variant, executor: &str) -> Option<&'a Summary> {
        self.cells.iter().copied().find(|row| {
            row.cell.executor == executor
                && row.cell.strategy == variant.strategy
                && parameters(&row.cell) == variant.parameters
        })
    }

    /// Its kind of rule; a strategy that the catalogue lacks is drawn as one without a limit.
    pub(crate) fn family(&self, strategy: &str) -> Family {
        self.run.catalogue.strategy(strategy).map_or(Family::NoLimit, |entry| entry.family)
    }

    /// The first sentence of what a strategy does, or nothing.
    pub(crate) fn sentence(&self, strategy: &str) -> &'a str {
        self.run.catalogue.strategy(strategy).map_or("", |entry| entry.sentence.as_str())
    }

    /// True if its executor is no longer maintained.
    pub(crate) fn legacy(&self, executor: &str) -> bool {
        self.run.catalogue.executor(executor).is_some_and(|entry| entry.legacy)
    }

    /// The one executor of a figure that has room for one: where most of `shown` has data; among
    /// equals a maintained one, and then the first.
    pub(crate) fn executor(&self, has: impl Fn(&Summary) -> bool) -> Option<&'a str> {
        let rank = |name: &&str| {
            let with = self.cells.iter().filter(|row| row.cell.executor == **name && has(row));
            (with.count(), !self.legacy(name))
        };
        let executors = self.executors();
        // `max_by_key` takes the last of equals, so begin at the end.
        executors.into_iter().rev().max_by_key(rank).filter(|name| rank(name).0 > 0)
    }

    /// The variants for a figure with room for `most`, of those that have data on `executor`: the
    /// representatives at one limit, then others. Also the names of those left out.
    pub(crate) fn chosen(
        &self,
        executor: &str,
        most: usize,
        has: impl Fn(&Summary) -> bool,
    ) -> (Vec<(Variant, &'a Summary)>, Vec<String>) {
        let mut with: Vec<_> = self
            .variants()
            .into_iter()
            .filter_map(|variant| {
                let row = self.cell(&variant, executor).filter(|row| has(row))?;
                Some((variant, row))
            })
            .collect();
        let limit = usual_limit(&with);
        let rank = |variant: &Variant| {
            let telling = REPRESENTATIVES.iter().position(|name| *name == variant.strategy);
            let usual = variant.parameters[0].is_none() || variant.parameters[0] == limit;
            (!usual, telling.unwrap_or(REPRESENTATIVES.len()))
        };
        with.sort_by_key(|(variant, _)| rank(variant));
        let rest = with.split_off(with.len().min(most));
        let omitted = rest.iter().map(|(variant, _)| variant.name()).collect();
        (with, omitted)
    }
}

pub(crate) fn is_simulated(run: &Run, executor: &str) -> bool {
    run.catalogue.executor(executor).is_some_and(|entry| entry.simulated)
}

/// The limit that most have; among equals the greatest.
fn usual_limit(variants: &[(Variant, &Summary)]) -> Option<u64> {
    let limits: Vec<u64> =
        variants.iter().filter_map(|(variant, _)| variant.parameters[0]).collect();
    let count = |limit: &u64| limits.iter().filter(|other| *other == limit).count();
    limits.iter().copied().max_by_key(|limit| (count(limit), *limit))
}

/// The parameters in which `own` differs from some of its peers.
fn suffix(own: &[Option<u64>; 5], peers: &[[Option<u64>; 5]]) -> String {
    let mut suffix = String::new();
    for (place, name) in PARAMETERS.iter().enumerate() {
        if peers.iter().any(|peer| peer[place] != own[place]) {
            let value = own[place].map_or("-".to_owned(), |value| value.to_string());
            suffix += &format!(" {name}={value}");
        }
    }
    suffix
}

impl Variant {
    /// Its name in plans, for tables.
    pub(crate) fn name(&self) -> String {
        crate::units::plain(&format!("{}{}", self.strategy, self.suffix))
    }
}

/// What stands in the place of a figure that a cell does not have: how it failed, or a dash.
pub(crate) fn absence(row: Option<&Summary>) -> String {
    let outcome = row.and_then(|row| row.failures.iter().max_by_key(|(_, count)| *count));
    outcome.map_or("–".to_owned(), |(outcome, _)| match outcome {
        Outcome::Unsupported => "n/a".to_owned(),
        outcome => outcome.to_string(),
    })
}

/// `86% fail`, at most eight characters.
pub(crate) fn lost_text(part: f64) -> String {
    match part * 100.0 {
        100.0 => "all fail".to_owned(),
        percent if percent < 1.0 => "<1% fail".to_owned(),
        percent => format!("{percent:.0}% fail", percent = percent.min(99.0)),
    }
}

/// A share that is never rounded to nothing: `<1 %`, `6 %`.
pub(crate) fn share(part: f64) -> String {
    if part < 0.01 { "<1 %".to_owned() } else { crate::units::percent(part) }
}

/// What [`lost_text`] means where no time stands beside it, for legends.
pub(crate) const LOST: &str = "the share of jobs that failed or were refused, more than the workload \
                               asks for; not compared";

/// `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [words @ .., last] => format!("{} and {last}", words.join(", ")),
    }
}

/// What a figure says of the strategies that it has no room for; empty if there are none.
pub(crate) fn left_out(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("Not drawn here, but in the tables: {}.", listed(names))
}

#[cfg(test)]
mod tests {
    use super::lost_text;

    #[test]
    fn a_share_of_failed_jobs_is_never_rounded_to_none_or_all() {
        let texts = [0.0001, 0.01, 0.86, 0.999, 1.0].map(lost_text);
        assert_eq!(texts, ["<1% fail", "1% fail", "86% fail", "99% fail", "all fail"]);
    }
}
