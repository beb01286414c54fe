use core::{
    num::NonZeroUsize,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::{
    engine::Engine,
    observe::Observe,
    outputs::Order,
    stream::{Bounded, OutputOf},
};

/// What knows how much it weighs, in whatever unit: bytes, connections, tokens.
///
/// A future of your own may implement it; any other is given a weight by [`Weighed`]. It is asked
/// once, when the future is taken from the source. What it is for is said at
/// [`Bounded::weighed`].
#[diagnostic::on_unimplemented(
    message = "nobody knows how much `{Self}` weighs",
    label = "a future without a weight",
    note = "let the source yield `Weighed::new(weight, future)`"
)]
pub trait Weigh {
    /// Units that it holds while it runs.
    fn weight(&self) -> usize;
}

pin_project! {
    /// A future, and how much it weighs. See [`Bounded::weighed`].
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless they are polled"]
    pub struct Weighed<F> {
        weight: usize,
        #[pin]
        future: F,
    }
}

impl<F> Weighed<F> {
    /// A future of that weight.
    pub fn new(weight: usize, future: F) -> Self {
        Self { weight, future }
    }
}

impl<F> Weigh for Weighed<F> {
    fn weight(&self) -> usize {
        self.weight
    }
}

impl<F: Future> Future for Weighed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

/// What a stream knows of weights: nothing, which is `()`, or a [`Scale`].
pub trait Weights<F>: sealed::Sealed {
    /// What is noted beside a future that runs. Not for users, as all of this.
    #[doc(hidden)]
    type Weight: Copy + Default;

    /// Whether a future is in hand: taken, and too heavy for now. No other is taken meanwhile.
    #[doc(hidden)]
    fn in_hand(&self) -> bool;

    /// The future in hand, if it may start beside so many that run.
    #[doc(hidden)]
    fn lift(&mut self, running: usize) -> Option<(F, Self::Weight)>;

    /// The future that was taken, if it may start; else it is in hand.
    #[doc(hidden)]
    fn weigh(&mut self, future: F, running: usize) -> Option<(F, Self::Weight)>;

    /// A future runs.
    #[doc(hidden)]
    fn add(&mut self, weight: Self::Weight);

    /// What is told when it does no more.
    #[doc(hidden)]
    fn lighten(&mut self) -> impl FnOnce(Self::Weight);

    /// Nothing runs, and nothing is in hand any more.
    #[doc(hidden)]
    fn clear(&mut self) -> Option<F>;
}

impl<F> Weights<F> for () {
    type Weight = ();

    #[inline]
    fn in_hand(&self) -> bool {
        false
    }

    #[inline]
    fn lift(&mut self, _: usize) -> Option<(F, ())> {
        None
    }

    #[inline]
    fn weigh(&mut self, future: F, _: usize) -> Option<(F, ())> {
        Some((future, ()))
    }

    #[inline]
    fn add(&mut self, (): ()) {}

    #[inline]
    fn lighten(&mut self) -> impl FnOnce(()) {
        |()| ()
    }

    #[inline]
    fn clear(&mut self) -> Option<F> {
        None
    }
}

/// Weighs the futures of a stream against a budget. See [`Bounded::weighed`].
#[derive(Debug)]
pub struct Scale<F> {
    budget: NonZeroUsize,
    /// The weight of all that run. More than the budget only if that is one.
    weight: usize,
    /// The next to start, which was too heavy when it was taken.
    in_hand: Option<(F, usize)>,
}

impl<F> Scale<F> {
    pub(crate) fn new(budget: NonZeroUsize) -> Self {
        Self { budget, weight: 0, in_hand: None }
    }

    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// Whether there is room for so much: always if nothing runs, or what weighs too much never would.
    fn fits(&self, weight: usize, running: usize) -> bool {
        let together = self.weight.checked_add(weight);
        running == 0 || together.is_some_and(|together| together <= self.budget.get())
    }
}

impl<F: Weigh> Weights<F> for Scale<F> {
    type Weight = usize;

    fn in_hand(&self) -> bool {
        self.in_hand.is_some()
    }

    fn lift(&mut self, running: usize) -> Option<(F, usize)> {
        let fits = self.in_hand.as_ref().is_some_and(|(_, weight)| self.fits(*weight, running));
        if fits { self.in_hand.take() } else { None }
    }

    fn weigh(&mut self, future: F, running: usize) -> Option<(F, usize)> {
        let weight = future.weight();
        self.in_hand = Some((future, weight));
        self.lift(running)
    }

    fn add(&mut self, weight: usize) {
        self.weight += weight;
    }

    fn lighten(&mut self) -> impl FnOnce(usize) {
        |weight| self.weight -= weight
    }

    fn clear(&mut self) -> Option<F> {
        self.weight = 0;
        self.in_hand.take().map(|(future, _)| future)
    }
}

impl<S, O, H> Bounded<S, O, H>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
{
    /// Lets no more run together than fit into a `budget`: beside the limit, which says how many,
    /// this says how much, such as bytes.
    ///
    /// Each future tells its [weight](Weigh); [`Weighed`] gives it one. The weight
    /// is taken when the future starts, and is free once that has ended, panicked or been dropped.
    /// Outputs that wait weigh nothing: they are the window's.
    ///
    /// **Nothing overtakes.** A future that was taken from the source and does not fit yet stays in
    /// hand until it does, and no other is taken: none is too heavy to have its turn. It is held,
    /// as in [`Counts::held`](crate::Counts::held), and is dropped with the stream.
    ///
    /// **What weighs more than the budget runs alone**: it starts when nothing else runs, and
    /// nothing starts beside it, not even what weighs nothing.
    ///
    /// Only streams of your own task can be weighed. For several that share one budget, and for
    /// spawned ones, take [a semaphore](crate::guide::coming_from#weights).
    ///
    /// # Panics
    /// If the stream was polled: what runs has no weight.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    ///
    /// use backpressure::{IteratorExt as _, Weighed};
    ///
    /// const BYTES: NonZeroUsize = NonZeroUsize::new(64 << 20).unwrap();
    ///
    /// # struct File { bytes: usize }
    /// # async fn load(file: File) -> Vec<u8> { vec![0; file.bytes] }
    /// # futures::executor::block_on(async {
    /// # let files = [1, 2, 3].map(|bytes| File { bytes }).into_iter();
    /// let loads = files.map(|file| Weighed::new(file.bytes, load(file)));
    /// let mut loaded = loads.materialize(200).weighed(BYTES);
    /// while let Some(bytes) = loaded.next().await {
    ///     println!("{} bytes", bytes.len());
    /// }
    /// # });
    /// ```
    #[track_caller]
    pub fn weighed(self, budget: NonZeroUsize) -> Bounded<S, O, H, Scale<S::Item>>
    where
        S::Item: Weigh,
    {
        let (source, bounds, observer) = self.engine.into_parts();
        Bounded { engine: Engine::new(source, bounds, observer, Scale::new(budget)) }
    }
}

impl<S, O, H> Bounded<S, O, H, Scale<S::Item>>
where
    S: Stream,
    S::Item: Future + Weigh,
    O: Order<OutputOf<S>>,
    H: Observe,
{
    /// What weighs all that runs, together. O(1).
    pub fn weight(&self) -> usize {
        self.engine.weights().weight()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<F> Sealed for super::Scale<F> {}
}
