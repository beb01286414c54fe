//! From the lists of a suite to its cells.

use std::{
    collections::{HashMap, hash_map::Entry},
    num::{NonZeroU32, NonZeroUsize},
    thread,
    time::Duration,
};

use bp_record::{Arrivals, Catalogue, Cell, Parameter, StrategyEntry};
use bp_registry::Refusal;
use regex::Regex;

use crate::{
    Error, Filters, Matrix, Suite,
    matrix::{FETCH, REPLAY},
    parameters::{Pause, Rate, Size},
    select::{Choice, Kind, unknown},
    units,
};

// The usual values of the parameters, for matrices that say nothing.
const LIMIT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not zero");
const CAPACITY: Size = Size::TimesLimit(NonZeroUsize::MIN);
const WINDOW: Size = Size::TimesLimit(NonZeroUsize::new(4).expect("4 is not zero"));
const PAUSE: Pause = Pause(Duration::from_millis(1));
const RATE: Rate = Rate(NonZeroU32::new(1_000).expect("1,000 is not zero"));

/// The distinct cells of a suite, of what the filters leave of it, in the suite's order; at least
/// one.
pub(crate) fn cells(
    suite: &Suite,
    filters: &Filters,
    catalogue: &Catalogue,
) -> Result<Vec<Cell>, Error> {
    let choose = |kind, filters: &[Regex]| {
        let mut listed = Vec::new();
        for matrix in &suite.matrices {
            listed.extend(names(kind, matrix, catalogue)?);
        }
        Choice::new(kind, filters, &listed, &kind.known(catalogue))
    };
    let workloads = choose(Kind::Workload, &filters.workloads)?;
    let strategies = choose(Kind::Strategy, &filters.strategies)?;
    let executors = choose(Kind::Executor, &filters.executors)?;
    let threads = suite.threads.or_else(|| thread::available_parallelism().ok());

    let (mut distinct, mut apart) = (Distinct::default(), None);
    for (index, matrix) in suite.matrices.iter().enumerate() {
        let names = |kind| names(kind, matrix, catalogue);
        let product = Product {
            matrix,
            // A workload that no matrix has takes the settings of the first.
            workloads: workloads.apply(names(Kind::Workload)?, index == 0),
            strategies: strategies.apply(names(Kind::Strategy)?, true),
            executors: executors.apply(names(Kind::Executor)?, true),
            threads: threads.unwrap_or(NonZeroUsize::MIN),
            seed: suite.seed,
        };
        product.cells(catalogue)?.into_iter().try_for_each(|cell| distinct.add(cell))?;
        apart = apart.or_else(|| product.apart(catalogue));
    }
    if distinct.cells.is_empty() {
        let reason = apart.unwrap_or_else(|| "no cell of the suite matches".to_owned());
        return Err(Error::Nothing(format!("{reason}; see `backpressure list`")));
    }
    let listed = suite.matrices.iter().any(|matrix| matrix.urls.is_some());
    if listed && distinct.cells.iter().all(|cell| cell.work.real.urls.is_none()) {
        return Err(Error::Contradiction(format!(
            "a list of URLs is for the workload {FETCH}, which is not chosen here: -w '^{FETCH}$'"
        )));
    }
    Ok(distinct.cells)
}

/// The names that a matrix lists, or all where it lists none.
fn names(kind: Kind, matrix: &Matrix, catalogue: &Catalogue) -> Result<Vec<String>, Error> {
    let listed = match kind {
        Kind::Workload => &matrix.workloads,
        Kind::Strategy => &matrix.strategies,
        Kind::Executor => &matrix.executors,
    };
    let known = kind.known(catalogue);
    match listed {
        Some(listed) => match listed.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(unknown(kind, name, &known)),
            None => Ok(listed.clone()),
        },
        None if kind == Kind::Executor => {
            let measured = catalogue.executors.iter().filter(|entry| !entry.simulated);
            Ok(measured.map(|entry| entry.name.clone()).collect())
        }
        None if kind == Kind::Strategy => {
            // What is for overload is among all where there can be one, or where it is named.
            let drains = matrix.arrivals.unwrap_or_default() == Arrivals::Drain;
            let there = catalogue.strategies.iter();
            let there = there.filter(|entry| !(drains && entry.is_for_overload()));
            Ok(there.map(|entry| entry.name.clone()).collect())
        }
        None => {
            // Without a file there is nothing to replay.
            let none = kind == Kind::Workload && matrix.service_times.is_none();
            let there = known.into_iter().filter(|name| !(none && *name == REPLAY));
            Ok(there.map(str::to_owned).collect())
        }
    }
}

/// One matrix after the filters.
struct Product<'suite> {
    matrix: &'suite Matrix,
    workloads: Vec<String>,
    strategies: Vec<String>,
    executors: Vec<String>,
    threads: NonZeroUsize,
    seed: u64,
}

impl Product<'_> {
    fn cells(&self, catalogue: &Catalogue) -> Result<Vec<Cell>, Error> {
        let mut cells = Vec::new();
        for workload in &self.workloads {
            let work = self.matrix.work(workload, self.seed)?;
            for strategy in self.strategies.iter().filter_map(|name| catalogue.strategy(name)) {
                for executor in self
                    .executors
                    .iter()
                    .filter(|name| strategy.executors.contains(name))
                    .filter(|name| catalogue.goes_together(workload, name))
                {
                    let bare = Cell {
                        work: work.clone(),
                        strategy: strategy.name.clone(),
                        executor: executor.clone(),
                        threads: self.threads,
                        limit: None,
                        capacity: None,
                        window: None,
                        pause_ns: None,
                        rate_per_second: None,
                    };
                    cells.extend(with_parameters(&bare, self.matrix, strategy));
                }
            }
        }
        Ok(cells)
    }

    /// Why the first of what was chosen that does not go together does not.
    fn apart(&self, catalogue: &Catalogue) -> Option<String> {
        for executor in &self.executors {
            let apart = |workload: &&String| !catalogue.goes_together(workload, executor);
            if let Some(workload) = self.workloads.iter().find(apart) {
                let simulated = catalogue.executor(executor).is_some_and(|entry| entry.simulated);
                let (workload, executor) = (workload.clone(), executor.clone());
                return Some(match simulated {
                    true => Refusal::NoSockets { workload, executor }.to_string(),
                    false => format!("{executor} does not know the workload {workload}"),
                });
            }
            let mut strategies = self.strategies.iter().filter_map(|name| catalogue.strategy(name));
            if let Some(strategy) = strategies.find(|entry| !entry.executors.contains(executor)) {
                let (name, on) = (&strategy.name, strategy.executors.join(", "));
                return Some(format!("{name} does not run on {executor}: it runs on {on}"));
            }
        }
        None
    }
}

/// The product of the parameters that the strategy takes; the others add no cells.
fn with_parameters(bare: &Cell, matrix: &Matrix, strategy: &StrategyEntry) -> Vec<Cell> {
    let takes = |parameter| strategy.takes.contains(&parameter);
    let limits = values(takes(Parameter::Limit), &matrix.limit, LIMIT);
    let capacities = values(takes(Parameter::Capacity), &matrix.capacity, CAPACITY);
    let windows = values(takes(Parameter::Window), &matrix.window, WINDOW);
    let pauses = values(takes(Parameter::Pause), &matrix.pause, PAUSE);
    let rates = values(takes(Parameter::Rate), &matrix.rate, RATE);
    let mut cells = Vec::new();
    for &limit in &limits {
        let size = |size: Option<Size>| size.map(|size| size.resolve(limit.unwrap_or(LIMIT)));
        for &capacity in &capacities {
            for &window in &windows {
                let sized =
                    Cell { limit, capacity: size(capacity), window: size(window), ..bare.clone() };
                for pause in &pauses {
                    let pause_ns = pause.map(|Pause(pause)| units::nanoseconds(pause));
                    cells.extend(rates.iter().map(|rate| Cell {
                        pause_ns,
                        rate_per_second: rate.map(|Rate(rate)| rate),
                        ..sized.clone()
                    }));
                }
            }
        }
    }
    cells
}

/// The listed values of a parameter that is taken, or the one value "none".
fn values<T: Copy>(taken: bool, listed: &Option<Vec<T>>, usual: T) -> Vec<Option<T>> {
    match listed {
        _ if !taken => vec![None],
        Some(listed) => listed.iter().copied().map(Some).collect(),
        None => vec![Some(usual)],
    }
}

/// Cells in order of first appearance, each once.
#[derive(Default)]
struct Distinct {
    cells: Vec<Cell>,
    by_id: HashMap<String, usize>,
}

impl Distinct {
    fn add(&mut self, cell: Cell) -> Result<(), Error> {
        match self.by_id.entry(cell.id()) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.cells.len());
                self.cells.push(cell);
            }
            // The id is the key of the samples: two cells under one would be taken for rounds.
            Entry::Occupied(known) if self.cells[*known.get()] != cell => {
                return Err(Error::Ambiguous { id: known.key().clone() });
            }
            Entry::Occupied(_) => {}
        }
        Ok(())
    }
}
