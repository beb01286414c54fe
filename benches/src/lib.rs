//! Criterion benches over cells of the matrix, one bench target an executor.
//!
//! Criterion shows time only: the makespan of a run, from one clock pair, the runtime started and
//! warm before. For memory and latency there is the target `memory-and-latency`, and the main
//! program. A bench is called by the id of its cell.

use std::{num::NonZeroUsize, thread, time::Duration};

use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Pass, Work};
use criterion::Criterion;

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

/// Runs the benches of one executor, as Criterion's own `main` would: `cargo bench` times them,
/// `cargo bench -- --test` runs each once.
///
/// # Panics
/// If a cell breaks a promise: benches are tests.
pub fn bench(executor: &str) {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for cell in cells(executor) {
        criterion.bench_function(&cell.id(), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| run_cell(&cell)).sum());
        });
    }
    criterion.final_summary();
}

/// The makespan of one run of `cell`, whose driver is a task of the executor.
fn run_cell(cell: &Cell) -> Duration {
    match bp_registry::execute(cell, Pass::Time) {
        Ok(measured) => Duration::from_nanos(measured.makespan_ns),
        Err(failure) => panic!("{}: {failure}", cell.id()),
    }
}

/// The curated cells of `executor`.
fn cells(executor: &str) -> Vec<Cell> {
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
        })
    });
    cells.collect()
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
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    }
}
