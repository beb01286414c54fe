use alloc::borrow::Cow;

use crate::observe::{Counts, Event, Observe};

/// An observer that emits an event of the crate [`tracing`] for whatever happens in a stream.
///
/// Events have the level TRACE, for there are three for each future, and the target `backpressure`.
/// Their fields: `stream` is the name that was given here; `event` is `started`, `ended` or
/// `handed_out`, as in [`Event`]; `in_flight`, `held` and `waiting` are the [`Counts`] after it.
///
/// Where nobody listens to them an event is a look at a number.
///
/// ```
/// use backpressure::{IteratorExt as _, Traced};
///
/// # futures::executor::block_on(async {
/// let squares = (0..100).map(|n| async move { n * n });
/// let mut squares = squares.materialize(8).observe(Traced::new("squares"));
/// // TRACE backpressure: stream="squares" event="ended" in_flight=0 held=1 waiting=1
/// assert_eq!(squares.next().await, Some(0));
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Traced {
    stream: Cow<'static, str>,
}

impl Traced {
    /// One for a stream of this name.
    pub fn new(stream: impl Into<Cow<'static, str>>) -> Self {
        Self { stream: stream.into() }
    }
}

impl Observe for Traced {
    fn see(&mut self, event: Event, counts: Counts) {
        let event = match event {
            Event::Started => "started",
            Event::Ended => "ended",
            Event::HandedOut => "handed_out",
        };
        tracing::trace!(
            target: "backpressure",
            stream = &*self.stream,
            event,
            in_flight = counts.in_flight,
            held = counts.held,
            waiting = counts.waiting(),
        );
    }
}
