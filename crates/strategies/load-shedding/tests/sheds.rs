//! On the virtual clock: who is shed, and what those that run gain by it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{num::NonZeroUsize, time::Duration};

use bp_core::{Clock, Runtime, Strategy, Workload};
use bp_load_shedding::{LoadShedding, SheddingQueue};
use bp_observe::{Observed, Recorder};
use bp_record::{Arrivals, Counts, Trace};
use bp_virtual::{Virtual, VirtualWorld};
use bp_workloads::{Conditions, Doing, Law, Scenario, Simulated};

const MS: u64 = 1_000_000;

/// Jobs of 20 ms, so many a second.
fn run(strategy: impl Strategy<Virtual>, arrivals: Arrivals, jobs: u64) -> (Counts, Trace) {
    let recorder = Recorder::leak(jobs as usize);
    let sleeps = Doing::Sleep { law: Law::Fixed, service: Duration::from_millis(20) };
    let simulated = Simulated::new(sleeps, Some(jobs), 0, 7);
    let tally = simulated.tally();
    let conditions = Conditions { arrivals, seed: 7, ..Conditions::default() };
    let workload = Scenario::new(Observed::new(simulated, recorder), tally, conditions);
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let clock = world.handle().clone();
    let arrived: Vec<_> = world.run(async move {
        assert_eq!(clock.now(), Duration::ZERO);
        strategy.run(&workload, &clock).await;
        (0..jobs).map(|job| Workload::<Virtual>::arrival(&workload, job)).collect()
    });
    let counts = tally.counts();
    assert_eq!(counts.succeeded + counts.shed, jobs, "{counts:?}");
    assert_eq!(counts.checksum.wrapping_add(counts.lost), tally.expected(jobs));
    (counts, recorder.trace(Duration::ZERO, arrived))
}

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

#[test]
fn below_its_capacity_it_sheds_nobody() {
    // Two places serve a hundred a second.
    let (counts, _) =
        run(LoadShedding { permits: n(2) }, Arrivals::Constant { per_second: 90 }, 500);
    assert_eq!(counts.shed, 0);
}

#[test]
fn at_twice_its_capacity_it_sheds_half_and_nobody_waits() {
    let arrivals = Arrivals::Constant { per_second: 199 }; // none in the instant in which one ends
    let (counts, trace) = run(LoadShedding { permits: n(2) }, arrivals, 1_000);
    assert!((490..=510).contains(&counts.shed), "{counts:?}");
    for job in 0..1_000 {
        let arrived = trace.arrived_ns[job];
        match trace.started_ns[job] {
            Some(started) => assert_eq!(started, arrived, "job {job} waits for nothing"),
            None => assert_eq!(trace.lost_ns[job], Some(arrived), "job {job} is dropped at once"),
        }
    }
}

#[test]
fn of_jobs_that_are_all_there_it_runs_the_first() {
    let (counts, trace) = run(LoadShedding { permits: n(3) }, Arrivals::Drain, 100);
    assert_eq!((counts.succeeded, counts.shed), (3, 97));
    assert!(trace.started_ns[..3].iter().all(Option::is_some));
    let queue = SheddingQueue { permits: n(3), capacity: n(4) };
    assert_eq!(run(queue, Arrivals::Drain, 100).0.succeeded, 7);
}

#[test]
fn a_queue_carries_bursts_over_and_bounds_the_wait() {
    let arrivals = Arrivals::Poisson { per_second: 90 };
    let shed = run(LoadShedding { permits: n(2) }, arrivals, 5_000).0.shed;
    let queue = SheddingQueue { permits: n(2), capacity: n(4) };
    let (counts, trace) = run(queue, arrivals, 5_000);
    assert!(counts.shed * 3 < shed, "{} of the {shed} without a queue", counts.shed);
    let started = trace.started_ns.iter().zip(&trace.arrived_ns);
    let longest = started.filter_map(|(started, arrived)| Some((*started)? - arrived)).max();
    assert!(longest.unwrap() <= 3 * 20 * MS, "behind four others and two that are served");
    assert!(longest.unwrap() > 0);
}
