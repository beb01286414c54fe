//! The memory of the harness does not grow with the number of jobs, beyond those that are traced.
//!
//! A binary of its own, for there is one counting allocator in a process.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::num::NonZeroUsize;

use bp_observe::memory::{self, Counting};
use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Real, Work};
use bp_registry::{Watch, execute};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Jobs that yield, eight at a time.
fn cell(strategy: &str, jobs: u64) -> Cell {
    let catalogue = bp_registry::catalogue();
    let takes = |parameter| catalogue.strategy(strategy).unwrap().takes.contains(&parameter);
    let eight = |parameter| takes(parameter).then(|| NonZeroUsize::new(8).unwrap());
    Cell {
        work: Work {
            name: "yield".to_owned(),
            extent: Extent::Jobs(jobs),
            service_ns: 1_000,
            payload_bytes: 0,
            seed: 7,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: strategy.to_owned(),
        executor: "tokio-current-thread".to_owned(),
        threads: NonZeroUsize::MIN,
        limit: eight(Parameter::Limit),
        capacity: eight(Parameter::Capacity),
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

/// Most bytes live at one instant, of the run and of all that is derived from it.
fn peak(strategy: &str, jobs: u64, traced: usize) -> u64 {
    let meter = memory::begin().unwrap();
    let measured = execute(&cell(strategy, jobs), Watch::up_to(traced)).unwrap();
    assert_eq!(measured.sojourn.unwrap().count, jobs);
    assert!(measured.held_peak.unwrap() <= 8 + 8 + 1, "{strategy}");
    meter.finish().peak_bytes
}

#[test]
fn many_times_the_jobs_take_no_more_memory() {
    peak("semaphore", 100, 0); // what is made once a process
    for (strategy, jobs) in [("semaphore", 400_000), ("bounded-channel", 100_000)] {
        let (few, many) = (peak(strategy, 10_000, 1_000), peak(strategy, jobs, 1_000));
        // A greater spread of times fills more of the buckets, whose number is fixed.
        assert!(many < few + (1 << 20), "{strategy}: {few} bytes, then {many}");
        let traced = peak(strategy, 100_000, 100_000);
        assert!(traced > 100_000 * 44, "{strategy}: moments take room, and {traced} is none");
    }
}
