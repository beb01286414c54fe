/// What happened in a stream. A future that panics is not seen to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// A future was polled for the first time, and waits.
    Started,
    /// A future has ended, perhaps when it was polled for the first time.
    Ended,
    /// An output is handed to the consumer.
    HandedOut,
}

/// How full a stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Counts {
    /// Futures that run: at most the limit.
    pub in_flight: usize,
    /// Futures that run, and outputs that wait to be handed out: at most the window, and one more
    /// while an output is handed out and its place is filled. Among them is a future in hand, which
    /// was taken and does not [fit](crate::Bounded::weighed) yet.
    pub held: usize,
}

impl Counts {
    /// Outputs that wait to be handed out. Behind a slow one that is to be first they grow up to
    /// the window; if they are near it while `in_flight` is below the limit, a wider window would
    /// help.
    pub fn waiting(self) -> usize {
        self.held.saturating_sub(self.in_flight)
    }
}

/// Sees what happens in a stream, and how full it is then.
///
/// It is called in the middle of the stream's work, so it should do little. Without one, which is
/// `()`, nothing of it is left in the program. With the feature `tracing` there is a ready one,
/// `Traced`.
///
/// ```
/// use backpressure::{Counts, IteratorExt as _};
///
/// # futures::executor::block_on(async {
/// let mut most = 0;
/// let squares = (0..100).map(|n| async move { n * n });
/// let watched = squares.materialize(8).observe(|_, counts: Counts| most = most.max(counts.in_flight));
/// watched.for_each(|square| async move { println!("{square}") }).await;
/// assert!(most <= 8);
/// # });
/// ```
pub trait Observe {
    /// Something happened, and `counts` is how full the stream is after it.
    fn see(&mut self, event: Event, counts: Counts);
}

impl Observe for () {
    #[inline]
    fn see(&mut self, _: Event, _: Counts) {}
}

impl<C: FnMut(Event, Counts)> Observe for C {
    fn see(&mut self, event: Event, counts: Counts) {
        self(event, counts);
    }
}
