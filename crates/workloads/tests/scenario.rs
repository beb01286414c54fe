//! Conditions around a workload, in virtual time, with the observer inside as the registry has it.

mod common;

use std::time::Duration;

use bp_core::{Clock, Deliver, Runtime, TaskGroup, Workload};
use bp_observe::{Observed, Recorder};
use bp_record::{Arrivals, Consumer, Counts, Faults, Trace};
use bp_workloads::{Conditions, Doing, Law, Scenario, Schedule, Simulated};
use common::{MS, run, world};
use futures::FutureExt;

const SLEEP: Doing = Doing::Sleep { law: Law::Fixed, service: MS };
const MS_NS: u64 = 1_000_000;

fn scenario(jobs: Option<u64>, conditions: Conditions) -> Scenario<Simulated> {
    let simulated = Simulated::new(SLEEP, jobs, 10, 7);
    let tally = simulated.tally();
    Scenario::new(simulated, tally, conditions)
}

/// Runs `jobs` jobs with `limit` in flight: their trace, how they ended, and the makespan.
fn observe(jobs: u64, limit: usize, conditions: Conditions) -> (Trace, Counts, Duration) {
    let simulated = Simulated::new(SLEEP, Some(jobs), 10, 7);
    let (tally, recorder) = (simulated.tally(), Recorder::leak(jobs as usize));
    let scenario = Scenario::new(Observed::new(simulated, recorder), tally, conditions);
    let (scenario, makespan) = run(scenario, limit);
    let counts = tally.counts();
    let known = counts.checksum.wrapping_add(counts.lost);
    assert_eq!(known, scenario.tally().expected(jobs));
    let schedule = Schedule::new(conditions.arrivals, conditions.seed);
    let trace = recorder.trace(Duration::ZERO, (0..).map(|index| schedule.arrival(index)));
    (trace, counts, makespan)
}

fn delivered(trace: &Trace) -> Vec<u64> {
    trace
        .order
        .iter()
        .map(|&job| trace.delivered_ns[job as usize].expect("it is in the order"))
        .collect()
}

#[test]
fn a_serial_consumer_takes_one_output_at_a_time() {
    let consumer = Consumer::Serial { time_ns: 5 * MS_NS };
    let (trace, counts, makespan) = observe(4, 4, Conditions { consumer, ..Conditions::default() });
    assert_eq!(trace.finished_ns, [Some(MS_NS); 4]);
    assert_eq!(delivered(&trace), [1, 6, 11, 16].map(|ms| ms * MS_NS), "as it takes each");
    assert_eq!((makespan, counts.delivered), (21 * MS, 4), "and its own time comes after");
}

#[test]
fn a_consumer_is_seen_to_take_as_long_as_it_does() {
    let mean = |consumer| {
        let (scenario, _) =
            run(scenario(Some(4), Conditions { consumer, ..Conditions::default() }), 4);
        scenario.consumer_mean()
    };
    assert_eq!(mean(Consumer::Serial { time_ns: 5 * MS_NS }), Some(5 * MS), "and not the queue");
    assert_eq!(mean(Consumer::Parallel { time_ns: 5 * MS_NS }), Some(5 * MS));
    assert_eq!(mean(Consumer::Instant), None);
}

#[test]
fn parallel_consumers_do_not_wait_for_each_other() {
    let consumer = Consumer::Parallel { time_ns: 5 * MS_NS };
    let (trace, counts, makespan) = observe(4, 4, Conditions { consumer, ..Conditions::default() });
    assert_eq!(delivered(&trace), [MS_NS; 4]);
    assert_eq!((makespan, counts.delivered), (6 * MS, 4));
}

#[test]
fn an_instant_consumer_adds_nothing() {
    let (trace, _, makespan) = observe(4, 2, Conditions::default());
    assert_eq!(delivered(&trace), [1, 1, 2, 2].map(|ms| ms * MS_NS));
    assert_eq!(makespan, 2 * MS);
}

#[test]
fn jobs_arrive_on_schedule() {
    for arrivals in [Arrivals::Constant { per_second: 100 }, Arrivals::Poisson { per_second: 100 }]
    {
        let conditions = Conditions { arrivals, seed: 7, ..Conditions::default() };
        let (trace, ..) = observe(50, 50, conditions);
        let admitted: Vec<_> = trace.admitted_ns.into_iter().map(Option::unwrap).collect();
        assert_eq!(admitted, trace.arrived_ns);
        let mean = admitted[49] / 49;
        assert!((7 * MS_NS..13 * MS_NS).contains(&mean), "{mean}");
    }
}

#[test]
fn faults_are_planned_counted_and_leave_the_checksum_known() {
    let faults = Faults { fail_per_million: 200_000, panic_per_million: 100_000 };
    let conditions = Conditions { faults, seed: 7, ..Conditions::default() };
    let (trace, counts, _) = observe(10_000, 10, conditions);
    assert!((1_800..2_200).contains(&counts.failed), "{counts:?}");
    assert!((900..1_100).contains(&counts.panicked), "{counts:?}");
    assert_eq!(counts.succeeded + counts.failed + counts.panicked, 10_000);
    assert_eq!((counts.admitted, counts.delivered), (10_000, 10_000 - counts.panicked));
    assert_eq!((counts.cancelled, counts.refused), (0, 0));
    let finished = trace.finished_ns.iter().flatten().count();
    assert_eq!(finished, 10_000, "a fault comes after the work");
    let again = observe(10_000, 3, conditions).1;
    assert_eq!(again, counts, "the same jobs, whatever the order");
    let other = observe(10_000, 10, Conditions { seed: 8, ..conditions }).1;
    assert_ne!(other.panicked, counts.panicked);
}

#[test]
fn all_may_fail() {
    let faults = Faults { fail_per_million: 1_000_000, panic_per_million: 0 };
    let (_, counts, _) = observe(100, 10, Conditions { faults, ..Conditions::default() });
    assert_eq!((counts.failed, counts.delivered, counts.succeeded), (100, 100, 0));
}

#[test]
fn a_job_that_is_not_polled_does_nothing() {
    let scenario = scenario(Some(1), Conditions::default());
    let job = scenario.job(0, world().handle());
    assert_eq!(scenario.tally().counts(), Counts { admitted: 1, ..Counts::default() });
    drop(job);
    let lost = scenario.tally().expected(1); // what it was to yield is known, and accounted for
    let shed = Counts { admitted: 1, shed: 1, lost, ..Counts::default() };
    assert_eq!(scenario.tally().counts(), shed);
}

#[test]
fn a_dropped_run_cancels_what_is_alive() {
    let world = world();
    let clock = world.handle().clone();
    let scenario = scenario(None, Conditions::default());
    let tally = scenario.tally();
    world.run(async move {
        let tasks = TaskGroup::new(&clock);
        let mut jobs = scenario.jobs(&clock);
        for _ in 0..5 {
            let job = jobs.next().await.unwrap();
            tasks.spawn(job.then(Deliver::deliver));
        }
        clock.sleep(MS / 2).await;
        drop(tasks);
        clock.sleep(MS).await;
    });
    assert_eq!(tally.counts(), Counts { admitted: 5, cancelled: 5, ..Counts::default() });
}

#[test]
fn an_output_that_no_one_takes_is_finished_and_not_delivered() {
    let world = world();
    let consumer = Consumer::Serial { time_ns: MS_NS };
    let scenario = scenario(None, Conditions { consumer, ..Conditions::default() });
    let tally = scenario.tally();
    let clock = world.handle().clone();
    world.run(async move {
        let [first, second, third] = [0, 1, 2].map(|index| scenario.job(index, &clock));
        drop(first.await);
        let mut taken = Box::pin(second.await.deliver());
        assert!(taken.as_mut().now_or_never().is_none(), "the consumer works");
        let mut waits = Box::pin(third.await.deliver());
        assert!(waits.as_mut().now_or_never().is_none(), "for the consumer");
        drop((waits, taken));
    });
    let counts = tally.counts();
    assert_eq!((counts.admitted, counts.succeeded, counts.delivered), (3, 3, 1));
    assert_eq!((counts.cancelled, counts.panicked, counts.failed), (0, 0, 0));
}

#[test]
fn an_endless_source_ends_when_the_gate_is_closed() {
    let scenario = scenario(None, Conditions::default());
    let (tally, gate) = (scenario.tally(), scenario.gate());
    let world = world();
    let clock = world.handle().clone();
    world.run(async move {
        let mut jobs = scenario.jobs(&clock);
        while let Some(job) = jobs.next().await {
            job.await.deliver().await;
            if clock.now() == 20 * MS {
                gate.close();
            }
        }
    });
    assert_eq!(tally.counts().delivered, 20);
    assert_eq!(tally.counts().checksum, tally.expected(20));
}

/// The first that fails closes the source, and those that run go on.
#[test]
fn a_source_may_close_at_the_first_error() {
    let faults = Faults { fail_per_million: 100_000, panic_per_million: 0 };
    let panics = Faults { fail_per_million: 0, panic_per_million: 100_000 };
    for faults in [faults, panics] {
        let conditions = Conditions { faults, seed: 7, ..Conditions::default() };
        let (all, _) = run(scenario(Some(1_000), conditions), 4);
        let (some, _) = run(scenario(Some(1_000), Conditions { stop: true, ..conditions }), 4);
        assert!(some.ran_dry() && !all.ran_dry());
        let (all, some) = (all.tally().counts(), some.tally().counts());
        assert_eq!((all.admitted, all.failed + all.panicked > 50), (1_000, true));
        let ended = some.succeeded + some.failed + some.panicked;
        assert!(some.admitted < 1_000 && ended == some.admitted, "{some:?}");
        let lost = some.failed + some.panicked;
        assert!((1..=4).contains(&lost), "no more than were in flight: {some:?}");
    }
}
