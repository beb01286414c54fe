//! One strategy, written in one way, run in this process.

use std::{num::NonZeroUsize, str::FromStr};

use bp_bounded_channel::BoundedChannel;
use bp_core::{Runtime, Strategy, Workload};
use bp_materialize::{Materialize, MaterializeSpawned};
use bp_observe::memory;
use bp_semaphore::{SemaphoreBefore, SemaphoreTokio};
use bp_tokio::{CurrentThread, Tokio};
use bp_workloads::{AnyWorkload, Conditions, Doing, Scenario, Simulated};

use crate::{
    cancelling,
    job::{Jobs, sum},
    lean,
};

/// Most jobs in flight.
const LIMIT: NonZeroUsize = NonZeroUsize::new(64).expect("it is not zero");

/// How a strategy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// By hand for Tokio, as lean as can be.
    Lean,
    /// By hand for Tokio, cancelled when dropped, panics contained.
    Cancelling,
    /// As our crate, through the contract.
    Contract,
    /// The same on a workload of the harness, counted as in every time pass.
    Counted,
}

impl Written {
    /// The word that stands for it on a child's command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Lean => "lean",
            Self::Cancelling => "cancelling",
            Self::Contract => "contract",
            Self::Counted => "counted",
        }
    }
}

impl FromStr for Written {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, anyhow::Error> {
        let all = [Self::Lean, Self::Cancelling, Self::Contract, Self::Counted];
        let found = all.into_iter().find(|written| written.word() == text);
        found
            .ok_or_else(|| anyhow::anyhow!("`{text}` is not lean, cancelling, contract or counted"))
    }
}

/// Runs `jobs` jobs on one thread, so that counts repeat.
///
/// Nothing is counted in here: the allocator's counting would be instructions like any other.
///
/// # Panics
/// If an output was not delivered once.
pub(crate) fn run(strategy: &str, written: Written, jobs: u64) {
    let runtime = CurrentThread::start(NonZeroUsize::MIN, 0);
    match written {
        Written::Lean => lean(&runtime, strategy, jobs),
        Written::Cancelling => cancelling(&runtime, strategy, jobs),
        Written::Contract => contract(&runtime, strategy, Jobs(jobs)),
        Written::Counted => return counted(&runtime, strategy, jobs),
    }
    assert_eq!(sum(), Some((0..jobs).sum()), "{strategy} delivered something else");
}

/// The same, and how often it allocated.
///
/// # Panics
/// As [`run`].
pub(crate) fn count_allocations(strategy: &str, written: Written, jobs: u64) -> u64 {
    let meter = memory::begin().expect("this program installs the allocator");
    run(strategy, written, jobs);
    meter.finish().allocations
}

fn lean(runtime: &CurrentThread, strategy: &str, jobs: u64) {
    let limit = LIMIT.get();
    match strategy {
        "semaphore" => runtime.run(lean::semaphore(jobs, limit)),
        "semaphore-tokio" => runtime.run(lean::semaphore_tokio(jobs, limit)),
        "bounded-channel" => runtime.run(lean::bounded_channel(jobs, limit)),
        "materialize" => runtime.run(lean::materialize(jobs, limit)),
        "materialize-spawned" => runtime.run(lean::materialize_spawned(jobs, limit)),
        other => panic!("{other} is not in the table"),
    }
}

fn cancelling(runtime: &CurrentThread, strategy: &str, jobs: u64) {
    let limit = LIMIT.get();
    match strategy {
        "semaphore" => runtime.run(cancelling::semaphore(jobs, limit)),
        "semaphore-tokio" => runtime.run(cancelling::semaphore_tokio(jobs, limit)),
        "bounded-channel" => runtime.run(cancelling::bounded_channel(jobs, limit)),
        "materialize" => runtime.run(cancelling::materialize(jobs, limit)),
        "materialize-spawned" => runtime.run(cancelling::materialize_spawned(jobs, limit)),
        other => panic!("{other} is not in the table"),
    }
}

fn contract<W: Workload<Tokio>>(runtime: &CurrentThread, strategy: &str, workload: W) {
    let limit = LIMIT;
    match strategy {
        "semaphore" => drive(runtime, SemaphoreBefore { permits: limit }, workload),
        "semaphore-tokio" => drive(runtime, SemaphoreTokio { permits: limit }, workload),
        "bounded-channel" => {
            drive(runtime, BoundedChannel { workers: limit, capacity: limit }, workload);
        }
        "materialize" => drive(runtime, Materialize { limit }, workload),
        "materialize-spawned" => drive(runtime, MaterializeSpawned { limit }, workload),
        other => panic!("{other} is not in the table"),
    }
}

fn drive<W: Workload<Tokio>>(runtime: &CurrentThread, strategy: impl Strategy<Tokio>, workload: W) {
    runtime.run(async move { strategy.run(&workload, &Tokio).await });
}

/// As a time pass does it: the workload in its scenario, and nothing that looks at it.
fn counted(runtime: &CurrentThread, strategy: &str, jobs: u64) {
    let work = AnyWorkload::Simulated(Simulated::new(Doing::Yield, Some(jobs), 0, 0));
    let tally = work.tally();
    let scenario = Scenario::new(work, tally, Conditions::default());
    let expected = tally.expected(jobs);
    contract(runtime, strategy, scenario);
    let counts = tally.counts();
    let delivered = (counts.delivered, counts.checksum);
    assert_eq!(delivered, (jobs, expected), "{strategy} delivered something else");
}
