//! One cell, from its names to its verdict.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bp_core::{Claims, Clock, Strategy};
use bp_record::{Cell, Measured, Pass};
use bp_virtual::Virtual;

use crate::{
    check,
    executors::{self, EXECUTORS, ExecutorRow},
    judge,
    measure::Failure,
    strategies::{Visit, choose_polled, choose_spawning, choose_tokio},
    workloads,
};

/// The variables that a process must have in its environment before it executes a cell on
/// `executor` with so many `threads`.
pub fn environment(executor: &str, threads: NonZeroUsize) -> Vec<(&'static str, String)> {
    executors::row(executor).and_then(|row| (row.environment)(threads)).into_iter().collect()
}

/// True if this process can run cells on an executor of that name.
pub fn is_executor(name: &str) -> bool {
    executors::row(name).is_some()
}

/// Runs one cell in this process, watched as `pass` says, and verifies that it kept its promises.
///
/// Run it in a process of its own: the first cell leaves its peak of memory, and some runtimes
/// their threads, to the next.
///
/// # Errors
/// [`Failure`]: what was asked for is unsupported or invalid, a promise was broken, or something
/// panicked.
pub fn execute(cell: &Cell, pass: Pass) -> Result<Measured, Failure> {
    check(cell).map_err(|refusal| Failure::Invalid(refusal.to_string()))?;
    let row = executors::row(&cell.executor).expect("checked");
    let claims = claims(cell).expect("checked");
    let finished = catch_unwind(AssertUnwindSafe(|| (row.execute)(cell, pass)))
        .unwrap_or_else(|panic| Err(Failure::panic(&*panic)))?;
    match judge::verdict(cell, &claims, &finished, row.single_threaded) {
        None => Ok(finished.measured),
        Some(broken) => Err(Failure::Wrong(broken, Box::new(finished.measured))),
    }
}

/// What the strategy of `cell` promises with the parameters of `cell`; `None` if there is none of
/// that name.
pub fn claims(cell: &Cell) -> Option<Claims> {
    choose_polled::<Virtual, _>(cell, ReadClaims)
        .or_else(|read| choose_spawning::<Virtual, _>(cell, read))
        .or_else(|read| choose_tokio(cell, read))
        .ok()
}

/// How many combinations of runtime, strategy and workload are compiled.
pub fn instances() -> usize {
    let strategies =
        |row: &ExecutorRow| row.strategies.iter().map(|table| table.len()).sum::<usize>();
    EXECUTORS.iter().map(strategies).sum::<usize>() * workloads::TYPES
}

struct ReadClaims;

impl<X: Clock> Visit<X> for ReadClaims {
    type Output = Claims;

    fn visit<S: Strategy<X>>(self, strategy: S) -> Claims {
        strategy.claims()
    }
}
