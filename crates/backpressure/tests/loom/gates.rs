//! Jobs that wait until they are told. loom sees nothing of it but the wakes: what they tell is there
//! before them, in any order of threads.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

/// Opens with the last of its keys.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    locks: usize,
    waker: Option<Waker>,
}

impl Gate {
    /// A gate with so many locks.
    pub(crate) fn new(locks: usize) -> Self {
        Self(Arc::new(Mutex::new(State { locks, waker: None })))
    }

    /// Opens a lock, and wakes whoever waits.
    pub(crate) fn open(&self) {
        self.0.lock().unwrap().locks -= 1;
        self.wake();
    }

    /// Wakes whoever waits, and opens nothing.
    pub(crate) fn wake(&self) {
        let waker = self.0.lock().unwrap().waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether it is open; if not, the waker is told of each lock.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.locks == 0 {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// A job that ends when the gate is open, and yields `number`.
    pub(crate) fn job(&self, number: usize) -> Job {
        Job { gate: self.clone(), number }
    }
}

pub(crate) struct Job {
    gate: Gate,
    number: usize,
}

impl Future for Job {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        self.gate.poll(cx).map(|()| self.number)
    }
}
