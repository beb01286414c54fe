//! A semaphore before each spawn, and the ways to get it wrong.

use std::{
    future::{Future, poll_fn},
    mem,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, resume_unwind},
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    thread,
    time::Duration,
};

use async_lock::{Semaphore, SemaphoreGuardArc};
use bp_core::{Claims, Deliver, Executor, Job, Strategy, TaskGroup, Workload, yield_once};
use futures::{
    FutureExt,
    channel::mpsc,
    future::{pending, select},
    stream::StreamExt,
};

use crate::{
    fault::Fault::{self, *},
    shed,
};

pub(crate) struct Pool {
    limit: NonZeroUsize,
    fault: Option<Fault>,
    /// For those who share it.
    semaphore: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn new(limit: NonZeroUsize, fault: Option<Fault>) -> Self {
        Self { limit, fault, semaphore: Arc::new(Semaphore::new(limit.get())) }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn permits(&self) -> Arc<Semaphore> {
        let limit = self.limit.get();
        Arc::new(Semaphore::new(match self.fault {
            Some(LimitPlusOne) => limit.saturating_add(1),
            Some(IdleSlot) => (limit - 1).max(1),
            Some(LimitOf32Bits) => usize::try_from(limit as i32).unwrap_or(0),
            Some(SharedSemaphore) => return self.semaphore.clone(),
            _ => limit,
        }))
    }
}

impl<X: Executor> Strategy<X> for Pool {
    fn claims(&self) -> Claims {
        let sheds = matches!(self.fault, Some(ShedsWhatItStarted | ShedsWithRoom));
        Claims { limit: Some(self.limit), window: Some(self.limit), sheds, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        match self.fault {
            Some(SpawnedLeak) => return without_a_group(self.limit, workload, executor).await,
            Some(StartedAfterDrop) => return supervised(self.limit, workload, executor).await,
            Some(FreedBeforeDelivery) => return through_a_channel(self, workload, executor).await,
            Some(UnwindsInTheDark) => return in_the_dark(self.limit, workload, executor).await,
            Some(fault @ (ShedsUnclaimed | ShedsWhatItStarted | ShedsWithRoom)) => {
                return shed::shedding(self.limit, fault, workload, executor).await;
            }
            Some(HelperStays) => executor.spawn(pending()),
            _ => {}
        }
        let semaphore = self.permits();
        if self.has(SemaphoreForgotten) {
            mem::forget(semaphore.clone());
        }
        let tasks = TaskGroup::new(executor);
        let mut handles: Vec<Box<[u8]>> = vec![];
        if self.has(ReservesTheLimit) {
            handles.push(vec![0; self.limit.get().min(1 << 20)].into());
        }
        if self.has(JobRunTwice) && workload.len().is_some() {
            tasks.spawn(workload.job(0, executor).delivered());
        }
        let mut jobs = workload.jobs(executor).stream().boxed();
        if self.has(EagerPull) {
            jobs = futures::stream::iter(jobs.collect::<Vec<_>>().await).boxed();
        }
        let mut taken = 0;
        while let Some(job) = jobs.next().await {
            let permit = semaphore.acquire_arc().await;
            let fault = self.fault;
            match fault {
                Some(SixthPollTakenForTheEnd | OtherWakersIgnored) => {
                    tasks.spawn(peculiar(fault, one(fault, taken, job, permit)));
                }
                Some(GivesUpTheLate) => {
                    let late = executor.sleep(LATE);
                    tasks.spawn(async move {
                        select(pin!(one(fault, taken, job, permit)), pin!(late)).await;
                    });
                }
                _ => tasks.spawn(one(fault, taken, job, permit)),
            }
            taken += 1;
            if self.has(KeepsEveryHandle) {
                handles.push(Box::new([0; 16]));
            }
        }
        if self.has(TrustsTheLength) && workload.len().is_some_and(|length| length != taken) {
            pending::<()>().await;
        }
        if self.has(EndDoesNotWait) {
            return;
        }
        tasks.join().await;
        drop(handles);
    }
}

/// Longer than jobs and consumers of any schedule take together.
const LATE: Duration = Duration::from_millis(13);

/// A task that is choosy about its polls.
fn peculiar(
    fault: Option<Fault>,
    task: impl Future<Output = ()> + Send + 'static,
) -> impl Future<Output = ()> + Send {
    let (mut task, mut polls, mut known) = (Box::pin(task), 0, None);
    poll_fn(move |cx| {
        polls += 1;
        let known = known.get_or_insert_with(|| cx.waker().clone());
        match fault {
            // As many as jobs and consumers of any schedule need.
            Some(SixthPollTakenForTheEnd) if polls > 5 => Poll::Ready(()),
            Some(OtherWakersIgnored) if !known.will_wake(cx.waker()) => Poll::Pending,
            _ => task.as_mut().poll(cx),
        }
    })
}

/// One job that holds a permit.
async fn one(fault: Option<Fault>, index: u64, job: impl Job, permit: SemaphoreGuardArc) {
    let mut permit = Some(permit);
    if fault == Some(PermitDroppedEarly) {
        permit = None;
    }
    let leaks = fault == Some(PermitLeakedAtUnwinding);
    let leaked = KeptAtUnwinding(permit.take_if(|_| leaks));
    let output = match AssertUnwindSafe(job).catch_unwind().await {
        Ok(output) => output,
        Err(_) if fault == Some(UnwindSwallowedInTask) => return,
        Err(panic) => resume_unwind(panic),
    };
    if fault == Some(ResultDropped) && index % 5 == 4 {
        return;
    }
    if fault == Some(PermitLeakedAtPanic) && !output.succeeded() {
        mem::forget(permit.take());
    }
    let delivery = output.deliver();
    if fault == Some(PanicSwallowed) {
        drop(AssertUnwindSafe(delivery).catch_unwind().await);
    } else {
        delivery.await;
    }
    drop((permit, leaked));
}

/// A permit that is not given back by whoever unwinds.
struct KeptAtUnwinding(Option<SemaphoreGuardArc>);

impl Drop for KeptAtUnwinding {
    fn drop(&mut self) {
        if thread::panicking() {
            mem::forget(self.0.take());
        }
    }
}

/// Tasks whose handles yield nothing for a job that unwinds, and nobody asks why.
async fn in_the_dark<X: Executor, W: Workload<X>>(limit: NonZeroUsize, workload: &W, executor: &X) {
    let handles = workload.jobs(executor).stream().map(|job| executor.start(job));
    let deliver = |handle| async move {
        if let Some(output) = handle.await {
            Deliver::deliver(output).await;
        }
    };
    handles.for_each_concurrent(limit.get(), deliver).await;
}

/// Waits for the permits to come back; nothing tells the tasks that the run was dropped.
async fn without_a_group<X: Executor, W: Workload<X>>(
    limit: NonZeroUsize,
    workload: &W,
    executor: &X,
) {
    let semaphore = Arc::new(Semaphore::new(limit.get()));
    let (alive, mut ended) = mpsc::channel::<()>(0);
    let mut jobs = workload.jobs(executor);
    while let Some(job) = jobs.next().await {
        let (permit, alive) = (semaphore.acquire_arc().await, alive.clone());
        executor.spawn(job.delivered().map(|()| drop((permit, alive))));
    }
    drop(alive);
    ended.next().await;
}

/// All jobs go to one task that runs them one after another.
async fn supervised<X: Executor, W: Workload<X>>(limit: NonZeroUsize, workload: &W, executor: &X) {
    let queue: Arc<Mutex<Vec<_>>> = Arc::default();
    let inbox = queue.clone();
    let (alive, mut ended) = mpsc::channel::<()>(0);
    let mut jobs = workload.jobs(executor);
    let room = limit.get().min(8);
    let mut more = true;
    while more {
        while more && queue.lock().unwrap().len() < room {
            match jobs.next().await {
                Some(job) => queue.lock().unwrap().push(job),
                None => more = false,
            }
        }
        let (inbox, alive) = (inbox.clone(), alive.clone());
        let (done, over) = futures::channel::oneshot::channel::<()>();
        executor.spawn(async move {
            let _both = (alive, done);
            loop {
                let next = inbox.lock().unwrap().pop();
                let Some(job) = next else { break };
                job.delivered().await;
            }
        });
        over.await.unwrap_or_default();
    }
    drop(alive);
    ended.next().await;
}

/// Tasks hand their outputs to one consumer, and are done with that.
async fn through_a_channel<X: Executor, W: Workload<X>>(pool: &Pool, workload: &W, executor: &X) {
    let semaphore = pool.permits();
    let tasks = TaskGroup::new(executor);
    let (outputs, mut inbox) = mpsc::unbounded();
    let consumer = async {
        while let Some(output) = inbox.next().await {
            yield_once().await;
            Deliver::deliver(output).await;
        }
    };
    let producer = async {
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let (permit, outputs) = (semaphore.acquire_arc().await, outputs.clone());
            tasks.spawn(async move {
                let output = job.await;
                drop(permit);
                drop(outputs.unbounded_send(output));
            });
        }
        drop(outputs);
    };
    futures::join!(consumer, producer);
    tasks.join().await;
}
