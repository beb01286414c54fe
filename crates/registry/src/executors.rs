//! Every executor, and which strategies it runs.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bp_core::{Claims, Clock, Executor, Io, Runtime, Strategy};
use bp_record::{Cell, Measured, Pass};
use bp_tokio::Tokio;
use bp_virtual::Virtual;

use crate::{
    measure::{Drive, Failure, measure},
    strategies::{
        POLLED, Row, SPAWNING, TOKIO, Visit, choose_polled, choose_spawning, choose_tokio,
    },
    workloads,
};

/// What is said of an executor.
pub(crate) struct ExecutorRow {
    pub(crate) name: &'static str,
    pub(crate) sentence: &'static str,
    pub(crate) legacy: bool,
    pub(crate) simulated: bool,
    pub(crate) single_threaded: bool,
    pub(crate) strategies: &'static [&'static [Row]],
    environment: fn(NonZeroUsize) -> Option<(&'static str, String)>,
    execute: fn(&Cell, Pass) -> Result<Measured, Failure>,
}

macro_rules! executors {
    ($($name:literal $runtime:ty, $run:ident, [$($table:ident)+], [$($flag:ident)*], $sentence:literal;)+) => {
        pub(crate) const EXECUTORS: &[ExecutorRow] = &[$(ExecutorRow {
            name: $name,
            sentence: $sentence,
            strategies: &[$($table),+],
            environment: <$runtime as Runtime>::environment,
            execute: $run::<$runtime>,
            $($flag: true,)*
            ..PLAIN
        }),+];
    };
}

const PLAIN: ExecutorRow = ExecutorRow {
    name: "",
    sentence: "",
    legacy: false,
    simulated: false,
    single_threaded: false,
    strategies: &[],
    environment: |_| None,
    execute: |_, _| Err(Failure::Unsupported(String::new())),
};

executors! {
    "tokio" bp_tokio::MultiThread, with_tokio, [POLLED SPAWNING TOKIO], [],
        "Tokio's multi-threaded runtime";
    "tokio-current-thread" bp_tokio::CurrentThread, with_tokio, [POLLED SPAWNING TOKIO],
        [single_threaded], "Tokio's current-thread runtime";
    "async-std" bp_async_std::AsyncStd, with_executor, [POLLED SPAWNING], [legacy],
        "async-std's global executor, no longer maintained (RUSTSEC-2025-0052)";
    "smol" bp_smol::SmolThreads, with_executor, [POLLED SPAWNING], [],
        "smol's executor on threads of its own";
    "futures" bp_futures::Pool, with_executor, [POLLED SPAWNING], [],
        "the ThreadPool of the futures crate, with async-io's timer";
    "futures-local" bp_futures::LocalThread, with_clock, [POLLED], [single_threaded],
        "the LocalPool of the futures crate, for strategies that do not spawn";
    "virtual" bp_virtual::VirtualWorld, with_executor, [POLLED SPAWNING],
        [simulated single_threaded], "a deterministic executor whose time is simulated";
}

impl ExecutorRow {
    pub(crate) fn runs(&self, strategy: &str) -> bool {
        self.strategies.iter().copied().flatten().any(|row| row.name == strategy)
    }
}

/// The executors on which `strategy` runs.
pub(crate) fn that_run(strategy: &str) -> impl Iterator<Item = &'static ExecutorRow> {
    EXECUTORS.iter().filter(move |row| row.runs(strategy))
}

pub(crate) fn row(name: &str) -> Option<&'static ExecutorRow> {
    EXECUTORS.iter().find(|row| row.name == name)
}

/// The variables that a process must have in its environment before it executes a cell on
/// `executor` with so many `threads`.
pub fn environment(executor: &str, threads: NonZeroUsize) -> Vec<(&'static str, String)> {
    row(executor).and_then(|row| (row.environment)(threads)).into_iter().collect()
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
    crate::check(cell).map_err(|refusal| Failure::Invalid(refusal.to_string()))?;
    let row = row(&cell.executor).expect("checked");
    catch_unwind(AssertUnwindSafe(|| (row.execute)(cell, pass)))
        .unwrap_or_else(|panic| Err(Failure::panic(&*panic)))
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

/// A strategy that is ready to be measured, and what it claims.
type Prepared<X> = (Claims, Box<dyn Drive<X>>);

/// Makes a strategy ready.
struct Ready;

impl<X: Io> Visit<X> for Ready {
    type Output = Prepared<X>;

    fn visit<S: Strategy<X>>(self, strategy: S) -> Self::Output {
        (strategy.claims(), Box::new(strategy))
    }
}

fn with_clock<R: Runtime<Handle: Io>>(cell: &Cell, pass: Pass) -> Result<Measured, Failure> {
    let ready = choose_polled::<R::Handle, _>(cell, Ready);
    run::<R>(cell, pass, ready)
}

fn with_executor<R>(cell: &Cell, pass: Pass) -> Result<Measured, Failure>
where
    R: Runtime<Handle: Io + Executor>,
{
    let ready = choose_polled::<R::Handle, _>(cell, Ready);
    run::<R>(cell, pass, ready.or_else(|ready| choose_spawning::<R::Handle, _>(cell, ready)))
}

fn with_tokio<R: Runtime<Handle = Tokio>>(cell: &Cell, pass: Pass) -> Result<Measured, Failure> {
    let ready = choose_polled::<Tokio, _>(cell, Ready);
    let ready = ready.or_else(|ready| choose_spawning::<Tokio, _>(cell, ready));
    run::<R>(cell, pass, ready.or_else(|ready| choose_tokio(cell, ready)))
}

fn run<R: Runtime<Handle: Io>>(
    cell: &Cell,
    pass: Pass,
    prepared: Result<Prepared<R::Handle>, Ready>,
) -> Result<Measured, Failure> {
    let Ok((claims, drive)) = prepared else {
        let Cell { strategy, executor, .. } = cell;
        return Err(Failure::Unsupported(format!("{strategy} does not run on {executor}")));
    };
    measure::<R>(cell, pass, &claims, drive)
}
