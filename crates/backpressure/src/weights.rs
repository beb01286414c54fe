use core::{
    num::NonZeroUsize,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

/// What knows how much it weighs, in whatever unit: bytes, connections, tokens.
///
/// A future of your own may implement it; any other is given a weight by [`Weighed`]. It is asked
/// once, when the future is taken from the source. What it is for is said at
/// [`Bounded::weighed`](crate::Bounded::weighed).
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
    /// A future, and how much it weighs. See [`Bounded::weighed`](crate::Bounded::weighed).
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
    type Weight: Copy;

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

/// Weighs the futures of a stream against a budget. See [`Bounded::weighed`](crate::Bounded::weighed).
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

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<F> Sealed for super::Scale<F> {}
}
