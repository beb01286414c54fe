//! Let so many jobs wait for a permit, and drop one that arrives when as many wait already.
//!
//! Document 002's requests again: a short queue carries bursts over, which no permit does alone, and
//! bounds how long a job can have waited. A long one only makes every answer late. Of jobs that are
//! all there from the start it sheds nearly all, too.

use std::{num::NonZeroUsize, sync::Arc};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;

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
        let room = self.permits.saturating_add(self.capacity.get());
        let room = Arc::new(Semaphore::new(room.get()));
        let semaphore = Arc::new(Semaphore::new(self.permits.get()));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let Some(place) = room.try_acquire_arc() else { continue }; // the job is dropped here
            let permit = semaphore.acquire_arc(); // awaited by the task, which has a place to wait
            tasks.spawn(permit.then(|permit| {
                job.delivered().map(move |()| drop((permit, place)))
            }));
        }
        tasks.join().await;
    }
}
