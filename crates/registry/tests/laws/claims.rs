//! Every strategy keeps what it claims; what it does not claim, it is seen not to keep.
//!
//! On the virtual clock, so that nothing depends on the machine. `execute` itself fails a run that
//! breaks a claim; the probes below show that each claim which is *not* made would have been false.

use std::num::NonZeroUsize;

use crate::common::{cell, on_virtual};
use bp_core::{Claims, Order};
use bp_record::{Arrivals, Consumer, Counts, Faults, Measured, Pass, Trace};
use bp_registry::{Failure, claims, execute};

const JOBS: u64 = 400;
const LIMIT: usize = 8;

fn run(strategy: &str) -> (Claims, Measured) {
    let cell = cell("exponential", strategy, JOBS, LIMIT);
    let measured = execute(&cell, Pass::Trace).unwrap_or_else(|e| panic!("{strategy}: {e:?}"));
    (claims(&cell).unwrap(), measured)
}

/// The strategies that lack a claim, in the order of the catalogue.
fn without(claim: fn(&Claims) -> bool) -> Vec<String> {
    let names = on_virtual().into_iter();
    names.filter(|name| !claim(&claims(&cell("fixed", name, 1, LIMIT)).unwrap())).collect()
}

#[test]
fn claims_are_kept() {
    for strategy in on_virtual() {
        let (claims, measured) = run(&strategy);
        let Counts { succeeded, shed, .. } = measured.counts;
        assert_eq!(succeeded + shed, JOBS, "{strategy}");
        assert_eq!(shed > 0, claims.sheds, "{strategy}: they are all there at once");
        let limit = claims.limit.map_or(u64::MAX, |limit| limit.get() as u64);
        assert!(measured.in_flight_peak.unwrap() <= limit, "{strategy}");
        if claims.order == Order::Input {
            let order = measured.trace.unwrap().order;
            assert!(order.iter().copied().eq(0..JOBS), "{strategy}: {order:?}");
        }
    }
}

#[test]
fn a_limit_that_is_not_claimed_is_exceeded() {
    let unlimited = without(|claims| claims.limit.is_some());
    assert_eq!(
        unlimited,
        [
            "unbounded-spawn",
            "unbounded-spawn-gather",
            "sleep-yield",
            "sleep-yield-pause",
            "as-completed-all"
        ]
    );
    for strategy in unlimited {
        let (_, measured) = run(&strategy);
        assert!(measured.in_flight_peak.unwrap() > JOBS / 2, "{strategy}");
    }
}

#[test]
fn a_window_that_is_not_claimed_is_as_wide_as_the_input() {
    let unbounded = without(|claims| claims.window.is_some());
    assert_eq!(
        unbounded,
        [
            "unbounded-spawn",
            "unbounded-spawn-gather",
            "sleep-yield",
            "sleep-yield-pause",
            "semaphore-inside",
            "thread-pool-map",
            "as-completed-all"
        ]
    );
    for strategy in unbounded {
        let (_, measured) = run(&strategy);
        assert!(measured.held_peak.unwrap() > JOBS / 2, "{strategy}");
    }
}

#[test]
fn the_order_of_the_source_is_not_kept_by_those_that_do_not_claim_it() {
    for strategy in without(|claims| claims.order == Order::Input) {
        let (_, measured) = run(&strategy);
        assert!(measured.out_of_order.unwrap() > 0, "{strategy}");
    }
}

/// How many outputs were delivered after that of a job which had finished later.
fn overtaken(trace: &Trace) -> usize {
    let finished: Vec<_> = trace.order.iter().map(|&job| trace.finished_ns[job as usize]).collect();
    finished.windows(2).filter(|pair| pair[1] < pair[0]).count()
}

#[test]
fn the_loops_that_scan_deliver_in_the_order_of_their_list() {
    // While an output is consumed several jobs end; then the scan finds first what stands first.
    let run = |strategy| {
        let mut busy = cell("exponential", strategy, JOBS, LIMIT);
        busy.work.consumer = Consumer::Parallel { time_ns: 1_000_000_000 };
        overtaken(&execute(&busy, Pass::Trace).unwrap().trace.unwrap())
    };
    for strategy in ["as-completed-all", "as-completed-polling", "wait-any"] {
        assert!(run(strategy) > 0, "{strategy}");
    }
    assert_eq!(run("as-completed"), 0, "and the one that is woken does not");
}

#[test]
fn every_job_ends_once_when_some_fail_and_some_panic() {
    for strategy in on_virtual() {
        let mut sour = cell("exponential", &strategy, JOBS, LIMIT);
        if claims(&sour).unwrap().sheds {
            sour.work.arrivals = Arrivals::Constant { per_second: 10 }; // more than it has places for
        }
        sour.work.faults = Faults { fail_per_million: 100_000, panic_per_million: 100_000 };
        let counts =
            execute(&sour, Pass::Trace).unwrap_or_else(|e| panic!("{strategy}: {e:?}")).counts;
        let Counts { succeeded, failed, panicked, shed, .. } = counts;
        assert!(failed > 0 && panicked > 0, "{strategy}: {counts:?}");
        assert_eq!(succeeded + failed + panicked + shed, JOBS, "{strategy}");
    }
}

#[test]
fn an_open_loop_is_served_by_all() {
    for strategy in on_virtual() {
        let mut paced = cell("exponential", &strategy, JOBS, LIMIT);
        paced.work.arrivals = Arrivals::Poisson { per_second: 4 };
        let measured = execute(&paced, Pass::Trace).unwrap_or_else(|e| panic!("{strategy}: {e:?}"));
        let arrived = measured.trace.unwrap().arrived_ns;
        assert!(measured.makespan_ns >= *arrived.last().unwrap(), "{strategy}");
    }
}

#[test]
fn limits_that_are_counts_have_no_largest_and_reserve_nothing() {
    for strategy in on_virtual() {
        let mut huge = cell("exponential", &strategy, 100, LIMIT);
        huge.limit = huge.limit.map(|_| NonZeroUsize::MAX);
        huge.window = huge.window.map(|_| NonZeroUsize::MAX);
        match execute(&huge, Pass::Trace) {
            Ok(measured) => assert_eq!(measured.counts.succeeded, 100, "{strategy}"),
            Err(Failure::Invalid(message)) => {
                let reserves = strategy.contains("channel") || strategy.contains("pool");
                assert!(reserves && message.contains("largest allowed"), "{strategy}: {message}");
            }
            Err(failure) => panic!("{strategy}: {failure:?}"),
        }
    }
}

#[test]
fn with_a_limit_of_one_jobs_run_one_after_another() {
    for strategy in on_virtual() {
        let mut single = cell("fixed", &strategy, 20, 1);
        single.capacity = single.capacity.map(|_| NonZeroUsize::MIN);
        if single.limit.is_some() {
            let measured = execute(&single, Pass::Trace).unwrap();
            assert_eq!(measured.in_flight_peak, Some(1), "{strategy}");
            let one_by_one = measured.counts.succeeded * 1_000_000_000;
            assert_eq!(measured.makespan_ns, one_by_one, "{strategy}");
            assert!(measured.counts.succeeded + measured.counts.shed == 20, "{strategy}");
        }
    }
}
