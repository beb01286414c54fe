use std::{num::NonZeroUsize, path::Path};

use bp_record::{Arrivals, Cell, Extent, Parameter};
use bp_workloads::{FileList, WorkloadError};
use thiserror::Error;

use crate::{
    executors, strategies,
    workloads::{self, REPLAY, WorkloadRow},
};

/// Threads are real: each has a stack, and the operating system has a bound on them.
const MOST_THREADS: usize = 4_096;

/// Workers are tasks that exist from the start, and a queue reserves a place for each job.
const MOST_RESERVED: usize = 1_000_000;

/// Why a cell cannot be run.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No strategy, executor or workload has this name.
    #[error("no {kind} is called {name:?}; `list` shows all")]
    Unknown {
        /// `strategy`, `executor` or `workload`.
        kind: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The strategy does not run on the executor.
    #[error("{strategy} does not run on {executor}: it runs on {}", .on.join(", "))]
    Unsupported {
        /// The strategy.
        strategy: String,
        /// The executor.
        executor: String,
        /// Where it does run.
        on: Vec<&'static str>,
    },
    /// A simulated clock has no sockets.
    #[error(
        "{workload} talks to a server, and {executor} has no sockets, for its time is simulated"
    )]
    NoSockets {
        /// The workload.
        workload: String,
        /// The executor.
        executor: String,
    },
    /// A parameter that the strategy takes is not given.
    #[error("{strategy} takes a {parameter}, and none is given")]
    Missing {
        /// The strategy.
        strategy: String,
        /// What it lacks.
        parameter: Parameter,
    },
    /// A parameter reserves threads or memory, and so has a bound.
    #[error("{parameter}={given} is too large for {strategy}: the largest allowed is {largest}")]
    TooLarge {
        /// The strategy.
        strategy: String,
        /// Which parameter.
        parameter: Parameter,
        /// What was given.
        given: usize,
        /// The largest allowed.
        largest: usize,
    },
    /// A window below the limit could never be full.
    #[error(
        "window={window} is below limit={limit}: a window has at least as many places as may be in flight"
    )]
    NarrowWindow {
        /// The window.
        window: NonZeroUsize,
        /// The limit.
        limit: NonZeroUsize,
    },
    /// Nothing would ever arrive.
    #[error("a rate of zero: at least one job a second has to arrive")]
    NoArrivals,
    /// Nobody says which service times are to be replayed.
    #[error("replay needs a file of service times: --service-times FILE")]
    NoServiceTimes,
    /// There is nothing to do.
    #[error("there are no jobs: at least one is needed")]
    NoJobs,
}

/// Whether `cell` can be run, as far as can be told without running it.
///
/// # Errors
/// The first reason against it.
pub fn check(cell: &Cell) -> Result<(), Refusal> {
    check_pair(cell)?;
    check_work(cell)?;
    let served = workloads::row(&cell.work.name).is_some_and(WorkloadRow::served);
    let simulated = executors::row(&cell.executor).is_some_and(|row| row.simulated);
    if served && simulated {
        let (workload, executor) = (cell.work.name.clone(), cell.executor.clone());
        return Err(Refusal::NoSockets { workload, executor });
    }
    Ok(())
}

/// The same for a workload that is not in the registry.
///
/// # Errors
/// The first reason against it.
pub fn check_own(cell: &Cell) -> Result<(), Refusal> {
    check_pair(cell)?;
    check_conditions(cell)
}

/// Whether the strategy runs on the executor.
fn check_pair(cell: &Cell) -> Result<(), Refusal> {
    let strategy =
        strategies::row(&cell.strategy).ok_or_else(|| unknown("strategy", &cell.strategy))?;
    let executor =
        executors::row(&cell.executor).ok_or_else(|| unknown("executor", &cell.executor))?;
    if !executor.runs(strategy.name) {
        return Err(Refusal::Unsupported {
            strategy: cell.strategy.clone(),
            executor: cell.executor.clone(),
            on: executors::that_run(strategy.name).map(|row| row.name).collect(),
        });
    }
    Ok(())
}

/// The same, whatever the executor: for a cell that another program is to run.
///
/// # Errors
/// The first reason against it.
pub fn check_work(cell: &Cell) -> Result<(), Refusal> {
    if workloads::row(&cell.work.name).is_none() {
        return Err(unknown("workload", &cell.work.name));
    }
    if cell.work.name == REPLAY && cell.work.service_times.is_none() {
        return Err(Refusal::NoServiceTimes);
    }
    check_conditions(cell)
}

/// Whether the workload `files` finds something to read there. The first file is read.
///
/// # Errors
/// If it is no directory, cannot be read, or holds no file.
pub fn check_directory(directory: &Path) -> Result<(), WorkloadError> {
    FileList::first(directory, 1).map(drop)
}

/// Whether all that the strategy takes is given, and can be.
fn check_conditions(cell: &Cell) -> Result<(), Refusal> {
    let strategy =
        strategies::row(&cell.strategy).ok_or_else(|| unknown("strategy", &cell.strategy))?;
    if matches!(cell.work.extent, Extent::Jobs(0) | Extent::ForNs(0)) {
        return Err(Refusal::NoJobs);
    }
    if let Arrivals::Constant { per_second: 0 } | Arrivals::Poisson { per_second: 0 } =
        cell.work.arrivals
    {
        return Err(Refusal::NoArrivals);
    }
    for &parameter in strategy.takes {
        let given = match parameter {
            Parameter::Limit => cell.limit.map(NonZeroUsize::get),
            Parameter::Capacity => cell.capacity.map(NonZeroUsize::get),
            Parameter::Window => cell.window.map(NonZeroUsize::get),
            Parameter::Pause => cell.pause_ns.map(|_| 0),
            Parameter::Rate => cell.rate_per_second.map(|_| 0),
        };
        let strategy = cell.strategy.clone();
        let given = given.ok_or(Refusal::Missing { strategy, parameter })?;
        let largest = largest(&cell.strategy, parameter);
        if given > largest {
            let strategy = cell.strategy.clone();
            return Err(Refusal::TooLarge { strategy, parameter, given, largest });
        }
    }
    match (cell.window, cell.limit) {
        (Some(window), Some(limit)) if window < limit => {
            Err(Refusal::NarrowWindow { window, limit })
        }
        _ => Ok(()),
    }
}

fn unknown(kind: &'static str, name: &str) -> Refusal {
    Refusal::Unknown { kind, name: name.to_owned() }
}

/// Where a parameter is a mere count it has no bound.
fn largest(strategy: &str, parameter: Parameter) -> usize {
    match (strategy, parameter) {
        ("thread-pool" | "thread-pool-map", Parameter::Limit) => MOST_THREADS,
        ("bounded-channel" | "bounded-channel-tokio", Parameter::Limit | Parameter::Capacity) => {
            MOST_RESERVED
        }
        _ => usize::MAX,
    }
}
