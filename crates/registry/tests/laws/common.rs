//! Cells for tests.

use std::num::{NonZeroU32, NonZeroUsize};

use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Real, Work};

/// `strategy` on the virtual clock, with a parameter for each that it takes: jobs whose mean
/// service is a second.
pub(crate) fn cell(workload: &str, strategy: &str, jobs: u64, limit: usize) -> Cell {
    let catalogue = bp_registry::catalogue();
    let entry = catalogue.strategy(strategy).unwrap_or_else(|| panic!("no strategy {strategy}"));
    let on_virtual = entry.executors.iter().any(|executor| executor == "virtual");
    let given = |parameter, value| {
        entry.takes.contains(&parameter).then(|| NonZeroUsize::new(value).unwrap())
    };
    Cell {
        work: Work {
            name: workload.to_owned(),
            extent: Extent::Jobs(jobs),
            service_ns: 1_000_000_000,
            payload_bytes: 64,
            seed: 7,
            places: NonZeroUsize::new(4).unwrap(),
            queue: 1_000_000,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: strategy.to_owned(),
        executor: if on_virtual { "virtual" } else { "tokio-current-thread" }.to_owned(),
        threads: NonZeroUsize::MIN,
        limit: given(Parameter::Limit, limit),
        capacity: given(Parameter::Capacity, limit),
        window: given(Parameter::Window, 4 * limit),
        pause_ns: entry.takes.contains(&Parameter::Pause).then_some(1_000_000),
        rate_per_second: entry.takes.contains(&Parameter::Rate).then_some(NonZeroU32::MAX),
    }
}

/// The names of all strategies that run on the virtual clock.
pub(crate) fn on_virtual() -> Vec<String> {
    let all = bp_registry::catalogue().strategies;
    let runs = |on: &Vec<String>| on.iter().any(|executor| executor == "virtual");
    all.into_iter().filter(|entry| runs(&entry.executors)).map(|entry| entry.name).collect()
}
