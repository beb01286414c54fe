//! What another program says of a run is held against what is known of the cell.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use bp_record::{
    Arrivals, Cell, Consumer, Counts, Extent, Faults, Measured, Parameter, Pass, Quantiles, Real,
    Trace, Work,
};
use bp_registry::{Failure, attest, execute};

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
            real: Real::default(),
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
        rate_per_second: None,
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

/// Sixty jobs of a second on the virtual clock, where every figure is exact.
fn ours(strategy: &str) -> Cell {
    let catalogue = bp_registry::catalogue();
    let takes = &catalogue.strategy(strategy).unwrap().takes;
    let given =
        |parameter, value| takes.contains(&parameter).then(|| NonZeroUsize::new(value).unwrap());
    let work = Work {
        name: "exponential".into(),
        extent: Extent::Jobs(60),
        service_ns: 1_000_000_000,
        arrivals: Arrivals::Drain,
        ..cell().work
    };
    Cell {
        work,
        strategy: strategy.into(),
        executor: "virtual".into(),
        limit: given(Parameter::Limit, 4),
        capacity: given(Parameter::Capacity, 4),
        window: given(Parameter::Window, 8),
        pause_ns: takes.contains(&Parameter::Pause).then_some(1_000_000),
        rate_per_second: takes.contains(&Parameter::Rate).then_some(NonZeroU32::MAX),
        ..cell()
    }
}

/// What a program of somebody else tells of that run of ours.
fn retold(ours: &Measured) -> Measured {
    let trace = ours.trace.clone().map(|trace| Trace { arrived_ns: vec![], ..trace });
    Measured { counts: ours.counts, makespan_ns: ours.makespan_ns, trace, ..Measured::default() }
}

/// As the judge hears it: on a virtual clock an hour may pass in no time.
fn heard(cell: &Cell, told: Measured) -> Result<Measured, String> {
    attest(cell, told, Duration::MAX, true).map_err(|failure| failure.to_string())
}

#[test]
fn a_run_of_ours_told_by_another_says_the_same() {
    for entry in bp_registry::catalogue().strategies {
        if !entry.executors.iter().any(|name| name == "virtual") {
            continue;
        }
        let drained = ours(&entry.name);
        let mut paced = drained.clone();
        paced.work.arrivals = Arrivals::Poisson { per_second: 2 };
        paced.work.consumer = Consumer::Serial { time_ns: 300_000_000 };
        for cell in [drained, paced] {
            let ours = execute(&cell, Pass::Trace).unwrap();
            let mut told =
                heard(&cell, retold(&ours)).unwrap_or_else(|e| panic!("{}: {e}", cell.id()));
            let ideal = told.ideal.as_mut().unwrap_or_else(|| panic!("{}", cell.id()));
            let paced = cell.work.arrivals != Arrivals::Drain;
            if let Some(own) = ours.ideal.as_ref().filter(|_| paced) {
                // Nobody tells how long its consumer took, and here it is never late.
                let missing = ideal.missing.take().unwrap_or_default();
                assert!(missing.starts_with("nobody saw how long"), "{}: {missing}", cell.id());
                assert_eq!(own.consumer_mean_ns, Some(300_000_000), "{}", cell.id());
                ideal.missing = own.missing.clone();
                ideal.consumer_mean_ns = own.consumer_mean_ns;
            }
            assert_eq!(told.open_loop.is_some(), paced, "{}", cell.id());
            assert_eq!(told, Measured { threads_found: None, ..ours }, "{}", cell.id());
        }
    }
}

#[test]
fn who_runs_by_another_rule_than_it_says_is_found_out() {
    // The limit, the window and every count are as promised; the rule alone is not.
    let pool = execute(&ours("semaphore"), Pass::Trace).unwrap();
    let said = heard(&ours("batching"), retold(&pool)).unwrap_err();
    assert!(said.contains("and its rule allows no less than"), "{said}");
    assert!(heard(&ours("semaphore"), retold(&pool)).is_ok());
    let scan = |strategy| {
        let mut slow = ours(strategy);
        slow.work.consumer = Consumer::Parallel { time_ns: 1_000_000_000 };
        slow.work.extent = Extent::Jobs(1_000); // the most that our own runs keep one by one
        slow
    };
    let scanned = execute(&scan("as-completed-polling"), Pass::Trace).unwrap();
    let said = heard(&scan("as-completed"), retold(&scanned)).unwrap_err();
    assert!(said.starts_with("promised the order of completion"), "{said}");
}

#[test]
fn an_honest_panic_is_counted_and_a_lost_output_is_not_taken_for_one() {
    let panicked = || {
        let mut told = told();
        let trace = told.trace.as_mut().unwrap();
        trace.finished_ns[1] = None;
        trace.delivered_ns[1] = None;
        trace.lost_ns[1] = Some(2_000_300); // long before its time is over
        trace.order = vec![0];
        told.makespan_ns = 2_100_000;
        told.counts = Counts {
            admitted: 2,
            succeeded: 1,
            panicked: 1,
            delivered: 1,
            checksum: 6_791_897_765_849_424_158,
            lost: 17_405_687_883_870_564_846,
            ..Counts::default()
        };
        told
    };
    let measured = judged(&cell(), panicked()).unwrap();
    assert_eq!((measured.counts.panicked, measured.service.unwrap().count), (1, 1));
    let bare = Measured { trace: None, wait: None, in_flight_peak: None, ..panicked() };
    assert!(judged(&cell(), bare).is_ok(), "without a trace, too");
    let mut told = panicked();
    told.counts.lost = 0;
    let message = judged(&cell(), told).unwrap_err();
    assert!(message.starts_with("the checksum of the delivered outputs"), "{message}");
    let mut told = panicked();
    (told.counts.panicked, told.counts.succeeded) = (0, 2);
    let message = judged(&cell(), told).unwrap_err();
    assert_eq!(message, "delivered 1 of 2 outputs");
    // A job that went well in the counts is lost in the trace.
    let mut told = panicked();
    (told.counts, told.makespan_ns) = (self::told().counts, 3_500_000);
    let message = judged(&cell(), told).unwrap_err();
    assert_eq!(message, "delivered 2 outputs, and the trace has 1 deliveries");
}
