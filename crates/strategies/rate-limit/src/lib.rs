//! Start at most so many jobs a second, however fast they end, and hold a permit for each.
//!
//! Document 002, "as not to be banned by the site's firewall or hitting API limits": those count
//! requests a second, which a limit on the jobs in flight does not bound. The shorter the jobs, the
//! more of them a limit lets through.

mod ticks;

use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
};

use async_lock::Semaphore;
use bp_core::{Claims, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;
use governor::{Quota, RateLimiter};

use crate::ticks::Ticks;

/// Waits for its turn before each job, with the limiter of `governor`, and holds one of `permits`.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Most jobs in flight.
    pub permits: NonZeroUsize,
    /// Most starts a second.
    pub per_second: NonZeroU32,
}

impl RateLimit {
    /// How many starts may come at once after a pause: what is due in a hundredth of a second, and
    /// one, so that a timer that is late by less costs nothing. In no second there are more than
    /// the rate and this.
    pub fn burst(&self) -> NonZeroU32 {
        NonZeroU32::MIN.saturating_add(self.per_second.get().div_ceil(100))
    }
}

impl<X: Executor> Strategy<X> for RateLimit {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.permits), window: Some(self.permits), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let quota = Quota::per_second(self.per_second).allow_burst(self.burst());
        let limiter = RateLimiter::direct_with_clock(quota, Ticks(executor.clone()));
        let semaphore = Arc::new(Semaphore::new(self.permits.get()));
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc().await; // first: a turn is not kept
            while let Err(early) = limiter.check() {
                executor.sleep(early.wait_time_from(executor.now())).await;
            }
            tasks.spawn(job.delivered().map(|()| drop(permit)));
        }
        tasks.join().await;
    }
}
