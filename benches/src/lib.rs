//! The cells that `cargo bench` times and that `cargo nextest run --bench cells` tests.

use std::{num::NonZeroUsize, thread, time::Duration};

use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Pass, Real, Work};
use bp_registry::Failure;

/// The executors whose cells are benched, a bench target each.
pub const EXECUTORS: [&str; 4] = ["tokio", "async-std", "smol", "futures"];

/// A curated few: a strategy of each kind.
const STRATEGIES: [&str; 9] = [
    "unbounded-spawn",
    "batching",
    "semaphore",
    "semaphore-tokio",
    "bounded-channel",
    "as-completed",
    "as-completed-join-set",
    "materialize",
    "materialize-spawned",
];

/// Without a timer, so that what is timed is strategy and executor.
const WORKLOADS: [&str; 2] = ["yield", "cpu"];

const JOBS: u64 = 2_000;
const LIMIT: NonZeroUsize = NonZeroUsize::new(64).expect("it is not zero");

/// The curated cells of `executor`.
pub fn cells(executor: &str) -> Vec<Cell> {
    let catalogue = bp_registry::catalogue();
    let entries = STRATEGIES.iter().filter_map(|name| catalogue.strategy(name));
    let entries = entries.filter(|entry| entry.executors.iter().any(|name| name == executor));
    let cells = entries.flat_map(|entry| {
        let takes = |parameter| entry.takes.contains(&parameter).then_some(LIMIT);
        WORKLOADS.map(|workload| Cell {
            work: work(workload),
            strategy: entry.name.clone(),
            executor: executor.to_owned(),
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            limit: takes(Parameter::Limit),
            capacity: takes(Parameter::Capacity),
            window: takes(Parameter::Window),
            pause_ns: None,
            rate_per_second: None,
        })
    });
    cells.collect()
}

/// The makespan of one run of `cell` in this process, from one clock pair; the driver is a task of
/// the executor, which is started and warm before.
///
/// # Errors
/// If the cell breaks a promise that is seen without looking at each job: that every job ends and
/// every output is delivered, once. [`check_cell`] looks.
pub fn run_cell(cell: &Cell) -> Result<Duration, Failure> {
    let measured = bp_registry::execute(cell, Pass::Time)?;
    Ok(Duration::from_nanos(measured.makespan_ns))
}

/// Runs `cell` once and holds every job of it to what the strategy promises: limit, window, order.
///
/// # Errors
/// If the cell breaks a promise: benches are tests.
pub fn check_cell(cell: &Cell) -> Result<(), Failure> {
    bp_registry::execute(cell, Pass::Trace).map(drop)
}

fn work(name: &str) -> Work {
    Work {
        name: name.to_owned(),
        extent: Extent::Jobs(JOBS),
        service_ns: 0,
        payload_bytes: 0,
        seed: 1,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    }
}
