use std::time::Duration;

use bp_record::{Catalogue, Cell, Extent, Pass, Work};

use crate::{Error, Filters, Suite, estimate::expected, product, shuffle::shuffle};

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
}

/// One child process to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it runs.
    pub cell: Cell,
    /// How it is watched.
    pub pass: Pass,
    /// In which round, from 0.
    pub round: u32,
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
        let cells = product::cells(suite, filters, catalogue)?;
        if cells.is_empty() {
            return Err(Error::Nothing(
                "no cell of the suite matches; see `backpressure list`".to_owned(),
            ));
        }
        let rounds = suite.rounds.get();
        // Few rounds make a time uncertain; what is only traced is not compared by time.
        let preview = rounds < ROUNDS_TO_QUOTE && suite.watches(Pass::Time);
        let mut items = Vec::new();
        for round in 0..rounds {
            let begin = items.len();
            for cell in &cells {
                let item = |cell: &Cell, pass| Item {
                    timeout: timeout(suite, cell),
                    expected: expected(cell, catalogue),
                    cell: cell.clone(),
                    pass,
                    round,
                };
                items.push(item(cell, Pass::Time));
                if !preview || round == 0 {
                    items.push(item(cell, Pass::Trace));
                    items.push(item(cell, Pass::Memory));
                    items.extend(quarter(cell).map(|cell| item(&cell, Pass::Memory)));
                }
            }
            items.retain(|item: &Item| suite.watches(item.pass));
            shuffle(&mut items[begin..], suite.seed ^ u64::from(round).rotate_left(32));
        }
        Ok(Self { suite: suite.name.clone(), preview, rounds, seed: suite.seed, cells, items })
    }

    /// Asks the registry about every cell, and the file system about every directory.
    ///
    /// # Errors
    /// If one of them cannot run.
    pub fn check(&self) -> Result<(), Error> {
        for cell in &self.cells {
            bp_registry::check(cell)
                .map_err(|refusal| Error::Refused { id: cell.id(), reason: refusal.to_string() })?;
        }
        let directories = self.cells.iter().filter_map(|cell| cell.work.directory.as_ref());
        for path in directories {
            std::fs::read_dir(path)
                .map_err(|cause| Error::Directory { path: path.clone(), cause })?;
        }
        Ok(())
    }

    /// How long all of it will take, by a rough guess.
    pub fn expected(&self) -> Duration {
        self.items.iter().map(|item| item.expected).sum()
    }
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
