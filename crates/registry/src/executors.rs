//! Every executor, and which strategies it runs.

use std::{num::NonZeroUsize, sync::Arc};

use bp_core::{Executor, Io, Runtime, Strategy};
use bp_record::{Cell, Pass};
use bp_tokio::Tokio;

use crate::{
    measure::{Drive, Failure, Finished, measure},
    strategies::{
        POLLED, Row, SPAWNING, TOKIO, Visit, choose_polled, choose_spawning, choose_tokio,
    },
};

/// What is said of an executor.
pub(crate) struct ExecutorRow {
    pub(crate) name: &'static str,
    pub(crate) sentence: &'static str,
    pub(crate) legacy: bool,
    pub(crate) simulated: bool,
    pub(crate) single_threaded: bool,
    pub(crate) strategies: &'static [&'static [Row]],
    pub(crate) environment: fn(NonZeroUsize) -> Option<(&'static str, String)>,
    pub(crate) execute: fn(&Cell, Pass) -> Result<Finished, Failure>,
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

/// Makes a strategy ready to be measured.
struct Ready;

impl<X: Io> Visit<X> for Ready {
    type Output = Arc<dyn Drive<X>>;

    fn visit<S: Strategy<X>>(self, strategy: S) -> Self::Output {
        Arc::new(strategy)
    }
}

fn with_clock<R: Runtime<Handle: Io>>(cell: &Cell, pass: Pass) -> Result<Finished, Failure> {
    let ready = choose_polled::<R::Handle, _>(cell, Ready);
    run::<R>(cell, pass, ready)
}

fn with_executor<R>(cell: &Cell, pass: Pass) -> Result<Finished, Failure>
where
    R: Runtime<Handle: Io + Executor>,
{
    let ready = choose_polled::<R::Handle, _>(cell, Ready);
    run::<R>(cell, pass, ready.or_else(|ready| choose_spawning::<R::Handle, _>(cell, ready)))
}

fn with_tokio<R: Runtime<Handle = Tokio>>(cell: &Cell, pass: Pass) -> Result<Finished, Failure> {
    let ready = choose_polled::<Tokio, _>(cell, Ready);
    let ready = ready.or_else(|ready| choose_spawning::<Tokio, _>(cell, ready));
    run::<R>(cell, pass, ready.or_else(|ready| choose_tokio(cell, ready)))
}

fn run<R: Runtime<Handle: Io>>(
    cell: &Cell,
    pass: Pass,
    ready: Result<Arc<dyn Drive<R::Handle>>, Ready>,
) -> Result<Finished, Failure> {
    let Ok(drive) = ready else {
        let Cell { strategy, executor, .. } = cell;
        return Err(Failure::Unsupported(format!("{strategy} does not run on {executor}")));
    };
    measure::<R>(cell, pass, drive)
}
