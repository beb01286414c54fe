//! Every executor, and which strategies it runs.

use std::{marker::PhantomData, num::NonZeroUsize, sync::Arc};

use bp_async_std::AsyncStd;
use bp_core::{Executor, Io, Runtime, Strategy, Workload};
use bp_record::Cell;
use bp_tokio::Tokio;
use bp_workloads::Counted;

use crate::{
    Watch,
    measure::{Drive, Failure, Finished, Make, measure},
    strategies::{
        ASYNC_STD, POLLED, Row, SPAWNING, TOKIO, Visit, choose_async_std, choose_polled,
        choose_spawning, choose_tokio,
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
}

macro_rules! executors {
    ($($name:literal $runtime:ty, $run:ident, [$($table:ident)+], [$($flag:ident)*], $sentence:literal;)+) => {
        pub(crate) const EXECUTORS: &[ExecutorRow] = &[$(ExecutorRow {
            name: $name,
            sentence: $sentence,
            strategies: &[$($table),+],
            environment: <$runtime as Runtime>::environment,
            $($flag: true,)*
            ..PLAIN
        }),+];

        /// A workload whose jobs every executor here can run: anything that implements
        /// [`Workload`] for all that is a [`Clock`](bp_core::Clock), or [`Io`].
        pub trait Everywhere: $(Workload<<$runtime as Runtime>::Handle> +)+ {}

        impl<W> Everywhere for W where W: $(Workload<<$runtime as Runtime>::Handle> +)+ {}

        /// Runs `cell` on its executor, whichever that is.
        pub(crate) fn run_everywhere<W: Everywhere + Counted>(
            cell: &Cell,
            watch: Watch,
            make: Make<W>,
        ) -> Result<Finished, Failure> {
            match cell.executor.as_str() {
                $($name => $run::<$runtime, W>(cell, watch, make),)+
                _ => Err(unsupported(cell)),
            }
        }
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
};

executors! {
    "tokio" bp_tokio::MultiThread, with_tokio, [POLLED SPAWNING TOKIO], [],
        "Tokio's multi-threaded runtime";
    "tokio-current-thread" bp_tokio::CurrentThread, with_tokio, [POLLED SPAWNING TOKIO],
        [single_threaded], "Tokio's current-thread runtime";
    "async-std" bp_async_std::AsyncStd, with_async_std, [POLLED SPAWNING ASYNC_STD], [legacy],
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

/// Runs `cell` on one of Tokio's runtimes, for a workload that runs on no other executor.
pub(crate) fn run_on_tokio<W: Workload<Tokio> + Counted>(
    cell: &Cell,
    watch: Watch,
    make: Make<W>,
) -> Result<Finished, Failure> {
    match cell.executor.as_str() {
        "tokio" => with_tokio::<bp_tokio::MultiThread, W>(cell, watch, make),
        "tokio-current-thread" => with_tokio::<bp_tokio::CurrentThread, W>(cell, watch, make),
        _ => Err(unsupported(cell)),
    }
}

/// Makes a strategy ready to be measured on a workload of type `W`.
struct Ready<W>(PhantomData<W>);

impl<X: Io, W: Workload<X>> Visit<X> for Ready<W> {
    type Output = Arc<dyn Drive<X, W>>;

    fn visit<S: Strategy<X>>(self, strategy: S) -> Self::Output {
        Arc::new(strategy)
    }
}

fn with_clock<R, W>(cell: &Cell, watch: Watch, make: Make<W>) -> Result<Finished, Failure>
where
    R: Runtime<Handle: Io>,
    W: Workload<R::Handle> + Counted,
{
    let ready = choose_polled::<R::Handle, _>(cell, Ready(PhantomData));
    measure::<R, W>(cell, watch, make, ready.map_err(|_| unsupported(cell))?)
}

fn with_executor<R, W>(cell: &Cell, watch: Watch, make: Make<W>) -> Result<Finished, Failure>
where
    R: Runtime<Handle: Io + Executor>,
    W: Workload<R::Handle> + Counted,
{
    let ready = choose_polled::<R::Handle, _>(cell, Ready(PhantomData));
    let ready = ready.or_else(|ready| choose_spawning::<R::Handle, _>(cell, ready));
    measure::<R, W>(cell, watch, make, ready.map_err(|_| unsupported(cell))?)
}

fn with_tokio<R, W>(cell: &Cell, watch: Watch, make: Make<W>) -> Result<Finished, Failure>
where
    R: Runtime<Handle = Tokio>,
    W: Workload<Tokio> + Counted,
{
    let ready = choose_polled::<Tokio, _>(cell, Ready(PhantomData));
    let ready = ready.or_else(|ready| choose_spawning::<Tokio, _>(cell, ready));
    let ready = ready.or_else(|ready| choose_tokio(cell, ready));
    measure::<R, W>(cell, watch, make, ready.map_err(|_| unsupported(cell))?)
}

fn with_async_std<R, W>(cell: &Cell, watch: Watch, make: Make<W>) -> Result<Finished, Failure>
where
    R: Runtime<Handle = AsyncStd>,
    W: Workload<AsyncStd> + Counted,
{
    let ready = choose_polled::<AsyncStd, _>(cell, Ready(PhantomData));
    let ready = ready.or_else(|ready| choose_spawning::<AsyncStd, _>(cell, ready));
    let ready = ready.or_else(|ready| choose_async_std(cell, ready));
    measure::<R, W>(cell, watch, make, ready.map_err(|_| unsupported(cell))?)
}

fn unsupported(cell: &Cell) -> Failure {
    let Cell { strategy, executor, .. } = cell;
    Failure::Unsupported(format!("{strategy} does not run on {executor} here"))
}
