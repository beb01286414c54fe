//! On the virtual clock no second has more starts than the rate and the burst, and none is wasted.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use bp_core::{Clock, Runtime, Strategy};
use bp_observe::{Observed, Recorder};
use bp_rate_limit::RateLimit;
use bp_virtual::VirtualWorld;
use bp_workloads::{Doing, Law, Simulated};

const SECOND: u64 = 1_000_000_000;

/// When each of so many jobs started that take `service`, in nanoseconds, and the makespan.
fn starts(permits: usize, per_second: u32, jobs: u64, service: Duration) -> (Vec<u64>, u64) {
    let strategy = RateLimit {
        permits: NonZeroUsize::new(permits).unwrap(),
        per_second: NonZeroU32::new(per_second).unwrap(),
    };
    let recorder = Recorder::leak(jobs as usize);
    let sleeps = Doing::Sleep { law: Law::Fixed, service };
    let workload = Observed::new(Simulated::new(sleeps, Some(jobs), 0, 7), recorder);
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let clock = world.handle().clone();
    let makespan = world.run(async move {
        strategy.run(&workload, &clock).await;
        clock.now()
    });
    let started = recorder.trace(Duration::ZERO, []).started_ns;
    (started.into_iter().flatten().collect(), makespan.as_nanos() as u64)
}

fn burst(per_second: u32) -> u64 {
    let per_second = NonZeroU32::new(per_second).unwrap();
    RateLimit { permits: NonZeroUsize::MIN, per_second }.burst().get().into()
}

#[test]
fn no_second_has_more_starts_than_the_rate_and_the_burst() {
    for per_second in [1, 7, 100, 1_000] {
        let jobs = 5 * u64::from(per_second) + 20;
        let (starts, _) = starts(10_000, per_second, jobs, Duration::from_millis(3));
        assert_eq!(starts.len() as u64, jobs);
        let most = u64::from(per_second) + burst(per_second);
        let within = |from: u64| starts.iter().filter(move |at| (from..from + SECOND).contains(at));
        let busiest = starts.iter().map(|&from| within(from).count() as u64).max().unwrap();
        assert!(busiest <= most, "{busiest} in a second, of {most}");
        assert!(busiest >= u64::from(per_second), "{busiest} in a second: the rate is used");
    }
}

#[test]
fn the_makespan_is_that_of_the_rate() {
    // The burst at once, then one each 10 ms, and the last takes 3 ms.
    let (starts, makespan) = starts(10_000, 100, 1_000, Duration::from_millis(3));
    let steps = 1_000 - burst(100);
    assert_eq!(starts.last(), Some(&(steps * 10_000_000)));
    assert_eq!(makespan, steps * 10_000_000 + 3_000_000);
}

#[test]
fn where_jobs_are_long_the_permits_are_what_holds() {
    // Four at a time, a second each: four starts a second, which is far below the rate. The burst
    // is of two, and 20 ms later four are in flight.
    let (_, makespan) = starts(4, 100, 40, Duration::from_secs(1));
    assert_eq!(makespan, 10 * SECOND + 20_000_000);
}

#[test]
fn the_burst_makes_up_for_a_timer_that_is_late_by_a_hundredth_of_a_second() {
    for (per_second, expected) in [(1, 2), (100, 2), (101, 3), (1_000, 11), (50_000, 501)] {
        assert_eq!(burst(per_second), expected, "{per_second}");
    }
}
