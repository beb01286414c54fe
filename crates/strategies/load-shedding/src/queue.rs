//! Let so many jobs wait for a permit, and drop one that arrives when as many wait already.
//!
//! Document 002's requests again: a short queue carries bursts over, which no permit does alone, and
//! bounds how long a job can have waited. A long one only makes every answer late. Of jobs that are
//! all there from the start it sheds nearly all, too.

use std::{num::NonZeroUsize, sync::Arc};

use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;
use tokio::sync::Semaphore;

/// Holds one of `permits` for each job in flight and one of `capacity` places for each that waits.
#[derive(Clone, Copy, Debug)]
pub struct SheddingQueue {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
    /// Most jobs that wait.
    pub capacity: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for SheddingQueue {
    fn claims(&self) -> Claims {
        let (limit, room) = (self.permits, self.permits.saturating_add(self.capacity.get()));
        Claims { limit: Some(limit), window: Some(room), sheds: true, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let permits = self.permits.get();
        let [room, semaphore] = [permits.saturating_add(self.capacity.get()), permits]
            .map(|most| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let Ok(place) = room.clone().try_acquire_owned() else { continue }; // drops the job
            let permit = semaphore.clone().acquire_owned(); // awaited by the task: first in, first out
            tasks.spawn(permit.then(|permit| job.delivered().map(move |()| drop((permit, place)))));
        }
        tasks.join().await;
    }
}
