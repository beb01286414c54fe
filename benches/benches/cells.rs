//! The curated cells as tests, called by their ids: this target speaks the protocol of `cargo
//! nextest`, which runs each in a process of its own.
//!
//! `cargo nextest run -p bp-benches --bench cells` runs all, `-E 'test(semaphore)'` some; `cargo
//! bench --bench cells -- materialize/smol` those whose id contains a text, one after the other.

use std::process::ExitCode;

use bp_benches::{EXECUTORS, cells, check_cell};

fn main() -> ExitCode {
    bp_bench::test_cells(
        EXECUTORS.into_iter().flat_map(cells).map(|cell| {
            (cell.id(), move || check_cell(&cell).map_err(|failure| failure.to_string()))
        }),
    )
}
