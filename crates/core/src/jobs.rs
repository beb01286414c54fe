use std::{fmt, future::Future, num::NonZeroUsize, panic::AssertUnwindSafe, time::Duration};

use futures::{
    FutureExt,
    stream::{self, Stream},
};

use crate::{Clock, Job, Lost, Workload};

/// The source of a run: hands out the jobs of a workload, one at a time, as they arrive.
pub struct Jobs<'w, 'x, W, X> {
    workload: &'w W,
    executor: &'x X,
    index: u64,
    start: Duration,
}

impl<'w, 'x, W: Workload<X>, X: Clock> Jobs<'w, 'x, W, X> {
    pub(crate) fn new(workload: &'w W, executor: &'x X) -> Self {
        Self { workload, executor, index: 0, start: executor.now() }
    }

    /// The next job, once it has arrived; `None` when there is no more.
    ///
    /// A job that panics yields [`Lost`], so that it cannot take its worker with it.
    ///
    /// # Cancel safety
    /// A job is admitted when this completes: dropping the future before admits none.
    pub async fn next(
        &mut self,
    ) -> Option<impl Job<Output = Result<W::Output, Lost>> + use<'w, 'x, W, X>> {
        let index = self.admit().await?;
        Some(contain(self.workload.job(index, self.executor)))
    }

    /// The next `size` jobs, fewer at the end; `None` when there is no more.
    ///
    /// It waits for the last of them to arrive.
    pub async fn batch(
        &mut self,
        size: NonZeroUsize,
    ) -> Option<Vec<impl Job<Output = Result<W::Output, Lost>> + use<'w, 'x, W, X>>> {
        let mut batch = Vec::from_iter(self.next().await);
        while batch.len() < size.get()
            && let Some(job) = self.next().await
        {
            batch.push(job);
        }
        if batch.is_empty() { None } else { Some(batch) }
    }

    /// The same as a stream, for combinators.
    pub fn stream(self) -> impl Stream<Item = impl Job<Output = Result<W::Output, Lost>>> + Send {
        stream::unfold(self, |mut jobs| async {
            let index = jobs.admit().await?;
            Some((contain(jobs.workload.job(index, jobs.executor)), jobs))
        })
    }

    async fn admit(&mut self) -> Option<u64> {
        let ended = self.workload.len() == Some(self.index);
        if ended || !self.workload.open() {
            return None;
        }
        let due = self.start + self.workload.arrival(self.index);
        if due > self.start {
            let early = due.saturating_sub(self.executor.now());
            if !early.is_zero() {
                self.executor.sleep(early).await;
            }
        }
        self.index += 1;
        Some(self.index - 1)
    }
}

/// A panic becomes an output like any other.
fn contain<J: Job>(job: J) -> impl Future<Output = Result<J::Output, Lost>> + Send + 'static {
    // The future is not polled again after a panic, so what the panic left broken is never seen.
    AssertUnwindSafe(job).catch_unwind().map(|ended| ended.map_err(|_| Lost))
}

impl<W, X> fmt::Debug for Jobs<'_, '_, W, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("index", &self.index).finish_non_exhaustive()
    }
}
