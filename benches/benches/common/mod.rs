//! Criterion benches over cells of the matrix, one bench target an executor.
//!
//! Criterion shows time only: the makespan of a run, from one clock pair, the runtime started and
//! warm before. For memory and latency there is the target `memory-and-latency`, and the main
//! program. A bench is called by the id of its cell.

use std::time::Duration;

use bp_benches::{cells, run_cell};
use bp_record::Cell;
use criterion::Criterion;

/// Runs the benches of one executor, as Criterion's own `main` would: `cargo bench` times them,
/// `cargo bench -- --test` runs each once.
///
/// # Panics
/// If a cell breaks a promise: benches are tests.
pub(crate) fn bench(executor: &str) {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for cell in cells(executor) {
        criterion.bench_function(&cell.id(), |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| timed(&cell)).sum());
        });
    }
    criterion.final_summary();
}

fn timed(cell: &Cell) -> Duration {
    run_cell(cell).unwrap_or_else(|failure| panic!("{}: {failure}", cell.id()))
}
