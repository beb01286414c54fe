//! Simulated jobs: lazy, exact in virtual time, and small.

mod common;

use std::time::Duration;

use bp_core::{Deliver, Runtime, Workload};
use bp_tokio::{CurrentThread, Tokio};
use bp_workloads::{Conditions, Doing, Law, Scenario, Simulated};
use common::{MS, run, world};
use futures::FutureExt;

fn sleeping(law: Law, jobs: u64) -> Simulated {
    Simulated::new(Doing::Sleep { law, service: MS }, Some(jobs), 100, 7)
}

#[test]
fn a_job_takes_what_the_law_says() {
    let (simulated, makespan) = run(sleeping(Law::Exponential, 100), 1);
    let services = (0..100).map(|index| Law::Exponential.service(7, index, MS));
    assert_eq!(makespan, services.sum::<Duration>());
    let counts = simulated.tally().counts();
    let values = (0..100).map(|index| simulated.tally().value(index));
    assert_eq!(counts.checksum, values.fold(0, u64::wrapping_add));
    assert_eq!(counts.delivered, 100);
}

#[test]
fn yield_and_cpu_take_no_virtual_time() {
    for doing in [Doing::Yield, Doing::Cpu] {
        let (simulated, makespan) = run(Simulated::new(doing, Some(10), 0, 7), 3);
        assert_eq!((makespan, simulated.tally().counts().delivered), (Duration::ZERO, 10));
    }
}

#[test]
fn yield_yields_once_and_cpu_never() {
    let world = world();
    let polls = |doing| {
        let mut job = Box::pin(Simulated::new(doing, None, 0, 7).job(0, world.handle()));
        (1..).find(|_| job.as_mut().now_or_never().is_some())
    };
    assert_eq!((polls(Doing::Yield), polls(Doing::Cpu)), (Some(2), Some(1)));
}

#[test]
fn a_task_holds_little_but_its_timer() {
    let timer = size_of_val(&bp_core::Clock::sleep(&Tokio, MS));
    let simulated = sleeping(Law::Fixed, 1);
    let tally = simulated.tally();
    let job = Workload::<Tokio>::job(&simulated, 0, &Tokio);
    assert!(size_of_val(&job) <= timer + 40, "{} around {timer}", size_of_val(&job));
    let scenario = Scenario::new(simulated, tally, Conditions::default());
    let job = Workload::<Tokio>::job(&scenario, 0, &Tokio);
    let whole = size_of_val(&job);
    assert!(whole <= timer + 64, "{whole} around {timer}");
    let task = job.then(Deliver::deliver);
    let task = size_of_val(&task);
    assert!(task <= timer + 96, "{task} around {timer}: delivery takes the room of the job");
}

#[test]
fn it_runs_on_a_real_clock() {
    let runtime = CurrentThread::start(std::num::NonZeroUsize::MIN, 7);
    let simulated = Simulated::new(Doing::Yield, Some(3), 4096, 7);
    let tally = simulated.tally();
    runtime.run(async move {
        let mut jobs = simulated.jobs(&Tokio);
        while let Some(job) = jobs.next().await {
            job.await.deliver().await;
        }
    });
    assert_eq!(tally.counts().delivered, 3);
}
