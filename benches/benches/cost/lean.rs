//! Each strategy as one would write it by hand for Tokio: same primitive, same jobs, no contract.
//!
//! As lean as can be: whoever drops one of these leaves its tasks running, a worker whose job panics
//! is gone, and a consumer that panics is forgotten with its task. What promises more is in
//! `cancelling`.

use std::sync::Arc;

use async_channel::Receiver;
use futures::{StreamExt, stream};

use crate::job::{Output, job};

/// Document 000's semaphore, with that of `tokio::sync`.
pub(crate) async fn semaphore_tokio(jobs: u64, limit: usize) {
    let semaphore = Arc::new(tokio::sync::Semaphore::new(limit));
    for index in 0..jobs {
        let permit = semaphore.clone().acquire_owned().await.expect("nobody closes it");
        tokio::spawn(async move {
            job(index).await.deliver();
            drop(permit);
        });
    }
    // All permits are back when all tasks have ended.
    let all = u32::try_from(limit).expect("the limit of this bench is small");
    drop(semaphore.acquire_many(all).await);
}

/// The same with the semaphore of `async-lock`.
pub(crate) async fn semaphore(jobs: u64, limit: usize) {
    let semaphore = Arc::new(async_lock::Semaphore::new(limit));
    for index in 0..jobs {
        let permit = semaphore.acquire_arc().await;
        tokio::spawn(async move {
            job(index).await.deliver();
            drop(permit);
        });
    }
    let mut all = vec![];
    for _ in 0..limit {
        all.push(semaphore.acquire().await);
    }
}

/// A crew behind a bounded queue of jobs.
pub(crate) async fn bounded_channel(jobs: u64, limit: usize) {
    let (queue, inbox) = async_channel::bounded(limit);
    let mut workers = vec![];
    for _ in 0..limit {
        workers.push(tokio::spawn(work(inbox.clone())));
    }
    drop(inbox);
    for index in 0..jobs {
        if queue.send(job(index)).await.is_err() {
            break;
        }
    }
    drop(queue);
    for worker in workers {
        worker.await.expect("a worker does not panic");
    }
}

async fn work(inbox: Receiver<impl Future<Output = Output>>) {
    while let Ok(job) = inbox.recv().await {
        job.await.deliver();
    }
}

/// Document 002's `materialize`, its jobs within this task.
pub(crate) async fn materialize(jobs: u64, limit: usize) {
    let jobs = stream::iter(0..jobs).map(job);
    jobs.buffered(limit).for_each(async |output| output.deliver()).await;
}

/// The same with a task for each job.
pub(crate) async fn materialize_spawned(jobs: u64, limit: usize) {
    let tasks = stream::iter(0..jobs).map(|index| tokio::spawn(job(index)));
    let outputs = tasks.buffered(limit).map(|ended| ended.expect("a job does not panic"));
    outputs.for_each(async |output| output.deliver()).await;
}
