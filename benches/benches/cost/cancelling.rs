//! The same by hand again, keeping one promise of the contract: dropping the run cancels its tasks.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{FutureExt, StreamExt, stream};
use tokio::{
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};

use crate::{job::job, lean};

/// Document 000's semaphore, with that of `tokio::sync`.
pub(crate) async fn semaphore_tokio(jobs: u64, limit: usize) {
    let semaphore = Arc::new(Semaphore::new(limit));
    let mut tasks = JoinSet::new();
    for index in 0..jobs {
        let permit = semaphore.clone().acquire_owned().await.expect("nobody closes it");
        reap(&mut tasks);
        tasks.spawn(async move {
            job(index).await.deliver();
            drop(permit);
        });
    }
    join(tasks).await;
}

/// The same with the semaphore of `async-lock`.
pub(crate) async fn semaphore(jobs: u64, limit: usize) {
    let semaphore = Arc::new(async_lock::Semaphore::new(limit));
    let mut tasks = JoinSet::new();
    for index in 0..jobs {
        let permit = semaphore.acquire_arc().await;
        reap(&mut tasks);
        tasks.spawn(async move {
            job(index).await.deliver();
            drop(permit);
        });
    }
    join(tasks).await;
}

/// A crew behind a bounded queue of jobs.
pub(crate) async fn bounded_channel(jobs: u64, limit: usize) {
    let (queue, inbox) = async_channel::bounded(limit);
    let mut workers = JoinSet::new();
    for _ in 0..limit {
        workers.spawn(lean::work(inbox.clone()));
    }
    drop(inbox);
    for index in 0..jobs {
        if queue.send(job(index)).await.is_err() {
            break;
        }
    }
    drop(queue);
    join(workers).await;
}

/// Document 002's `materialize`, a task for each job.
pub(crate) async fn materialize_spawned(jobs: u64, limit: usize) {
    let tasks = stream::iter(0..jobs).map(|index| AbortOnDrop(tokio::spawn(job(index))));
    tasks.buffered(limit).for_each(async |output| output.deliver()).await;
}

/// Takes out the tasks that have ended, or the set would grow with the jobs.
fn reap(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.try_join_next() {
        ended.expect("a consumer does not panic");
    }
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a consumer does not panic");
    }
}

/// A handle that does not let its task go.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Future for AbortOnDrop<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.poll_unpin(cx).map(|ended| ended.expect("a job does not panic"))
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
