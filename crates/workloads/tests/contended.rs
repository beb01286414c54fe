//! The contended service in virtual time, where queueing is exact.

mod common;

use std::{num::NonZeroUsize, time::Duration};

use bp_core::{Clock, Runtime, Workload};
use bp_observe::{Observed, Recorder};
use bp_record::Counts;
use bp_workloads::{Conditions, Contended, Law, Scenario, Terms};
use common::{MS, run, world};
use futures::FutureExt;

/// Two places, five more in line; each request needs three quanta of 1 ms.
fn terms() -> Terms {
    let places = NonZeroUsize::new(2).expect("two");
    Terms { places, queue: 5, law: Law::Fixed, service: 3 * MS, quantum: MS }
}

/// `jobs` requests of which `limit` at a time: how they ended, the mean latency in milliseconds of
/// those that were served, the makespan, and the peak that the service saw.
fn serve(terms: Terms, jobs: u64, limit: usize) -> (Counts, f64, Duration, usize) {
    let contended = Contended::new(terms, Some(jobs), 10, 7);
    let (tally, service) = (contended.tally(), contended.service());
    let recorder = Recorder::leak(jobs as usize);
    let observed = Observed::new(contended, recorder);
    let (scenario, makespan) = run(Scenario::new(observed, tally, Conditions::default()), limit);
    let counts = tally.counts();
    assert_eq!(counts.checksum, scenario.tally().expected(jobs), "known although some are refused");
    let trace = recorder.trace(Duration::ZERO, []);
    let sum = |moments: Vec<Option<u64>>| moments.into_iter().flatten().sum::<u64>();
    let latency = sum(trace.finished_ns) - sum(trace.started_ns);
    let mean = latency as f64 / 1e6 / (jobs - counts.refused) as f64;
    (counts, mean, makespan, service.peak())
}

#[test]
fn alone_a_request_takes_its_service_time() {
    let (counts, latency, makespan, peak) = serve(terms(), 6, 2);
    assert_eq!((latency, makespan, peak), (3.0, 9 * MS, 2));
    assert_eq!((counts.succeeded, counts.refused), (6, 0));
}

#[test]
fn latency_rises_with_load_and_throughput_does_not() {
    let (_, two, makespan_of_two, _) = serve(terms(), 12, 2);
    let (counts, six, makespan_of_six, peak) = serve(terms(), 12, 6);
    assert_eq!((counts.refused, peak), (0, 6));
    assert_eq!((makespan_of_two, makespan_of_six), (18 * MS, 18 * MS), "36 ms of work, two places");
    assert_eq!(two, 3.0);
    // Three requests share a place: nine quanta for each, but the last turns of a round end sooner.
    assert!((7.0..=9.0).contains(&six), "{six}");
}

#[test]
fn places_are_shared_round_robin() {
    // Were requests served to the end in order of arrival, the first two would need 3 ms.
    let contended = Contended::new(terms(), Some(6), 0, 7);
    let (tally, service, recorder) = (contended.tally(), contended.service(), Recorder::leak(6));
    let observed = Observed::new(contended, recorder);
    run(Scenario::new(observed, tally, Conditions::default()), 6);
    let mut finished = recorder.trace(Duration::ZERO, []).finished_ns;
    finished.sort_unstable();
    let expected = [7, 7, 8, 8, 9, 9].map(|ms| Some(ms * 1_000_000));
    assert_eq!(finished, expected);
    assert!((4..=6).contains(&service.longest_line()), "{}", service.longest_line());
}

#[test]
fn beyond_places_and_queue_requests_are_refused_at_once() {
    let (counts, _, makespan, peak) = serve(terms(), 20, 20);
    assert_eq!((counts.refused, counts.failed, counts.succeeded), (13, 13, 7));
    assert_eq!((counts.delivered, peak), (20, 7), "a refusal is an output");
    assert_eq!(makespan, 11 * MS, "21 quanta, two at a time");
    let unlimited = Terms { queue: usize::MAX, ..terms() };
    assert_eq!(serve(unlimited, 20, 20).0.refused, 0);
}

#[test]
fn a_request_that_is_dropped_gives_up_its_place() {
    let world = world();
    let clock = world.handle().clone();
    let contended = Contended::new(Terms { queue: 0, ..terms() }, None, 10, 7);
    world.run(async move {
        let mut held = [0, 1].map(|index| Box::pin(contended.job(index, &clock)));
        held.iter_mut().for_each(|job| assert!(job.now_or_never().is_none()));
        contended.job(2, &clock).await;
        assert_eq!(contended.tally().counts().refused, 1, "both places are taken");
        drop(held);
        let start = clock.now();
        contended.job(3, &clock).await;
        assert_eq!(contended.tally().counts().refused, 1);
        assert_eq!(clock.now() - start, 3 * MS);
    });
}

#[test]
fn a_quantum_of_nothing_still_ends() {
    let (counts, ..) =
        serve(Terms { service: Duration::from_nanos(5), quantum: Duration::ZERO, ..terms() }, 3, 2);
    assert_eq!(counts.succeeded, 3);
}
