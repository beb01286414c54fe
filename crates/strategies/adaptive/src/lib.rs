//! Let fewer jobs in when each takes longer than it would alone, and more when it does not.
//!
//! Document 002's limits, found instead of guessed: nobody knows how many requests a service has
//! room for, and it changes. What a job takes beyond its time alone it has waited in the service, and
//! by Little's law that tells how many wait there. After Vegas, as Netflix's concurrency-limits has
//! it. Their Gradient2 compares with a long average instead, which learns the queue: where jobs
//! keep coming it was found to take ever longer times for normal, and to raise the limit for ever.

mod estimate;
mod gate;
mod round;

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Deliver, Executor, Job, Strategy, TaskGroup, Workload};

pub use crate::estimate::Estimate;
use crate::gate::{Gate, Pass};

/// Holds a pass for each task; how many there are follows from what jobs take.
#[derive(Clone, Copy, Debug)]
pub struct Adaptive {
    /// Most jobs in flight, whatever is estimated.
    pub limit: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for Adaptive {
    fn claims(&self) -> Claims {
        let most = Some(self.limit);
        Claims { limit: most, window: most, adapts: true, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let gate = Gate::new(Estimate::new(self.limit));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let pass = gate.enter().await; // before the task exists
            tasks.spawn(timed(job, pass, executor.clone()));
        }
        tasks.join().await;
    }
}

/// The job, of which the gate hears how long it took, or that it was refused.
async fn timed(job: impl Job, pass: Pass, clock: impl Clock) {
    let began = clock.now();
    let output = job.await;
    if output.refused() {
        pass.refused();
    } else if output.succeeded() {
        pass.took(clock.now().saturating_sub(began));
    }
    output.deliver().await;
}
