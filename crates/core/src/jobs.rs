use std::{
    any::Any,
    fmt,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::stream::{self, Stream};

use crate::{Clock, Job, Lost, Uncontained, Workload};

/// The source of a run: hands out the jobs of a workload, one at a time, as they arrive.
pub struct Jobs<'w, 'x, W, X> {
    workload: &'w W,
    executor: &'x X,
    index: u64,
    start: Duration,
    /// Made for the first job that is early, and used again.
    nap: Option<Pin<Box<dyn Nap + 'x>>>,
    asleep: bool,
}

impl<'w, 'x, W: Workload<X>, X: Clock> Jobs<'w, 'x, W, X> {
    pub(crate) fn new(workload: &'w W, executor: &'x X) -> Self {
        Self { workload, executor, index: 0, start: executor.now(), nap: None, asleep: false }
    }

    /// The next job, once it has arrived; `None` when there is no more.
    ///
    /// A job that panics yields [`Lost`], so that it cannot take its worker with it; but for a panic
    /// that is [`Uncontained`].
    ///
    /// # Cancel safety
    /// A job is admitted when this completes: dropping the future before admits none.
    #[expect(clippy::should_implement_trait, reason = "it is the same, but has to be awaited")]
    pub fn next(
        &mut self,
    ) -> impl Future<Output = Option<impl Job<Output = Result<W::Output, Lost>> + use<'w, 'x, W, X>>>
    + Send {
        poll_fn(|cx| self.poll_next(cx))
    }

    /// The next `size` jobs, fewer at the end; `None` when there is no more.
    ///
    /// It waits for the last of them to arrive.
    pub async fn batch(
        &mut self,
        size: NonZeroUsize,
    ) -> Option<Vec<impl Job<Output = Result<W::Output, Lost>> + use<'w, 'x, W, X>>> {
        let mut batch = Vec::from_iter(self.next().await);
        while batch.len() < size.get()
            && let Some(job) = self.next().await
        {
            batch.push(job);
        }
        if batch.is_empty() { None } else { Some(batch) }
    }

    /// The same as a stream, for combinators.
    pub fn stream(
        mut self,
    ) -> impl Stream<Item = impl Job<Output = Result<W::Output, Lost>>> + Send + use<'w, 'x, W, X>
    {
        stream::poll_fn(move |cx| self.poll_next(cx))
    }

    /// The next job, once it has arrived; `None` when there is no more.
    #[inline(always)]
    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Contained<impl Job<Output = W::Output> + use<'w, 'x, W, X>>>> {
        if !self.asleep {
            let Some(early) = self.early() else { return Poll::Ready(None) };
            if early.is_zero() {
                return Poll::Ready(Some(self.admit()));
            }
            self.fall_asleep(early);
        }
        ready!(self.poll_nap(cx));
        Poll::Ready(Some(self.admit()))
    }

    #[cold]
    fn fall_asleep(&mut self, time: Duration) {
        let nap = self.nap.get_or_insert_with(|| {
            let executor = self.executor;
            Box::pin(Naps { sleep: |time| executor.sleep(time), nap: None })
        });
        nap.as_mut().begin(time);
        self.asleep = true;
    }

    #[cold]
    fn poll_nap(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(nap) = &mut self.nap {
            ready!(nap.as_mut().poll(cx));
        }
        self.asleep = false;
        Poll::Ready(())
    }

    /// How long it is until the next job arrives, zero if it has; `None` when there is no more.
    #[inline]
    fn early(&self) -> Option<Duration> {
        let ended = self.workload.len() == Some(self.index);
        if ended || !self.workload.open() {
            return None;
        }
        let arrival = self.workload.arrival(self.index);
        if arrival.is_zero() {
            return Some(arrival); // where all jobs are there from the start no clock is read
        }
        Some((self.start + arrival).saturating_sub(self.executor.now()))
    }

    /// Takes the next job from the source.
    #[inline]
    fn admit(&mut self) -> Contained<impl Job<Output = W::Output> + use<'w, 'x, W, X>> {
        let index = self.index;
        self.index += 1;
        Contained { job: self.workload.job(index, self.executor) }
    }
}

/// One place for one sleep after another. The source keeps it, and not the future that waits for
/// the next job: that is made for each job, and where no job is early it shall cost nothing.
trait Nap: Send {
    fn begin(self: Pin<&mut Self>, time: Duration);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;
}

pin_project_lite::pin_project! {
    struct Naps<C, S> {
        sleep: C,
        #[pin]
        nap: Option<S>,
    }
}

impl<C: Fn(Duration) -> S + Send, S: Future<Output = ()> + Send> Nap for Naps<C, S> {
    fn begin(self: Pin<&mut Self>, time: Duration) {
        let mut this = self.project();
        this.nap.set(Some((this.sleep)(time)));
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().nap.as_pin_mut().map_or(Poll::Ready(()), |nap| nap.poll(cx))
    }
}

pin_project_lite::pin_project! {
    /// A job whose panic is an output like any other.
    ///
    /// Written by hand: the same from combinators is three futures, one in the other, and costs
    /// a third more instructions a poll.
    struct Contained<J> {
        #[pin]
        job: J,
    }
}

impl<J: Job> Future for Contained<J> {
    type Output = Result<J::Output, Lost>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let job = self.project().job;
        // The job is not polled again after a panic, so what the panic left broken is never seen.
        let mut polled = Poll::Pending;
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| polled = job.poll(cx).map(Ok))) {
            return Poll::Ready(Err(lost(panic)));
        }
        polled
    }
}

/// What the panic of a job is to a strategy.
#[cold]
fn lost(panic: Box<dyn Any + Send>) -> Lost {
    if panic.is::<Uncontained>() {
        resume_unwind(panic);
    }
    Lost
}

impl<W, X> fmt::Debug for Jobs<'_, '_, W, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("index", &self.index).finish_non_exhaustive()
    }
}
