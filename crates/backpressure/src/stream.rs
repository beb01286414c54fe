use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

#[cfg(feature = "std")]
use crate::spawned::Spawned;
use crate::{
    bounds::{Bounds, or_panic},
    engine::Engine,
    observe::{Counts, Observe},
    outputs::{Order, Outputs},
    weights::Weights,
};

pin_project! {
    /// Runs the futures of a source, at most `limit` at a time, and hands out what they yield.
    ///
    /// Made by [`StreamExt`](crate::StreamExt) and [`IteratorExt`](crate::IteratorExt); `O` is the
    /// order of the outputs, `H` what [observes](Self::observe) it, `W` what [weighs](Self::weighed)
    /// its futures.
    ///
    /// Its futures run in the task that polls it: they may borrow, and they use one core. **Between
    /// two calls of [`next`](Self::next) none of them gets on**, so a consumer that takes long
    /// stalls them all; [`for_each`](Self::for_each) lets them get on while its consumer waits.
    ///
    /// # Complexity
    /// A future costs O(1): see [what it costs](crate#what-it-costs).
    ///
    /// # Cancel safety
    /// To drop the future of [`next`](Self::next), or to stop polling, loses nothing: so it may
    /// stand in a `select!`. To drop the stream drops what runs and what waits, at once.
    ///
    /// # Panics
    /// A future or a source that panics does so out of the poll of this stream. That future is
    /// dropped and its place is free: the stream may be polled again, and goes on with the others
    /// as if that one had never been.
    #[must_use = "streams do nothing unless they are polled"]
    pub struct Bounded<S, O, H = (), W = ()>
    where
        S: Stream,
        S::Item: Future,
        O: Order<<S::Item as Future>::Output>,
        W: Weights<S::Item>,
    {
        #[pin]
        pub(crate) engine: EngineOf<S, O, H, W>,
    }
}

pub(crate) type OutputOf<S> = <<S as Stream>::Item as Future>::Output;
pub(crate) type OutputsOf<S, O> = <O as Order<OutputOf<S>>>::Outputs;
type EngineOf<S, O, H, W> = Engine<
    S,
    <S as Stream>::Item,
    OutputsOf<S, O>,
    (
        <OutputsOf<S, O> as Outputs<OutputOf<S>>>::Ticket,
        <W as Weights<<S as Stream>::Item>>::Weight,
    ),
    H,
    W,
>;

/// What stands for neither an observer nor weights.
#[cfg(feature = "std")]
#[diagnostic::on_unimplemented(
    message = "a stream that is observed or weighed cannot be spawned",
    label = "it has `{Self}`",
    note = "only streams of your own task can: call `spawned_on` without `observe` and `weighed`"
)]
pub trait Nothing {}

#[cfg(feature = "std")]
impl Nothing for () {}

impl<S, O> Bounded<S, O>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
{
    pub(crate) fn new(source: S, bounds: Bounds) -> Self {
        Self { engine: Engine::new(source, bounds, (), ()) }
    }
}

impl<S, O, H, W> Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    /// Runs the futures in tasks of an executor, where they get on while the consumer is busy and
    /// use all cores. They are started when the stream is first polled.
    ///
    /// To be polled, source, futures and outputs have to be `Send` and `'static`. The limit and the
    /// window are those of this stream, in all tasks together.
    ///
    /// One that is observed or weighed cannot be spawned.
    ///
    /// # Complexity
    /// A task for each core, not for each future. See [`Spawned`].
    ///
    /// # Panics
    /// If the stream was polled: what runs could not be moved.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// use backpressure::{IteratorExt as _, spawn::Tokio};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let squares = (0..4).map(|n| async move { n * n }).materialize(2);
    /// let mut squares = squares.spawned_on(Tokio);
    /// assert_eq!(squares.next().await, Some(0));
    /// squares.close().await; // the others are cancelled
    /// # });
    /// # }
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn spawned_on<X>(self, executor: X) -> Spawned<S, O, X>
    where
        H: Nothing,
        W: Nothing,
    {
        let (source, bounds, _) = self.engine.into_parts();
        Spawned::new(source, bounds, executor)
    }
}

impl<S, O, W> Bounded<S, O, (), W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    W: Weights<S::Item>,
{
    /// Lets something see what happens, and how full the stream is then. See [`Observe`].
    ///
    /// Without it nothing is counted that would not be counted anyway. Only streams of your own
    /// task can be observed, so call [`spawned_on`](Self::spawned_on) on one that is not.
    pub fn observe<H: Observe>(self, observer: H) -> Bounded<S, O, H, W> {
        Bounded { engine: self.engine.observe(observer) }
    }
}

impl<S, O, H, W> Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    /// Lets up to `window` futures be taken and not yet handed out, so that others may start while
    /// finished outputs wait. Without it the window is the limit.
    ///
    /// In order, a wider window lets others start behind a slow future. As completed, it lets them
    /// start while the consumer takes its time. It is memory that pays: O(`window`) outputs, as
    /// they come.
    /// # Panics
    /// If `window` is less than the limit: so many could never run. [`Bounds::new`] says the same
    /// in an error.
    ///
    /// ```
    /// use std::future;
    ///
    /// use backpressure::IteratorExt as _;
    /// use futures::FutureExt as _;
    ///
    /// // The first never ends. Two may run, and ten may be held.
    /// let jobs = (0..).map(|n| match n {
    ///     0 => future::pending().left_future(),
    ///     _ => future::ready(n).right_future(),
    /// });
    /// let mut outputs = jobs.materialize(2).window(10);
    /// assert_eq!(outputs.next().now_or_never(), None);
    /// assert_eq!((outputs.counts().in_flight, outputs.counts().waiting()), (1, 9));
    /// ```
    #[track_caller]
    pub fn window(self, window: usize) -> Self {
        let limit = self.engine.bounds().limit().get();
        let bounds = or_panic(Bounds::new(limit, window));
        Self { engine: self.engine.with_bounds(bounds) }
    }

    /// Changes how many may run and be held, while some do. O(1).
    ///
    /// What runs goes on: if fewer are allowed than run, nothing starts until enough have ended.
    /// More start at the next poll, for which the task is not woken.
    ///
    /// ```
    /// use std::pin::Pin;
    ///
    /// use backpressure::{Bounds, IteratorExt as _};
    ///
    /// # futures::executor::block_on(async {
    /// let mut pages = (0..100).map(|page| async move { page }).materialize(10);
    /// pages.next().await;
    /// Pin::new(&mut pages).set_bounds(Bounds::new(20, 40)?);
    /// # Ok::<(), backpressure::BoundsError>(())
    /// # }).unwrap();
    /// ```
    pub fn set_bounds(self: Pin<&mut Self>, bounds: Bounds) {
        self.project().engine.set_bounds(bounds);
    }

    /// How many may run and be held.
    pub fn bounds(&self) -> Bounds {
        self.engine.bounds()
    }

    /// How many do. O(1).
    pub fn counts(&self) -> Counts {
        self.engine.counts()
    }

    /// The next output; `None` once the source has ended and all outputs were handed out.
    ///
    /// The futures get on while this is awaited, and **not between two calls**. Before an output is
    /// handed out its place is filled: the next future is taken from the source and polled once.
    ///
    /// # Complexity
    /// O(1) for each future that was woken or is started.
    ///
    /// A source that cannot be moved, such as `stream::unfold` of futures, has to be pinned before:
    /// `pin!(source).materialize(2)`.
    ///
    /// # Cancel safety
    /// To drop the returned future loses nothing.
    ///
    /// # Panics
    /// If a future or the source does. Call it again to go on with the others.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// let mut squares = (0..4).map(|n| async move { n * n }).materialize(2);
    /// let mut sum = 0;
    /// while let Some(square) = squares.next().await {
    ///     sum += square;
    /// }
    /// assert_eq!(sum, 14);
    /// # });
    /// ```
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "as every stream has it; it is no iterator")]
    pub fn next(&mut self) -> Next<'_, Self>
    where
        Self: Unpin,
    {
        Next(self)
    }
}

impl<S, O, H, W> Stream for Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    type Item = OutputOf<S>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().engine.poll_next(cx)
    }

    /// As exact as that of the source, but for futures that panic.
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.engine.size_hint()
    }
}

impl<S, O, H, W> FusedStream for Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    fn is_terminated(&self) -> bool {
        self.engine.is_terminated()
    }
}

impl<S, O, H, W> fmt::Debug for Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bounds, counts) = (self.engine.bounds(), self.engine.counts());
        f.debug_struct("Bounded").field("bounds", &bounds).field("counts", &counts).finish()
    }
}

/// The future of the next output: of [`Bounded::next`], or of its spawned form.
///
/// # Cancel safety
/// To drop it loses nothing.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are polled"]
pub struct Next<'a, S>(&'a mut S);

#[cfg(feature = "std")]
impl<'a, S> Next<'a, S> {
    pub(crate) fn new(stream: &'a mut S) -> Self {
        Self(stream)
    }
}

impl<S: Stream + Unpin> Future for Next<'_, S> {
    type Output = Option<S::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        Pin::new(&mut *self.0).poll_next(cx)
    }
}
