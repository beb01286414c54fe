//! Keep a set of `limit` tasks; wait until any of them is done, and top the set up.
//!
//! Document 002's second approach, `asyncio.wait` on a part of the tasks: it keeps the limit busy,
//! but each wait looks at the whole set, and the caller writes the loop. While there is room it waits
//! for the source, and an output that is there meanwhile waits with it.

use std::{future::poll_fn, mem, num::NonZeroUsize, task::Poll};

use bp_core::{Claims, Deliver, Executor, Strategy, TaskGroup, Workload};
use futures::FutureExt;

/// Waits for the first of `limit` tasks, delivers all that are done, and starts as many.
#[derive(Clone, Copy, Debug)]
pub struct WaitAny {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
}

impl<X: Executor> Strategy<X> for WaitAny {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let tasks = TaskGroup::new(executor);
        let mut pending = Vec::new();
        let mut jobs = workload.jobs(executor);
        loop {
            while pending.len() < self.limit.get()
                && let Some(job) = jobs.next().await
            {
                pending.push(tasks.start(job));
            }
            if pending.is_empty() {
                break;
            }
            for output in wait(&mut pending).await {
                output.deliver().await;
            }
        }
    }
}

/// Completes when at least one of `pending` is done: takes those that are, and yields their
/// outputs.
async fn wait<F: Future + Unpin>(pending: &mut Vec<F>) -> Vec<F::Output> {
    poll_fn(|cx| {
        let mut done = Vec::new();
        for mut task in mem::take(pending) {
            match task.poll_unpin(cx) {
                Poll::Ready(output) => done.push(output),
                Poll::Pending => pending.push(task),
            }
        }
        if done.is_empty() { Poll::Pending } else { Poll::Ready(done) }
    })
    .await
}
