//! Slots that are used again and again, each with a waker of its own that says which is to be
//! polled; and the ways to get that wrong.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    panic::resume_unwind,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use bp_core::{Claims, Clock, Deliver, Strategy, Workload};

use crate::fault::Fault::{self, *};

pub(crate) struct Slots {
    limit: NonZeroUsize,
    fault: Option<Fault>,
    /// How many places no run will have again.
    kept: AtomicUsize,
}

impl Slots {
    pub(crate) fn new(limit: NonZeroUsize, fault: Option<Fault>) -> Self {
        Self { limit, fault, kept: AtomicUsize::new(0) }
    }
}

/// Keeps a place for good when it is dropped by whoever unwinds.
struct Keeps<'a>(&'a AtomicUsize);

impl Drop for Keeps<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(usize::from(thread::panicking()), Relaxed);
    }
}

impl<X: Clock> Strategy<X> for Slots {
    fn claims(&self) -> Claims {
        Claims { limit: Some(self.limit), window: Some(self.limit), ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut jobs = workload.jobs(executor);
        let mut ring = Ring::new(self.fault);
        let mut more = true;
        let _keeps = (self.fault == Some(PlaceKeptAtUnwinding)).then_some(Keeps(&self.kept));
        let places = self.limit.get().saturating_sub(self.kept.load(Relaxed)).max(1);
        loop {
            while more && ring.running < places {
                match jobs.next().await {
                    Some(job) => ring.insert(job),
                    None => more = false,
                }
            }
            if ring.running == 0 {
                break;
            }
            poll_fn(|cx| ring.poll(cx)).await.deliver().await;
        }
    }
}

struct Ring<J> {
    slots: Vec<Option<Pin<Box<J>>>>,
    free: Vec<usize>,
    running: usize,
    shared: Arc<Mutex<Shared>>,
    fault: Option<Fault>,
}

#[derive(Default)]
struct Shared {
    /// Slots that were woken; none stands in it twice.
    ready: VecDeque<usize>,
    parent: Option<Waker>,
}

impl<J: Future> Ring<J> {
    fn new(fault: Option<Fault>) -> Self {
        Self { slots: vec![], free: vec![], running: 0, shared: Arc::default(), fault }
    }

    fn insert(&mut self, job: J) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(Box::pin(job));
        self.running += 1;
        let mut shared = self.shared.lock().unwrap();
        if !shared.ready.contains(&slot) {
            shared.ready.push_back(slot);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<J::Output> {
        {
            let parent = &mut self.shared.lock().unwrap().parent;
            if self.fault != Some(ParentKept) || parent.is_none() {
                *parent = Some(cx.waker().clone());
            }
        }
        loop {
            let next = self.shared.lock().unwrap().ready.pop_front();
            let Some(slot) = next else { return Poll::Pending };
            let waker = Waker::from(Arc::new(SlotWaker { slot, shared: self.shared.clone() }));
            let Some(job) = &mut self.slots[slot] else {
                if self.fault == Some(StaleWakePanics) {
                    resume_unwind(Box::new("a slot that was woken is empty"));
                }
                continue; // woken after its job had ended
            };
            let polled = job.as_mut().poll(&mut Context::from_waker(&waker));
            if self.fault == Some(WakeDuringPollLost) {
                self.shared.lock().unwrap().ready.retain(|&woken| woken != slot);
            }
            if let Poll::Ready(output) = polled {
                self.slots[slot] = None;
                self.free.push(slot);
                self.running -= 1;
                return Poll::Ready(output);
            }
        }
    }
}

struct SlotWaker {
    slot: usize,
    shared: Arc<Mutex<Shared>>,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        let parent = {
            let mut shared = self.shared.lock().unwrap();
            if !shared.ready.contains(&self.slot) {
                shared.ready.push_back(self.slot);
            }
            shared.parent.clone()
        };
        parent.into_iter().for_each(Waker::wake);
    }
}
