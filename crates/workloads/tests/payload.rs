//! What a job holds is allocated when it starts and freed when it ends.

use std::{num::NonZeroUsize, time::Duration};

use bp_core::{Clock, Deliver, Runtime, Workload};
use bp_observe::memory::{self, Counting};
use bp_virtual::VirtualWorld;
use bp_workloads::{Conditions, Doing, Law, Scenario, Simulated};
use futures::{FutureExt, future::join_all};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIB: u64 = 1 << 20;
/// What the test harness may allocate meanwhile.
const SLACK: u64 = 64 << 10;

/// One test in this process, since there is one peak.
#[test]
fn held_in_service_and_no_longer() {
    let service = Duration::from_millis(2);
    let doing = Doing::Sleep { law: Law::Fixed, service };
    let simulated = Simulated::new(doing, Some(8), MIB as usize, 7);
    let tally = simulated.tally();
    let scenario = Scenario::new(simulated, tally, Conditions::default());
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let clock = world.handle().clone();

    let meter = memory::begin().unwrap();
    let jobs: Vec<_> = (0..8).map(|index| scenario.job(index, &clock)).collect();
    let created = meter.finish();
    assert!(created.peak_bytes < SLACK, "not before it is polled: {created:?}");

    let meter = memory::begin().unwrap();
    let outputs = world.run(join_all(jobs));
    let served = meter.finish();
    assert!(served.peak_bytes.abs_diff(8 * MIB) < SLACK, "each its own: {served:?}");
    assert!(served.live_bytes < SLACK as i64, "and freed before the output: {served:?}");
    drop(outputs);

    let mut job = Box::pin(Simulated::new(Doing::Yield, None, MIB as usize, 7).job(0, &clock));
    let meter = memory::begin().unwrap();
    assert!(job.as_mut().now_or_never().is_none());
    assert!(job.as_mut().now_or_never().is_some());
    let ended = meter.finish();
    assert!(ended.peak_bytes.abs_diff(MIB) < SLACK, "{ended:?}");
    assert!(ended.live_bytes < SLACK as i64, "a job that has ended holds nothing: {ended:?}");
    drop(job);

    let computing = Simulated::new(Doing::Cpu, None, 0, 7);
    let tally = computing.tally();
    let scenario = Scenario::new(computing, tally, Conditions::default());
    let meter = memory::begin().unwrap();
    for index in 0..1_000 {
        let task = scenario.job(index, &clock).then(Deliver::deliver);
        task.now_or_never().expect("it waits for nothing");
    }
    let nothing = meter.finish();
    assert!(nothing.allocations < 100, "a job allocates nothing of its own: {nothing:?}");
    assert_eq!(clock.now(), service);
}
