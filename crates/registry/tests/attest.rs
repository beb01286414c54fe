//! What another program says of a run is held against what is known of the cell.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{num::NonZeroUsize, time::Duration};

use bp_record::{
    Arrivals, Cell, Consumer, Counts, Extent, Faults, Measured, Quantiles, Trace, Work,
};
use bp_registry::{Failure, attest};

/// Two jobs of 1 ms, one every 2 ms, with the checksum that seed 1 gives.
fn cell() -> Cell {
    Cell {
        work: Work {
            name: "fixed".into(),
            extent: Extent::Jobs(2),
            service_ns: 1_000_000,
            payload_bytes: 0,
            seed: 1,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            arrivals: Arrivals::Constant { per_second: 500 },
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: "sequential".into(),
        executor: "theirs".into(),
        threads: NonZeroUsize::MIN,
        limit: None,
        capacity: None,
        window: None,
        pause_ns: None,
    }
}

fn told() -> Measured {
    let at = |moments: [u64; 2]| moments.map(Some).to_vec();
    Measured {
        makespan_ns: 3_500_000,
        counts: Counts {
            admitted: 2,
            succeeded: 2,
            delivered: 2,
            checksum: 6_791_897_765_849_424_158_u64.wrapping_add(17_405_687_883_870_564_846),
            ..Counts::default()
        },
        trace: Some(Trace {
            arrived_ns: vec![],
            admitted_ns: at([10, 2_000_100]),
            started_ns: at([20, 2_000_200]),
            finished_ns: at([1_000_020, 3_000_300]),
            delivered_ns: at([1_000_030, 3_000_400]),
            lost_ns: vec![None; 2],
            order: vec![0, 1],
        }),
        // What it must not say, and what is not believed.
        wait: Some(Quantiles::default()),
        in_flight_peak: Some(0),
        ..Measured::default()
    }
}

fn judged(cell: &Cell, told: Measured) -> Result<Measured, String> {
    attest(cell, told, Duration::from_secs(1), true).map_err(|failure| match failure {
        Failure::Wrong(message, _) => message,
        other => panic!("{other}"),
    })
}

#[test]
fn what_follows_from_the_moments_is_derived_from_them_and_the_cell() {
    let measured = judged(&cell(), told()).unwrap();
    let wait = measured.wait.unwrap();
    // From the arrival at 0 and at 2 ms, which the program was not asked for.
    assert_eq!((wait.count, wait.min_ns, wait.max_ns), (2, 20, 200));
    assert_eq!((measured.in_flight_peak, measured.held_peak), (Some(1), Some(1)));
    assert_eq!(measured.service_sum_ns, Some(2_000_100));
    assert_eq!(measured.trace.unwrap().arrived_ns, [0, 2_000_000]);
}

#[test]
fn a_job_is_not_admitted_before_it_comes() {
    let mut told = told();
    let trace = told.trace.as_mut().unwrap();
    trace.admitted_ns[1] = Some(1_100_000);
    let message = judged(&cell(), told).unwrap_err();
    assert_eq!(message, "job 1 was admitted at 1100000 ns and available only at 1999000 ns");
}

#[test]
fn a_trace_is_not_needed_and_then_nothing_is_derived() {
    let bare = Measured { trace: None, wait: None, in_flight_peak: None, ..told() };
    let measured = judged(&cell(), bare.clone()).unwrap();
    assert_eq!(measured, bare);
}

#[test]
fn numbers_beyond_all_bounds_are_refused_and_not_counted_through() {
    let endless = Cell { work: Work { extent: Extent::ForNs(5), ..cell().work }, ..cell() };
    let mut told = told();
    told.counts.admitted = u64::MAX;
    let message = judged(&endless, told).unwrap_err();
    assert!(message.starts_with("says that it admitted 18446744073709551615 of"), "{message}");
}

#[test]
fn names_that_are_not_in_the_registry_are_invalid() {
    let nobody = Cell { strategy: "nobody".into(), ..cell() };
    let failure = attest(&nobody, told(), Duration::from_secs(1), true).unwrap_err();
    assert!(matches!(failure, Failure::Invalid(_)));
}
