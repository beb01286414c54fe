use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bp_core::{Clock, Deliver, Workload};

use crate::{Recorder, recorder::Place};

/// A workload of which each job leaves its moments with a [`Recorder`], on the executor's own clock:
/// admitted, started (first polled), finished, delivered (its delivery first polled); or lost, if it or
/// its output is dropped before.
///
/// It adds no allocation to a job.
#[derive(Debug)]
pub struct Observed<W> {
    inner: W,
    recorder: &'static Recorder,
}

impl<W> Observed<W> {
    /// Watches the jobs of `inner`.
    pub fn new(inner: W, recorder: &'static Recorder) -> Self {
        Self { inner, recorder }
    }

    /// The workload inside.
    pub fn inner(&self) -> &W {
        &self.inner
    }
}

impl<X: Clock, W: Workload<X>> Workload<X> for Observed<W> {
    type Output = Handover<W::Output, X>;

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn open(&self) -> bool {
        self.inner.open()
    }

    fn arrival(&self, index: u64) -> Duration {
        self.inner.arrival(index)
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Self::Output> + Send + 'static {
        let job = self.inner.job(index, executor);
        let place = self.recorder.admitted(index, || self.inner.arrival(index), executor.now());
        Watched { job, life: Some(Life { place, clock: executor.clone() }) }
    }
}

/// A job or its output, for as long as it exists and was not delivered.
#[derive(Debug)]
struct Life<X: Clock> {
    place: Place,
    clock: X,
}

impl<X: Clock> Life<X> {
    fn delivered(mut self) {
        self.place.delivered(self.clock.now());
    }
}

impl<X: Clock> Drop for Life<X> {
    fn drop(&mut self) {
        if !self.place.ended() {
            self.place.lost(self.clock.now());
        }
    }
}

pin_project_lite::pin_project! {
    /// A job that is watched. Written by hand since an async block would store the job twice.
    struct Watched<F, X: Clock> {
        #[pin]
        job: F,
        // goes on with the output
        life: Option<Life<X>>,
    }
}

impl<F: Future, X: Clock> Future for Watched<F, X> {
    type Output = Handover<F::Output, X>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let life = this.life.as_mut().expect("a future is not polled after it was ready");
        if !life.place.has_started() {
            life.place.started(life.clock.now());
        }
        let unwinding = Unwinding(&mut *this.life);
        let polled = this.job.poll(cx);
        mem::forget(unwinding);
        let output = ready!(polled);
        let mut life = this.life.take().expect("it was there a moment ago");
        life.place.finished(life.clock.now());
        Poll::Ready(Handover { output, life })
    }
}

/// Ends the life of a job that panics, at once: a strategy may keep what is left of it for longer.
struct Unwinding<'l, X: Clock>(&'l mut Option<Life<X>>);

impl<X: Clock> Drop for Unwinding<'_, X> {
    fn drop(&mut self) {
        *self.0 = None;
    }
}

/// The output of an [`Observed`] job: that of the job inside, whose delivery is still to be seen.
#[derive(Debug)]
pub struct Handover<O, X: Clock> {
    output: O,
    life: Life<X>,
}

impl<O: Deliver, X: Clock> Deliver for Handover<O, X> {
    fn succeeded(&self) -> bool {
        self.output.succeeded()
    }

    fn refused(&self) -> bool {
        self.output.refused()
    }

    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        let Self { output, life } = self;
        async move {
            life.delivered();
            output.deliver().await;
        }
    }
}
