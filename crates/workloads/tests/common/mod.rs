//! Runs a workload on the virtual clock, where moments are exact.
#![allow(dead_code, reason = "each test uses a part")]

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use bp_core::{Clock, Deliver, Runtime, TaskGroup, Workload};
use bp_virtual::{Virtual, VirtualWorld};
use futures::FutureExt;
use tokio::sync::Semaphore;

pub(crate) const MS: Duration = Duration::from_millis(1);

pub(crate) fn world() -> VirtualWorld {
    VirtualWorld::start(NonZeroUsize::MIN, 7)
}

/// Runs all jobs with at most `limit` in flight and hands the workload back, with the makespan.
pub(crate) fn run<W: Workload<Virtual>>(workload: W, limit: usize) -> (W, Duration) {
    let world = world();
    let clock = world.handle().clone();
    world.run(async move {
        let places = Arc::new(Semaphore::new(limit));
        let tasks = TaskGroup::new(&clock);
        let mut jobs = workload.jobs(&clock);
        while let Some(job) = jobs.next().await {
            let place = places.clone().acquire_owned().await.expect("it is not closed");
            tasks.spawn(job.then(Deliver::deliver).map(|()| drop(place)));
        }
        tasks.join().await;
        let makespan = clock.now();
        (workload, makespan)
    })
}
