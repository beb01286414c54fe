//! Spawn a task for every job, keep all the handles, and await them in order.
//!
//! `asyncio.gather`, from which document 002 starts: it pays for the tasks and for the outputs that
//! wait in their handles, and the first output is delivered only once the last job has started.

use bp_core::{Claims, Deliver, Executor, Order, Strategy, TaskGroup, Workload};

/// Spawns every job at once and delivers in the order of the source.
#[derive(Clone, Copy, Debug)]
pub struct Gather;

impl<X: Executor> Strategy<X> for Gather {
    fn claims(&self) -> Claims {
        Claims { order: Order::Input, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut handles = Vec::new();
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            handles.push(tasks.start(job));
        }
        for handle in handles {
            handle.await.deliver().await;
        }
    }
}
