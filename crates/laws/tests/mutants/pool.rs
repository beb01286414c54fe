//! A semaphore before each spawn, with a switch for each way to get it wrong.

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    LimitPlusOne,
}

pub(crate) struct Pool {
    pub(crate) limit: NonZeroUsize,
    pub(crate) fault: Option<Fault>,
}

impl<X: Executor> Strategy<X> for Pool {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let more = usize::from(self.fault == Some(Fault::LimitPlusOne));
        let semaphore = Arc::new(Semaphore::new(self.limit.get() + more));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc().await;
            tasks.spawn(job.delivered().map(|()| drop(permit)));
        }
        tasks.join().await;
    }
}
