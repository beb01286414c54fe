//! The same by hand again, with the promises that a run needs: a job that panics is handed on as
//! lost and takes nobody with it, and dropping the run cancels its tasks.
//!
//! As lean as that can be. Nobody reads how a task ended, so a consumer's panic is forgotten, for
//! which the contract's strategies end.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_channel::Receiver;
use futures::{FutureExt, StreamExt, stream};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinHandle},
};

use crate::job::{Output, job, lose};

/// Document 000's semaphore, with that of `tokio::sync`.
pub(crate) async fn semaphore_tokio(jobs: u64, limit: usize) {
    let semaphore = Arc::new(Semaphore::new(limit));
    let mut tasks = Tasks::new(limit);
    for index in 0..jobs {
        let permit = semaphore.clone().acquire_owned().await.expect("nobody closes it");
        tasks.spawn(async move {
            deliver(AssertUnwindSafe(job(index)).catch_unwind().await);
            drop(permit);
        });
    }
    tasks.join().await;
}

/// The same with the semaphore of `async-lock`.
pub(crate) async fn semaphore(jobs: u64, limit: usize) {
    let semaphore = Arc::new(async_lock::Semaphore::new(limit));
    let mut tasks = Tasks::new(limit);
    for index in 0..jobs {
        let permit = semaphore.acquire_arc().await;
        tasks.spawn(async move {
            deliver(AssertUnwindSafe(job(index)).catch_unwind().await);
            drop(permit);
        });
    }
    tasks.join().await;
}

/// A crew behind a bounded queue of jobs.
pub(crate) async fn bounded_channel(jobs: u64, limit: usize) {
    let (queue, inbox) = async_channel::bounded(limit);
    let mut workers = Tasks::new(limit);
    for _ in 0..limit {
        workers.spawn(work(inbox.clone()));
    }
    drop(inbox);
    for index in 0..jobs {
        if queue.send(job(index)).await.is_err() {
            break;
        }
    }
    drop(queue);
    workers.join().await;
}

async fn work(inbox: Receiver<impl Future<Output = Output>>) {
    while let Ok(job) = inbox.recv().await {
        deliver(AssertUnwindSafe(job).catch_unwind().await);
    }
}

/// Document 002's `materialize`: its jobs live within the future that is dropped.
pub(crate) async fn materialize(jobs: u64, limit: usize) {
    let jobs = stream::iter(0..jobs).map(|index| AssertUnwindSafe(job(index)).catch_unwind());
    jobs.buffered(limit).for_each(async |ended| deliver(ended)).await;
}

/// The same with a task for each job, whose panic Tokio contains.
pub(crate) async fn materialize_spawned(jobs: u64, limit: usize) {
    let tasks = stream::iter(0..jobs).map(|index| AbortOnDrop(tokio::spawn(job(index))));
    tasks.buffered(limit).for_each(async |ended| deliver(ended)).await;
}

fn deliver<E>(ended: Result<Output, E>) {
    match ended {
        Ok(output) => output.deliver(),
        Err(_) => lose(),
    }
}

/// The tasks of a run, most of them alive: those that have ended are dropped whenever as many more
/// have been started as were alive. No lock, no waker, and one look at a task now and then: a
/// `JoinSet` would cost a quarter more.
struct Tasks {
    handles: Vec<JoinHandle<()>>,
    sweep_at: usize,
}

impl Tasks {
    fn new(limit: usize) -> Self {
        Self { handles: Vec::with_capacity(2 * limit), sweep_at: 2 * limit }
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        if self.handles.len() >= self.sweep_at {
            self.handles.retain(|handle| !handle.is_finished());
            self.sweep_at = self.sweep_at.max(2 * self.handles.len());
        }
        self.handles.push(tokio::spawn(task));
    }

    async fn join(mut self) {
        while let Some(handle) = self.handles.last_mut() {
            drop(handle.await);
            self.handles.pop();
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.handles.iter().for_each(JoinHandle::abort);
    }
}

/// A handle that does not let its task go.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Future for AbortOnDrop<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(cx)
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
