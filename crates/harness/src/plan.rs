use std::{path::Path, time::Duration};

use bp_record::{Arrivals, Axis, Catalogue, Cell, Extent, Pass, Role, Work};
use bp_registry::WorkloadError;

use crate::{Error, Filters, Suite, canary, estimate::Estimate, product, shuffle::shuffle};

/// With fewer rounds than this, a run is a preview: too short to be quoted.
const ROUNDS_TO_QUOTE: u32 = 5;

/// Every child process of a run, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The suite's name.
    pub suite: String,
    /// True if the run is too short to be quoted: times of fewer than five rounds.
    pub preview: bool,
    /// How often each cell is timed.
    pub rounds: u32,
    /// What the order of the items and all that is random follow from.
    pub seed: u64,
    /// The distinct cells, at their full extent, in the order of the suite.
    pub cells: Vec<Cell>,
    /// The child processes, in the order in which they run.
    pub items: Vec<Item>,
    /// When further rounds follow the planned ones; never, if it is `None`.
    pub precision: Option<Precision>,
    /// What it goes over, if it is a sweep.
    pub sweep: Option<Axis>,
    /// Strategies that were selected and have no place on that axis.
    pub left_out: Vec<String>,
}

/// How exactly each makespan is to be known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// The half width of the median's interval, as a share of the median, that is narrow enough.
    pub relative: f64,
    /// No further round begins after so long; the planned ones always run.
    pub at_most: Duration,
}

/// One child process to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it runs.
    pub cell: Cell,
    /// How it is watched.
    pub pass: Pass,
    /// What it is for.
    pub role: Role,
    /// In which round, from 0.
    pub round: u32,
    /// 1 if it repeats a disturbed round; else 0.
    pub attempt: u32,
    /// How long it may take before it is killed.
    pub timeout: Duration,
    /// How long it will take, by a rough guess.
    pub expected: Duration,
}

impl Plan {
    /// The product of what the suite lists, of what the filters leave of it.
    ///
    /// A parameter that a strategy does not take adds no cells; a strategy that does not run on
    /// an executor is left out there. Rounds are shuffled inside: every cell is timed once a
    /// round, so that a machine that drifts drifts for all.
    ///
    /// # Errors
    /// If a name is unknown, settings contradict each other, or nothing is left to run.
    pub fn new(suite: &Suite, filters: &Filters, catalogue: &Catalogue) -> Result<Self, Error> {
        let (cells, left_out) = match &suite.sweep {
            Some(sweep) => sweep.cells(suite, filters, catalogue)?,
            None => (product::cells(suite, filters, catalogue)?, Vec::new()),
        };
        let sweep = suite.sweep.as_ref().map(|sweep| sweep.axis());
        let rounds = suite.rounds.get();
        // Few rounds make a time uncertain; what is only traced is not compared by time.
        let preview = rounds < ROUNDS_TO_QUOTE && suite.watches(Pass::Time);
        let mut estimate = Estimate::new(catalogue);
        let mut guessed = |cell: Cell| (estimate.of(&cell), cell);
        let mut sizes = Vec::with_capacity(cells.len());
        for cell in &cells {
            // Along the number of jobs, memory is measured at every one as it is.
            let quarter = quarter(cell).filter(|_| sweep != Some(Axis::Jobs));
            sizes.push((guessed(cell.clone()), quarter.map(&mut guessed)));
        }
        let mut items = Vec::new();
        for round in 0..rounds {
            let begin = items.len();
            for (whole, quarter) in &sizes {
                let item = |(expected, cell): &(Duration, Cell), pass| Item {
                    timeout: timeout(suite, cell),
                    expected: *expected,
                    cell: cell.clone(),
                    pass,
                    role: Role::Measured,
                    round,
                    attempt: 0,
                };
                items.push(item(whole, Pass::Time));
                if !preview || round == 0 {
                    items.push(item(whole, Pass::Trace));
                    items.push(item(whole, Pass::Memory));
                    items.extend(quarter.as_ref().map(|cell| item(cell, Pass::Memory)));
                }
            }
            items.retain(|item: &Item| suite.watches(item.pass));
            shuffle(&mut items[begin..], suite.seed ^ u64::from(round).rotate_left(32));
        }
        let (name, seed) = (suite.name.clone(), suite.seed);
        let precision = None;
        Ok(Self { suite: name, preview, rounds, seed, cells, items, precision, sweep, left_out })
    }

    /// The items round by round, in the order in which they run.
    pub(crate) fn rounds(&self) -> impl Iterator<Item = &[Item]> {
        self.items.chunk_by(|a, b| a.round == b.round)
    }

    /// A round beyond the planned ones, in which only the cells that `wanted` names are timed.
    pub(crate) fn further_round(&self, round: u32, wanted: impl Fn(&Cell) -> bool) -> Vec<Item> {
        let first = self.items.iter().filter(|item| item.round == 0 && item.pass == Pass::Time);
        let wanted = first.filter(|item| wanted(&item.cell));
        self.reordered(wanted.map(|item| Item { round, ..item.clone() }).collect())
    }

    /// The same round once more, in another order.
    pub(crate) fn repetition(&self, round: &[Item]) -> Vec<Item> {
        self.reordered(round.iter().map(|item| Item { attempt: 1, ..item.clone() }).collect())
    }

    fn reordered(&self, mut items: Vec<Item>) -> Vec<Item> {
        if let Some(Item { round, attempt, .. }) = items.first() {
            let turn = u64::from(*round).rotate_left(32) ^ u64::from(*attempt);
            shuffle(&mut items, self.seed ^ turn);
        }
        items
    }

    /// Each cell once with a few short jobs, in the pass that sees every moment.
    pub(crate) fn verification(&self) -> Vec<Item> {
        let items = self.cells.iter().map(|cell| Item {
            cell: miniature(cell),
            pass: Pass::Trace,
            role: Role::Verification,
            round: 0,
            attempt: 0,
            timeout: VERIFIED_WITHIN,
            expected: Duration::ZERO,
        });
        items.collect()
    }

    /// Asks the registry about every cell, and the file system about every directory.
    ///
    /// # Errors
    /// If one of them cannot run.
    pub fn check(&self) -> Result<(), Error> {
        for cell in &self.cells {
            // Who is not ours has come into the catalogue as a contestant.
            let ours = bp_registry::is_executor(&cell.executor);
            let check = if ours { bp_registry::check } else { bp_registry::check_work };
            check(cell)
                .map_err(|refusal| Error::Refused { id: cell.id(), reason: refusal.to_string() })?;
        }
        let directories = self.cells.iter().filter_map(|cell| cell.work.directory.as_ref());
        for path in directories {
            match bp_registry::check_directory(path) {
                // Nobody asked for the working directory; that it is empty is a row.
                Err(WorkloadError::Empty { .. }) if path == Path::new(".") => {}
                looked_at => looked_at.map_err(|e| Error::Directory(e.to_string()))?,
            }
        }
        Ok(())
    }

    /// How long all of it will take, by a rough guess: the items, and the canaries around each
    /// round. That a round will be disturbed and repeated, nobody knows beforehand.
    pub fn expected(&self) -> Duration {
        let canary = canary::item(0, 0).expected * (2 * canary::TIMES);
        let items: Duration = self.items.iter().map(|item| item.expected).sum();
        items + canary * u32::try_from(self.rounds().count()).unwrap_or(u32::MAX)
    }
}

/// How long the verification of a cell may take.
const VERIFIED_WITHIN: Duration = Duration::from_secs(20);

/// The same cell with few and short jobs, but with enough to fill a limit twice and to pass a
/// window: otherwise nobody could break them. Arrivals are as they were, for a wrong rate would be
/// another cell, but no more jobs than come within a fifth of a second.
fn miniature(cell: &Cell) -> Cell {
    const JOBS: u64 = 32;
    const MOST: u64 = 10_000;
    const SHORT_NS: u64 = 1_000_000;
    let [limit, window] =
        [cell.limit, cell.window].map(|most| most.map_or(0, |most| most.get() as u64));
    let telling = JOBS.max(limit.saturating_mul(2)).max(window.saturating_add(2)).min(MOST);
    let jobs = match cell.work.extent {
        Extent::Jobs(jobs) => jobs.min(telling),
        Extent::ForNs(_) => telling,
    };
    let soon = match cell.work.arrivals {
        Arrivals::Drain => jobs,
        Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => {
            jobs.min(u64::from(per_second / 5).max(4))
        }
    };
    let work = Work {
        extent: Extent::Jobs(soon),
        service_ns: cell.work.service_ns.min(SHORT_NS),
        ..cell.work.clone()
    };
    Cell { work, ..cell.clone() }
}

/// The same cell with a quarter of the jobs, to see whether memory grows with their number.
fn quarter(cell: &Cell) -> Option<Cell> {
    match cell.work.extent {
        Extent::Jobs(jobs @ 4..) => {
            let work = Work { extent: Extent::Jobs(jobs / 4), ..cell.work.clone() };
            Some(Cell { work, ..cell.clone() })
        }
        Extent::Jobs(_) | Extent::ForNs(_) => None,
    }
}

fn timeout(suite: &Suite, cell: &Cell) -> Duration {
    match cell.work.extent {
        Extent::Jobs(_) => suite.timeout,
        Extent::ForNs(time) => suite.timeout + Duration::from_nanos(time),
    }
}

#[cfg(test)]
mod tests {
    use bp_registry::catalogue;

    use super::*;
    use crate::Filters;

    #[test]
    fn a_verification_has_jobs_enough_to_break_a_limit_or_a_window() {
        let plan = Plan::new(&Suite::full(), &Filters::default(), &catalogue()).unwrap();
        for cell in &plan.cells {
            let (Extent::Jobs(all), Extent::Jobs(few)) =
                (cell.work.extent, miniature(cell).work.extent)
            else {
                continue;
            };
            let most =
                [cell.limit, cell.window].into_iter().flatten().map(|most| most.get() as u64);
            let most = most.max().unwrap_or(0);
            let paced = cell.work.arrivals != Arrivals::Drain;
            assert!(paced || few > most || few == all, "{}: {few} of {all}", cell.id());
        }
    }
}
