//! A set that is polled in one task, and the ways to get it wrong.

use std::{
    future::{Future, poll_fn},
    mem,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use bp_core::{Claims, Clock, Deliver, Job, Order, Strategy, Workload, yield_once};
use futures::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};

use crate::fault::Fault::{self, *};

pub(crate) struct Set {
    pub(crate) limit: NonZeroUsize,
    pub(crate) fault: Option<Fault>,
}

impl Set {
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

impl<X: Clock> Strategy<X> for Set {
    fn claims(&self) -> Claims {
        let claimed = self.limit.saturating_add(usize::from(self.has(ClaimsOneMore)));
        Claims {
            limit: Some(claimed),
            window: Some(claimed),
            order: Order::Completion,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let run: BoxFuture<'_, ()> = match self.fault {
            Some(PollsAll) => Box::pin(self.by_scan(workload, executor)),
            _ => Box::pin(self.by_wake(workload, executor)),
        };
        match self.fault {
            Some(FirstWakerOnly) => FirstWaker { run, first: None }.await,
            Some(NobodyToWake) => Deaf { run, polls: 0 }.await,
            _ => run.await,
        }
    }
}

impl Set {
    async fn by_wake<X: Clock, W: Workload<X>>(&self, workload: &W, executor: &X) {
        let limit = match self.fault {
            Some(NeverMoreThanThirty) => self.limit.get().min(30),
            _ => self.limit.get(),
        };
        let mut notes = vec![];
        let mut jobs = workload.jobs(executor);
        let forgotten = self.has(SetForgotten);
        let mut set = Forgettable { inner: Some(FuturesUnordered::new()), forgotten };
        let set = set.inner.as_mut().expect("it is taken when it is dropped");
        let room = limit.saturating_add(usize::from(self.has(RoomCheckedLate)));
        let (mut more, mut begun) = (true, false);
        loop {
            let waits = begun && self.has(RefillsByHalves) && set.len() > limit / 2;
            while more && !waits && set.len() < room {
                match jobs.next().await {
                    Some(job) => set.push(one(self.fault, job)),
                    None => more = false,
                }
            }
            if self.has(WaitsForAFullSet) && !begun && set.len() < limit && !set.is_empty() {
                futures::future::pending::<()>().await;
            }
            begun = true;
            let Some(first) = set.next().await else { break };
            let mut done = vec![first];
            if self.has(LastDoneFirst) {
                while let Some(Some(another)) = futures::FutureExt::now_or_never(set.next()) {
                    done.insert(0, another);
                }
            }
            for _ in 0..if self.has(YieldsForEachPlace) { limit.min(999) } else { 0 } {
                yield_once().await;
            }
            for output in done.into_iter().flatten() {
                if self.has(PanicEndsTheStream) && !output.succeeded() {
                    return;
                }
                let mut delivery = pin!(output.deliver());
                poll_fn(|cx| {
                    let delivered = delivery.as_mut().poll(cx);
                    if delivered.is_pending() && self.has(NotesEachWait) {
                        notes.push([0_u8; 16]);
                    }
                    if delivered.is_pending() && self.has(LosesWhatIsDoneMeanwhile) {
                        while let Poll::Ready(Some(_)) = set.poll_next_unpin(cx) {}
                    }
                    delivered
                })
                .await;
            }
        }
    }

    /// Every poll asks every job.
    async fn by_scan<X: Clock, W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        let (mut running, mut more) = (vec![], true);
        loop {
            while more && running.len() < self.limit.get() {
                match jobs.next().await {
                    Some(job) => running.push(Box::pin(job)),
                    None => more = false,
                }
            }
            if running.is_empty() {
                break;
            }
            let (place, output) = poll_fn(|cx| {
                let mut asked = running.iter_mut().enumerate();
                asked
                    .find_map(|(place, job)| match job.as_mut().poll(cx) {
                        Poll::Ready(output) => Some((place, output)),
                        Poll::Pending => None,
                    })
                    .map_or(Poll::Pending, Poll::Ready)
            })
            .await;
            drop(running.remove(place));
            output.deliver().await;
        }
    }
}

/// A job as the set polls it; `None` if it was given up.
async fn one<J: Job>(fault: Option<Fault>, job: J) -> Option<J::Output> {
    let mut job = Box::pin(job);
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        let polled = match catch_unwind(AssertUnwindSafe(|| job.as_mut().poll(cx))) {
            Ok(polled) => polled,
            Err(_) if fault == Some(UnwindSwallowed) => return Poll::Ready(None),
            Err(_) if fault == Some(PolledAfterUnwinding) => job.as_mut().poll(cx),
            Err(panic) => resume_unwind(panic),
        };
        match polled {
            Poll::Ready(output) => {
                if fault == Some(PolledAfterTheEnd) {
                    drop(job.as_mut().poll(cx));
                }
                Poll::Ready(Some(output))
            }
            Poll::Pending if polls > 2 && fault == Some(SpuriousPollTakenForTheEnd) => {
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// What is dropped, unless it is to be forgotten.
struct Forgettable<T> {
    inner: Option<T>,
    forgotten: bool,
}

impl<T> Drop for Forgettable<T> {
    fn drop(&mut self) {
        if self.forgotten {
            mem::forget(self.inner.take());
        }
    }
}

/// Polls with the waker of the first poll.
struct FirstWaker<'a> {
    run: BoxFuture<'a, ()>,
    first: Option<Waker>,
}

impl Future for FirstWaker<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let waker = this.first.get_or_insert_with(|| cx.waker().clone());
        this.run.as_mut().poll(&mut Context::from_waker(waker))
    }
}

/// Now and then polls with a waker that wakes nobody.
struct Deaf<'a> {
    run: BoxFuture<'a, ()>,
    polls: u64,
}

impl Future for Deaf<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.polls += 1;
        let deaf = self.polls == 3;
        let waker = if deaf { Waker::noop() } else { cx.waker() };
        self.run.as_mut().poll(&mut Context::from_waker(waker))
    }
}
