//! One strategy, written in one way, run in this process.

use std::{num::NonZeroUsize, str::FromStr};

use bp_bounded_channel::BoundedChannel;
use bp_core::{Runtime, Strategy};
use bp_materialize::{Materialize, MaterializeSpawned};
use bp_observe::memory;
use bp_semaphore::{SemaphoreBefore, SemaphoreTokio};
use bp_tokio::{CurrentThread, Tokio};

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
    /// By hand for Tokio, cancelled when dropped.
    Cancelling,
    /// As our crate, through the contract.
    Contract,
}

impl Written {
    /// The word that stands for it on a child's command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Lean => "lean",
            Self::Cancelling => "cancelling",
            Self::Contract => "contract",
        }
    }
}

impl FromStr for Written {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, anyhow::Error> {
        let all = [Self::Lean, Self::Cancelling, Self::Contract];
        let found = all.into_iter().find(|written| written.word() == text);
        found.ok_or_else(|| anyhow::anyhow!("`{text}` is not lean, cancelling or contract"))
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
        Written::Contract => contract(&runtime, strategy, jobs),
    }
    assert_eq!(sum(), (0..jobs).sum::<u64>(), "{strategy} delivered something else");
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
        // Its jobs live within the future that is dropped.
        "materialize" => runtime.run(lean::materialize(jobs, limit)),
        "materialize-spawned" => runtime.run(cancelling::materialize_spawned(jobs, limit)),
        other => panic!("{other} is not in the table"),
    }
}

fn contract(runtime: &CurrentThread, strategy: &str, jobs: u64) {
    let limit = LIMIT;
    match strategy {
        "semaphore" => drive(runtime, SemaphoreBefore { permits: limit }, jobs),
        "semaphore-tokio" => drive(runtime, SemaphoreTokio { permits: limit }, jobs),
        "bounded-channel" => {
            drive(runtime, BoundedChannel { workers: limit, capacity: limit }, jobs);
        }
        "materialize" => drive(runtime, Materialize { limit }, jobs),
        "materialize-spawned" => drive(runtime, MaterializeSpawned { limit }, jobs),
        other => panic!("{other} is not in the table"),
    }
}

fn drive(runtime: &CurrentThread, strategy: impl Strategy<Tokio>, jobs: u64) {
    let workload = Jobs(jobs);
    runtime.run(async move { strategy.run(&workload, &Tokio).await });
}
