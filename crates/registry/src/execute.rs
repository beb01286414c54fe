//! One cell, from its names to its verdict.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bp_core::{Claims, Clock, Strategy, Workload};
use bp_record::{Cell, Extent, Measured, Work};
use bp_tokio::Tokio;
use bp_virtual::Virtual;
use bp_workloads::Own;

use crate::{
    Watch, check, check_own,
    executors::{self, EXECUTORS, Everywhere, ExecutorRow, run_everywhere, run_on_tokio},
    judge,
    measure::{Failure, Finished},
    strategies::{Visit, choose_async_std, choose_polled, choose_spawning, choose_tokio},
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

/// Runs one cell in this process, watched as a [`Pass`](bp_record::Pass) or a [`Watch`] says, and
/// verifies that it kept its promises.
///
/// Run it in a process of its own: the first cell leaves its peak of memory, and some runtimes
/// their threads, to the next.
///
/// # Errors
/// [`Failure`]: what was asked for is unsupported or invalid, a promise was broken, or something
/// panicked.
pub fn execute(cell: &Cell, watch: impl Into<Watch>) -> Result<Measured, Failure> {
    check(cell).map_err(|refusal| Failure::Invalid(refusal.to_string()))?;
    let watch = watch.into();
    judged(cell, || run_everywhere(cell, watch, &workloads::served_by(watch.server)))
}

/// The same with a workload that is not in the registry, such as that of a user's own crate: of
/// what the cell says of its work only extent, seed and conditions have a meaning.
///
/// `make` is called once for what is measured and once for the warm-up before. This compiles every
/// strategy for every executor once more.
///
/// # Errors
/// As [`execute`].
pub fn execute_own<W: Everywhere>(
    cell: &Cell,
    watch: impl Into<Watch>,
    make: impl Fn() -> W,
) -> Result<Measured, Failure> {
    check_own(cell).map_err(|refusal| Failure::Invalid(refusal.to_string()))?;
    judged(cell, || run_everywhere(cell, watch.into(), &|work| Ok(own(work, make()))))
}

/// The same for a workload that can run on Tokio alone.
///
/// # Errors
/// As [`execute`].
pub fn execute_own_on_tokio<W: Workload<Tokio>>(
    cell: &Cell,
    watch: impl Into<Watch>,
    make: impl Fn() -> W,
) -> Result<Measured, Failure> {
    check_own(cell).map_err(|refusal| Failure::Invalid(refusal.to_string()))?;
    judged(cell, || run_on_tokio(cell, watch.into(), &|work| Ok(own(work, make()))))
}

fn own<W>(work: &Work, inner: W) -> Own<W> {
    let jobs = match work.extent {
        Extent::Jobs(jobs) => Some(jobs),
        Extent::ForNs(_) => None,
    };
    Own::new(inner, jobs, work.seed)
}

/// Runs a cell that was checked, and holds it to its promises.
fn judged(
    cell: &Cell,
    run: impl FnOnce() -> Result<Finished, Failure>,
) -> Result<Measured, Failure> {
    let row = executors::row(&cell.executor).expect("checked");
    let claims = claims(cell).expect("checked");
    let finished =
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(Failure::panic(&*panic)))?;
    let verdict = judge::verdict(cell, &claims, &finished, row.single_threaded);
    match verdict {
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
        .or_else(|read| choose_async_std(cell, read))
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
