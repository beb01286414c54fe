//! On the virtual clock a strategy takes exactly as long as its rule implies.

use std::num::NonZeroUsize;

use crate::common::cell;
use bp_analysis::replay;
use bp_record::{Cell, Measured, Pass};
use bp_registry::execute;

fn run(cell: &Cell) -> Measured {
    execute(cell, Pass::Trace).unwrap_or_else(|failure| panic!("{}: {failure:?}", cell.id()))
}

/// The service times of jobs, in the order of their index.
fn services(measured: &Measured) -> Vec<u64> {
    starts(measured).map(|(_, service)| service).collect()
}

/// The service times of jobs, in the order in which they started.
fn services_as_started(measured: &Measured) -> Vec<u64> {
    let mut starts: Vec<_> = starts(measured).collect();
    starts.sort_by_key(|&(started, _)| started);
    starts.into_iter().map(|(_, service)| service).collect()
}

/// When each job started, and how long its service took.
fn starts(measured: &Measured) -> impl Iterator<Item = (u64, u64)> {
    let trace = measured.trace.as_ref().expect("the run is small enough to be kept");
    let moments = trace.started_ns.iter().zip(&trace.finished_ns);
    moments.map(|(started, finished)| (started.unwrap(), finished.unwrap() - started.unwrap()))
}

/// A number that is not zero.
fn n(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

const LAWS: [&str; 7] =
    ["fixed", "uniform", "exponential", "lognormal", "pareto", "stragglers", "reciprocal"];

#[test]
fn refilling_is_greedy_to_the_nanosecond() {
    let refill = [
        "semaphore",
        "semaphore-inside",
        "semaphore-tokio",
        "bounded-channel",
        "bounded-channel-tokio",
        "thread-pool",
        "thread-pool-map",
        "as-completed",
        "as-completed-polling",
        "wait-any",
    ];
    for law in LAWS {
        for strategy in refill {
            let measured = run(&cell(law, strategy, 1_000, 10));
            let ideal = replay::greedy(&services_as_started(&measured), n(10));
            assert_eq!(measured.makespan_ns, ideal, "{strategy} on {law}");
        }
    }
}

#[test]
fn batching_takes_the_slowest_of_each_batch() {
    for law in LAWS {
        for strategy in ["batching", "batching-joined"] {
            let measured = run(&cell(law, strategy, 1_000, 10));
            let ideal = replay::batches(&services(&measured), n(10));
            assert_eq!(measured.makespan_ns, ideal, "{strategy} on {law}");
        }
    }
}

#[test]
fn order_waits_for_the_head_of_the_window() {
    for law in LAWS {
        for (strategy, window) in
            [("materialize", 10), ("materialize-spawned", 10), ("materialize-window", 40)]
        {
            let measured = run(&cell(law, strategy, 1_000, 10));
            let ideal = replay::ordered(&services(&measured), n(10), n(window));
            assert_eq!(measured.makespan_ns, ideal, "{strategy} on {law}");
        }
    }
}

#[test]
fn sequential_and_unbounded_are_the_sum_and_the_longest() {
    for law in LAWS {
        let one = run(&cell(law, "sequential", 300, 1));
        assert_eq!(one.makespan_ns, services(&one).iter().sum::<u64>(), "{law}");
        for strategy in ["unbounded-spawn", "unbounded-spawn-gather", "as-completed-all"] {
            let all = run(&cell(law, strategy, 300, 1));
            assert_eq!(Some(&all.makespan_ns), services(&all).iter().max(), "{strategy} on {law}");
        }
    }
}

#[test]
fn exponential_service_costs_what_theory_says() {
    // Mean slowdown against the semaphore for limit 10, of many jobs: 2.93 and 2.32. A finite run
    // has tails, so this is within 5 %; the exact figures are those of the replay.
    let makespan = |strategy| run(&cell("exponential", strategy, 100_000, 10)).makespan_ns as f64;
    let semaphore = makespan("semaphore");
    for (strategy, expected) in [("batching", 2.929), ("materialize", 2.323)] {
        let slowdown = makespan(strategy) / semaphore;
        assert!((slowdown / expected - 1.0).abs() < 0.05, "{strategy}: {slowdown}");
    }
}
