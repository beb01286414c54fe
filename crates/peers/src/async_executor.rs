//! Wait for a permit before a task goes to an executor of one's own, which runs beside the loop
//! (async-executor, its example `limit`).
//!
//! The example detaches its tasks, so this does, and a panic of the consumer goes with its task; a
//! channel that nobody sends to tells when the last has ended.

use std::{num::NonZeroUsize, sync::Arc};

use async_executor::Executor;
use async_lock::Semaphore;
use bp_core::{Claims, Clock, Job, Strategy, Workload};
use futures::{StreamExt, channel::mpsc};

/// Holds a permit for each task of an executor that lives as long as the run.
#[derive(Clone, Copy, Debug)]
pub struct LimitedExecutor {
    /// Most jobs in flight.
    pub limit: usize,
}

impl<X: Clock> Strategy<X> for LimitedExecutor {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, window: limit, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = Executor::new();
        let semaphore = Arc::new(Semaphore::new(self.limit));
        let (alive, mut ended) = mpsc::channel::<()>(0);
        let feed = async {
            let mut jobs = workload.jobs(executor);
            while let Some(job) = jobs.next().await {
                let permit = semaphore.acquire_arc().await;
                let alive = alive.clone();
                let task = async move {
                    job.delivered().await;
                    drop((permit, alive));
                };
                tasks.spawn(task).detach();
            }
            drop(alive);
            ended.next().await; // nobody sends: it ends with the last task
        };
        tasks.run(feed).await;
    }
}
