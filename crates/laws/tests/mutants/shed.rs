//! A semaphore that nobody waits for, and the ways to drop the wrong job.

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Deliver, Executor, Job, TaskGroup, Workload};
use futures::FutureExt;

use crate::fault::Fault;

pub(crate) async fn shedding<X: Executor, W: Workload<X>>(
    limit: NonZeroUsize,
    fault: Fault,
    workload: &W,
    executor: &X,
) {
    let semaphore = Arc::new(Semaphore::new(limit.get()));
    let tasks = TaskGroup::new(executor);
    let mut jobs = workload.jobs(executor);
    let mut taken = 0;
    while let Some(job) = jobs.next().await {
        taken += 1;
        if fault == Fault::ShedsWithRoom && taken % 3 == 0 {
            continue;
        }
        match semaphore.try_acquire_arc() {
            Some(permit) => tasks.spawn(job.delivered().map(|()| drop(permit))),
            None if fault == Fault::ShedsWhatItStarted => {
                if let Some(output) = job.now_or_never() {
                    output.deliver().await;
                }
            }
            None => {}
        }
    }
    tasks.join().await;
}
