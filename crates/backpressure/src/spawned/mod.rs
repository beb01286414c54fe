//! The futures of a stream in tasks of an executor: they get on whatever the consumer does.

mod driver;
mod shared;
pub mod spawn;

use alloc::{collections::VecDeque, sync::Arc, vec::Vec};
use core::{
    convert::Infallible,
    fmt, future,
    pin::Pin,
    task::{Context, Poll, ready},
};
use std::panic::resume_unwind;

use futures_core::{FusedStream, Stream};

use self::{driver::Driver, shared::Shared, spawn::Spawn};
use crate::{
    bounds::Bounds,
    budget::Budget,
    outputs::{Order, Outputs},
    stream::{Next, OutputOf, OutputsOf},
};

/// As [`Bounded`](crate::Bounded), with the futures in tasks of an executor.
///
/// Made by [`Bounded::spawned_on`](crate::Bounded::spawned_on). The futures get on while the
/// consumer is busy, on as many cores as the executor has. There is a task for each of these, not
/// one for each future: each runs its share of the limit, so a future costs a fraction of a spawned
/// task, and those that share a task never run at the same time. A future that computes for long
/// keeps its neighbours waiting, as it would on a thread of its own on a busy machine.
///
/// For futures that take less than a microsecond two threads are slower than one.
///
/// # Complexity
/// A future costs O(1), as [everywhere](crate#what-it-costs). Tasks and consumer meet at a lock, for
/// some dozens of futures at a time if there are so many.
///
/// # The source
/// It is polled by the tasks, one at a time and **under that lock**. So it should be quick: while it
/// computes, all tasks and the consumer may have to wait for it, and an iterator must not block. It
/// must not poll this stream, nor ask it for its `size_hint`: it would wait for itself.
///
/// # Cancel safety
/// To drop the future of [`next`](Self::next) loses nothing. When the stream is dropped its tasks
/// are woken, and drop their futures when they are next polled; [`close`](Self::close) waits for
/// that.
///
/// # Panics
/// A future or a source that panics does so out of the poll of this stream, as soon as the consumer
/// asks for an output. The stream may be polled again and goes on with the others; a source that
/// panicked has ended. It also panics if the executor drops its tasks before they are over.
#[must_use = "streams do nothing unless they are polled"]
pub struct Spawned<S, O, X>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
    start: Start<S, OutputsOf<S, O>, X>,
    /// Outputs that were taken and not yet handed out.
    batch: VecDeque<OutputOf<S>>,
    ended: bool,
}

enum Start<S, O, X> {
    /// It was not polled.
    Waits(Option<(S, Bounds, X)>),
    Runs(Arc<Shared<S, O>>),
}

// The source is pinned in a box once it runs, and nothing else is.
impl<S, O, X> Unpin for Spawned<S, O, X>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
}

impl<S, O, X> Spawned<S, O, X>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
    pub(crate) fn new(source: S, bounds: Bounds, executor: X) -> Self {
        let start = Start::Waits(Some((source, bounds, executor)));
        Self { start, batch: VecDeque::new(), ended: false }
    }

    /// Ends the stream and waits until each of its futures is dropped.
    ///
    /// Futures are dropped where they wait: one that computes is waited for. The source is dropped
    /// with the last of them. To cancel without waiting, drop the stream.
    ///
    /// # Cancel safety
    /// The stream is closed when this is polled for the first time, and stays so.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// use std::sync::Arc;
    ///
    /// use backpressure::{IteratorExt as _, spawn::Tokio};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let file = Arc::new("open");
    /// let used = file.clone();
    /// let jobs = (0..).map(move |n: u64| {
    ///     let file = used.clone();
    ///     async move { (n, file.len()) }
    /// });
    /// let mut lengths = jobs.as_completed(8).spawned_on(Tokio);
    /// lengths.next().await;
    /// lengths.close().await;
    /// assert_eq!(Arc::strong_count(&file), 1, "no job has it, and the source is gone");
    /// # });
    /// # }
    /// ```
    pub async fn close(self) {
        if let Start::Runs(shared) = &self.start {
            shared.close();
            future::poll_fn(|cx| shared.poll_ended(cx)).await;
        }
    }
}

impl<S, O, X> Spawned<S, O, X>
where
    S: Stream + Send + 'static,
    S::Item: Future<Output: Send> + Send + 'static,
    O: Order<OutputOf<S>>,
    OutputsOf<S, O>: Send + 'static,
    X: Spawn,
{
    /// The next output; `None` once the source has ended and all outputs were handed out.
    ///
    /// The first call spawns the tasks. The futures get on whether this is awaited or not. If there
    /// is no runtime to be spawned on, it panics and nothing is lost: call it again inside of one.
    ///
    /// # Complexity
    /// O(1), and a lock for some dozens of outputs.
    ///
    /// # Cancel safety
    /// To drop the returned future loses nothing.
    ///
    /// # Panics
    /// If a future or the source did, or if the executor has dropped a task. Call it again to go on
    /// with the others.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "as every stream has it; it is no iterator")]
    pub fn next(&mut self) -> Next<'_, Self> {
        Next::new(self)
    }

    /// Hands each output to `consume`, one at a time, until all are consumed.
    ///
    /// As the futures get on whatever the consumer does, a plain loop over [`next`](Self::next) is
    /// as good: it may have a state, and end with `?`.
    ///
    /// # Cancel safety
    /// To drop the returned future drops the stream, and the consumer where it is.
    ///
    /// # Panics
    /// If `consume` or its future does, and as [`next`](Self::next). The stream is gone then.
    pub async fn for_each<C, U>(self, mut consume: C)
    where
        C: FnMut(OutputOf<S>) -> U,
        U: Future<Output = ()>,
    {
        let consume = |output| {
            let consumer = consume(output);
            async move {
                consumer.await;
                Ok::<_, Infallible>(())
            }
        };
        let Ok(()) = self.try_for_each(consume).await;
    }

    /// Hands each output to `consume`, one at a time, until all are consumed or it fails.
    ///
    /// With its first error the stream is dropped, which cancels what runs and waits for nothing.
    ///
    /// # Errors
    /// The first of the consumer.
    ///
    /// # Cancel safety
    /// To drop the returned future drops the stream, and the consumer where it is.
    ///
    /// # Panics
    /// As [`for_each`](Self::for_each).
    pub async fn try_for_each<C, U, E>(mut self, mut consume: C) -> Result<(), E>
    where
        C: FnMut(OutputOf<S>) -> U,
        U: Future<Output = Result<(), E>>,
    {
        let mut budget = Budget::new();
        while let Some(output) = self.next().await {
            consume(output).await?;
            budget.ended();
            if budget.is_spent() {
                budget = Budget::new();
                Budget::give_way().await;
            }
        }
        Ok(())
    }

    /// What the tasks share; they are spawned by the first call.
    #[inline]
    fn running(&mut self) -> &Arc<Shared<S, OutputsOf<S, O>>> {
        if let Start::Waits(parts) = &mut self.start {
            // If there is no executor it panics here, and nothing is lost.
            let tasks = parts.as_ref().map(|(.., executor)| executor.parallelism().get());
            let (source, bounds, executor) = parts.take().expect("it is taken once, here");
            let tasks = tasks.map_or(1, |tasks| tasks.min(bounds.limit().get()));
            let shared = Shared::new(source, bounds, OutputsOf::<S, O>::new(), tasks);
            let shared = Arc::new(shared);
            self.start = Start::Runs(shared.clone());
            spawn(&shared, tasks, &executor);
        }
        match &self.start {
            Start::Runs(shared) => shared,
            Start::Waits(_) => unreachable!("it was started above"),
        }
    }
}

/// Spawns the tasks, with an even share of the limit each. If the executor panics, all that it did not
/// take are dropped, and the stream says so.
#[cold]
fn spawn<S, O, X>(shared: &Arc<Shared<S, O>>, tasks: usize, executor: &X)
where
    S: Stream<Item: Future<Output: Send> + Send> + Send + 'static,
    O: Outputs<OutputOf<S>> + Send + 'static,
    X: Spawn,
{
    let limit = shared.bounds().limit().get();
    let driver = |task| {
        let share = limit / tasks + usize::from(task < limit % tasks);
        Driver::new(shared.clone(), task, share)
    };
    let drivers: Vec<_> = (0..tasks).map(driver).collect();
    drivers.into_iter().for_each(|driver| executor.spawn(driver));
}

impl<S, O, X> Stream for Spawned<S, O, X>
where
    S: Stream + Send + 'static,
    S::Item: Future<Output: Send> + Send + 'static,
    O: Order<OutputOf<S>>,
    OutputsOf<S, O>: Send + 'static,
    X: Spawn,
{
    type Item = OutputOf<S>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.batch.is_empty() {
            if this.ended {
                return Poll::Ready(None);
            }
            let shared = this.running().clone();
            match ready!(shared.take(&mut this.batch, cx)) {
                Ok(true) => {}
                Ok(false) => {
                    this.ended = true;
                    shared.close(); // after an error some may still run
                    return Poll::Ready(None);
                }
                Err(panic) => resume_unwind(panic),
            }
        }
        this.running().hand_out();
        Poll::Ready(this.batch.pop_front())
    }

    /// As exact as that of the source, but for futures that panic.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let (least, most) = match &self.start {
            Start::Waits(parts) => {
                parts.as_ref().map_or((0, Some(0)), |(source, ..)| source.size_hint())
            }
            Start::Runs(_) if self.ended => (0, Some(0)),
            Start::Runs(shared) => shared.size_hint(),
        };
        let batch = self.batch.len();
        (least.saturating_add(batch), most.and_then(|most| most.checked_add(batch)))
    }
}

impl<S, O, X> FusedStream for Spawned<S, O, X>
where
    S: Stream + Send + 'static,
    S::Item: Future<Output: Send> + Send + 'static,
    O: Order<OutputOf<S>>,
    OutputsOf<S, O>: Send + 'static,
    X: Spawn,
{
    fn is_terminated(&self) -> bool {
        self.ended && self.batch.is_empty()
    }
}

impl<S, O, X> Drop for Spawned<S, O, X>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
    fn drop(&mut self) {
        if let Start::Runs(shared) = &self.start {
            shared.close();
        }
    }
}

impl<S, O, X> fmt::Debug for Spawned<S, O, X>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds = match &self.start {
            Start::Waits(parts) => parts.as_ref().map(|(_, bounds, _)| *bounds),
            Start::Runs(shared) => Some(shared.bounds()),
        };
        f.debug_struct("Spawned").field("bounds", &bounds).field("ended", &self.ended).finish()
    }
}
