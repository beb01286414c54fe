//! On the virtual clock, against a service whose places are known: the limit finds them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{future::Future, num::NonZeroUsize, time::Duration};

use bp_adaptive::Adaptive;
use bp_core::{Runtime, Strategy, Workload};
use bp_observe::{Observed, Recorder};
use bp_record::Trace;
use bp_virtual::{Virtual, VirtualWorld};
use bp_workloads::{Contended, Law, Receipt, Terms};
use futures::future::Either;

const SERVICE: Duration = Duration::from_millis(20);

/// A service with so many places; it serves round robin, so each waits for all the others.
fn service(places: usize, queue: usize, law: Law, jobs: u64) -> Contended {
    let places = NonZeroUsize::new(places).unwrap();
    let terms = Terms { places, queue, law, service: SERVICE, quantum: SERVICE / 4 };
    Contended::new(terms, Some(jobs), 0, 7)
}

/// The moments of all jobs, which were there from the start.
fn run(workload: impl Workload<Virtual>, most: usize) -> Trace {
    let recorder = Recorder::leak(workload.len().unwrap() as usize);
    let workload = Observed::new(workload, recorder);
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let clock = world.handle().clone();
    world.run(async move {
        let limit = NonZeroUsize::new(most).unwrap();
        Adaptive { limit }.run(&workload, &clock).await;
    });
    recorder.trace(Duration::ZERO, [])
}

/// How many were in flight on average while these jobs ran, and how many ended a second.
fn load(trace: &Trace, jobs: std::ops::Range<usize>) -> (f64, f64) {
    let moments = |list: &[Option<u64>]| -> Vec<u64> {
        list[jobs.clone()].iter().map(|moment| moment.unwrap()).collect()
    };
    let (started, finished) = (moments(&trace.started_ns), moments(&trace.finished_ns));
    let sum: u64 = started.iter().zip(&finished).map(|(from, until)| until - from).sum();
    let wall = (started.last().unwrap() - started[0]) as f64;
    (sum as f64 / wall, jobs.len() as f64 / wall * 1e9)
}

/// Most in flight while these jobs started.
fn peak(trace: &Trace, jobs: std::ops::Range<usize>) -> usize {
    let ends: Vec<_> = trace.finished_ns.iter().flatten().collect();
    let busiest = jobs.step_by(1_009).map(|job| {
        let now = trace.started_ns[job].unwrap();
        let started = trace.started_ns.iter().flatten().filter(|at| **at <= now).count();
        started - ends.iter().filter(|at| ***at <= now).count()
    });
    busiest.max().unwrap()
}

#[track_caller]
fn settled(trace: &Trace, places: usize, jobs: std::ops::Range<usize>) {
    let (inside, rate) = load(trace, jobs.clone());
    let places = places as f64;
    // Little: what the service can do a second, times what a job takes alone.
    assert!((inside / places - 1.0).abs() < 0.25, "{inside} are in flight, for {places} places");
    let best = places / SERVICE.as_secs_f64();
    assert!(rate > 0.88 * best, "{rate} a second, of {best}");
}

#[test]
fn it_settles_where_the_service_is_full_and_does_not_run_away() {
    const JOBS: u64 = 100_000;
    for law in [Law::Exponential, Law::Fixed] {
        for places in [4, 16, 64] {
            let trace = run(service(places, usize::MAX, law, JOBS), 1_000);
            for from in [30_000, 50_000, 70_000, 90_000] {
                settled(&trace, places, from..from + 9_000);
            }
            let peak = peak(&trace, 30_000..99_000);
            assert!(peak as f64 <= 1.5 * places as f64 + 2.0, "{peak} for {places} places");
        }
    }
}

/// One service, and from that job on another.
struct Step(Contended, Contended, u64);

impl Workload<Virtual> for Step {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        Workload::<Virtual>::len(&self.0)
    }

    fn job(&self, index: u64, world: &Virtual) -> impl Future<Output = Receipt> + Send + 'static {
        if index < self.2 {
            Either::Left(self.0.job(index, world))
        } else {
            Either::Right(self.1.job(index, world))
        }
    }
}

#[test]
fn after_a_step_in_capacity_it_comes_back() {
    const JOBS: u64 = 60_000;
    for [before, after] in [[16, 4], [4, 16], [64, 16], [16, 64]] {
        let one = |places| service(places, usize::MAX, Law::Exponential, JOBS);
        let trace = run(Step(one(before), one(after), JOBS / 2), 1_000);
        settled(&trace, before, 20_000..29_000);
        settled(&trace, after, 50_000..59_000);
    }
}

#[test]
fn after_a_step_in_the_time_that_jobs_take_it_comes_back() {
    const JOBS: u64 = 60_000;
    let slower = |service| {
        let places = NonZeroUsize::new(16).unwrap();
        let law = Law::Fixed; // else chance would bring about a probe
        let terms = Terms { places, queue: usize::MAX, law, service, quantum: service / 4 };
        Contended::new(terms, Some(JOBS), 0, 7)
    };
    // Longer jobs look as if they waited, until they are seen to take as long alone: much longer
    // ones soon, those that are an eighth longer at the next probe that is due.
    for before in [SERVICE / 4, SERVICE * 7 / 8] {
        let trace = run(Step(slower(before), slower(SERVICE), JOBS / 2), 1_000);
        settled(&trace, 16, 50_000..59_000);
    }
}

#[test]
fn who_is_refused_asks_for_less() {
    const JOBS: u64 = 20_000;
    let contended = service(4, 4, Law::Exponential, JOBS);
    let tally = contended.tally();
    let trace = run(contended, 1_000);
    let refused = tally.counts().refused;
    assert!(refused > 0 && refused < JOBS / 100, "{refused} of {JOBS}");
    settled(&trace, 4, 10_000..19_000);
}

#[test]
fn it_never_exceeds_the_most() {
    let trace = run(service(64, usize::MAX, Law::Exponential, 5_000), 10);
    assert_eq!(peak(&trace, 1_000..4_900), 10);
}
