//! Lets as many in as the estimate allows at this moment.

use std::{
    future::{Future, poll_fn},
    sync::{Arc, Mutex, MutexGuard},
    task::Poll,
    time::Duration,
};

use futures::task::AtomicWaker;

use crate::Estimate;

pub(crate) struct Gate {
    inside: Mutex<(usize, Estimate)>,
    /// Of the one loop that waits.
    waits: AtomicWaker,
}

/// The right to be inside; given back when it is dropped.
pub(crate) struct Pass(Arc<Gate>, u64);

impl Gate {
    pub(crate) fn new(estimate: Estimate) -> Arc<Self> {
        Arc::new(Self { inside: Mutex::new((0, estimate)), waits: AtomicWaker::new() })
    }

    /// Waits until fewer are inside than may be.
    pub(crate) fn enter(self: &Arc<Self>) -> impl Future<Output = Pass> + Send {
        poll_fn(|cx| {
            self.waits.register(cx.waker()); // first, so that who leaves from now on wakes it
            let (inside, estimate) = &mut *self.inside();
            let Some(round) = estimate.admit(*inside) else { return Poll::Pending };
            *inside += 1;
            Poll::Ready(Pass(self.clone(), round))
        })
    }

    fn inside(&self) -> MutexGuard<'_, (usize, Estimate)> {
        self.inside.lock().expect("nothing panics while it is held")
    }
}

impl Pass {
    pub(crate) fn took(&self, time: Duration) {
        self.0.inside().1.took(self.1, time);
    }

    pub(crate) fn refused(&self) {
        self.0.inside().1.refused(self.1);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.0.inside().0 -= 1;
        self.0.waits.wake();
    }
}
