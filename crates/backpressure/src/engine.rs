use core::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::{
    bounds::Bounds,
    budget::Budget,
    observe::{Counts, Event, Observe},
    outputs::Outputs,
    slots::{Polled, Slots},
    weights::Weights,
};

pin_project! {
    /// Takes futures from a source, runs them within its bounds, and hands out what they yield.
    #[derive(Debug)]
    pub(crate) struct Engine<S, F, O, K, H, W> {
        // `None` once it has ended: it is not polled again.
        #[pin]
        source: Option<S>,
        bounds: Bounds,
        slots: Slots<F, K>,
        outputs: O,
        observer: H,
        weights: W,
        // Polls of the stream.
        turns: u32,
    }
}

/// So many outputs may be handed out before futures that woke each other or themselves are polled. One
/// that was woken by anybody else is polled before the next output.
const PATIENCE: u32 = 32;

impl<S, F, O, K, W> Engine<S, F, O, K, (), W> {
    pub(crate) fn observe<H>(self, observer: H) -> Engine<S, F, O, K, H, W> {
        let Self { source, bounds, slots, outputs, weights, turns, .. } = self;
        Engine { source, bounds, slots, outputs, observer, weights, turns }
    }
}

impl<S, F, O, H, W> Engine<S, F, O, (O::Ticket, W::Weight), H, W>
where
    S: Stream<Item = F>,
    F: Future,
    O: Outputs<F::Output>,
    H: Observe,
    W: Weights<F>,
{
    pub(crate) fn new(source: S, bounds: Bounds, observer: H, weights: W) -> Self {
        let (source, slots, outputs) = (Some(source), Slots::new(), O::new());
        Self { source, bounds, slots, outputs, observer, weights, turns: 0 }
    }

    /// What it was made of.
    ///
    /// # Panics
    /// If it was polled: what runs would be lost.
    #[track_caller]
    pub(crate) fn into_parts(self) -> (S, Bounds, H) {
        let source = self.source.filter(|_| self.turns == 0);
        let source = source.expect("a stream that was polled stays as it is; say so before");
        (source, self.bounds, self.observer)
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }

    pub(crate) fn set_bounds(self: Pin<&mut Self>, bounds: Bounds) {
        *self.project().bounds = bounds;
    }

    pub(crate) fn with_bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    #[inline]
    pub(crate) fn counts(&self) -> Counts {
        counts(&self.slots, &self.outputs, &self.weights)
    }

    pub(crate) fn weights(&self) -> &W {
        &self.weights
    }

    /// Outputs that wait or will come, and that of the future in hand.
    fn held(&self) -> usize {
        self.outputs.held() + usize::from(self.weights.in_hand())
    }

    pub(crate) fn is_terminated(&self) -> bool {
        let ended = self.source.is_none() || !self.outputs.wants_more();
        ended && self.held() == 0
    }

    pub(crate) fn size_hint(&self) -> (usize, Option<usize>) {
        let held = self.held();
        let source = self.source.as_ref().filter(|_| self.outputs.wants_more());
        let (least, most) = source.map_or((0, Some(0)), Stream::size_hint);
        let least = if O::ALL { least.saturating_add(held) } else { 0 };
        (least, most.and_then(|most| most.checked_add(held)))
    }

    /// The next output, if there is one; jobs get on as far as they can.
    #[inline]
    pub(crate) fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<F::Output>> {
        let mut turn = Turn::new();
        let this = self.as_mut().project();
        *this.turns = this.turns.wrapping_add(1);
        let long = this.turns.is_multiple_of(PATIENCE);
        if long || this.slots.any_woken() || !this.outputs.has_next() {
            match self.as_mut().work(&mut turn, cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
        // Its place is filled before the consumer has it, and may be long.
        self.as_mut().fill(1, &mut turn, cx);
        Poll::Ready(self.take())
    }

    /// Works until there is an output; false if there will be none.
    #[inline(never)]
    fn work(mut self: Pin<&mut Self>, turn: &mut Turn, cx: &mut Context<'_>) -> Poll<bool> {
        self.slots.awake();
        loop {
            let moved = self.as_mut().advance(turn, cx);
            let this = self.as_mut().project();
            let held = this.outputs.held();
            if this.outputs.has_next() {
                return Poll::Ready(true);
            }
            // Places of those that panicked are free once their turn has come.
            let moved = moved || this.outputs.held() < held;
            if self.is_terminated() {
                return Poll::Ready(false);
            }
            if self.may_return(moved, turn, cx) {
                return Poll::Pending;
            }
        }
    }

    /// Lets jobs get on as far as they can, and hands out nothing.
    pub(crate) fn progress(mut self: Pin<&mut Self>, cx: &mut Context<'_>) {
        let mut turn = Turn::new();
        self.slots.awake();
        loop {
            let moved = self.as_mut().advance(&mut turn, cx);
            if self.may_return(moved, &turn, cx) {
                return;
            }
        }
    }

    /// Whether nothing is left to do, or too much was done; the task is told when it is to go on.
    #[inline]
    fn may_return(&self, moved: bool, turn: &Turn, cx: &Context<'_>) -> bool {
        if turn.budget.is_spent() {
            Budget::ask_again(cx);
            return true;
        }
        !moved && self.slots.may_sleep(cx)
    }

    /// Polls those that were woken, and starts as many as there is room for.
    #[inline]
    fn advance(mut self: Pin<&mut Self>, turn: &mut Turn, cx: &mut Context<'_>) -> bool {
        let polled = self.as_mut().poll_woken(&mut turn.budget);
        let started = self.fill(0, turn, cx);
        polled || started
    }

    #[inline]
    fn take(self: Pin<&mut Self>) -> Option<F::Output> {
        let mut this = self.project();
        let output = this.outputs.take();
        if this.outputs.is_over() {
            // What panics when it is dropped finds nothing that waits for it.
            *this.outputs = O::new();
            let slots = mem::replace(this.slots, Slots::new());
            let in_hand = this.weights.clear();
            this.source.set(None);
            drop((slots, in_hand));
        }
        if output.is_some() {
            this.observer.see(Event::HandedOut, counts(this.slots, this.outputs, this.weights));
        }
        output
    }

    /// Polls those that were woken, each once.
    #[inline]
    fn poll_woken(self: Pin<&mut Self>, budget: &mut Budget) -> bool {
        let this = self.project();
        let mut polled = false;
        while !budget.is_spent() {
            let (outputs, lighten) = (&mut *this.outputs, this.weights.lighten());
            let lost = |(ticket, weight)| {
                lighten(weight);
                outputs.lose(ticket);
            };
            match this.slots.poll_woken(lost) {
                Polled::Ended((ticket, weight), output) => {
                    budget.ended();
                    this.weights.lighten()(weight);
                    this.outputs.put(ticket, output);
                    this.observer.see(Event::Ended, counts(this.slots, this.outputs, this.weights));
                }
                Polled::Waits => budget.waited(),
                Polled::Nobody => break,
            }
            polled = true;
        }
        polled
    }

    /// Takes as many from the source as there is room for, and polls each once. So many are `leaving`
    /// that are held: if anything panics here, they still are.
    #[inline]
    fn fill(self: Pin<&mut Self>, leaving: usize, turn: &mut Turn, cx: &mut Context<'_>) -> bool {
        let mut this = self.project();
        let limit = this.bounds.limit().get();
        let window = this.bounds.window().get().saturating_add(leaving);
        let mut free = limit.saturating_sub(this.slots.running());
        let mut room = window.saturating_sub(this.outputs.held());
        let mut started = false;
        while room > 0
            && free > 0
            && turn.source_may_have_more
            && this.outputs.wants_more()
            && !turn.budget.is_spent()
        {
            // So many run, for as many as are free more would.
            let running = limit - free;
            let polled = if this.weights.in_hand() {
                Poll::Ready(Some(this.weights.lift(running)))
            } else {
                let ending = Ending(this.source.as_mut());
                let Some(polled) = ending.poll_next(cx) else { break };
                polled.map(|next| next.map(|future| this.weights.weigh(future, running)))
            };
            match polled {
                Poll::Ready(Some(next)) => {
                    let Some((future, weight)) = next else { break };
                    started = true;
                    room -= 1;
                    let outputs = &mut *this.outputs;
                    let ticket = move || (outputs.admit(), weight);
                    let event = match this.slots.start(future, limit, ticket) {
                        Poll::Ready(output) => {
                            turn.budget.ended();
                            this.outputs.put_next(output);
                            Event::Ended
                        }
                        Poll::Pending => {
                            turn.budget.waited();
                            free -= 1;
                            this.weights.add(weight);
                            Event::Started
                        }
                    };
                    this.observer.see(event, counts(this.slots, this.outputs, this.weights));
                }
                Poll::Ready(None) => this.source.set(None),
                Poll::Pending => turn.source_may_have_more = false,
            }
        }
        started
    }
}

/// Ends a source that panics: asked again it would panic again, and nothing would be handed out.
struct Ending<'a, S>(Pin<&'a mut Option<S>>);

impl<S: Stream> Ending<'_, S> {
    #[inline]
    fn poll_next(mut self, cx: &mut Context<'_>) -> Option<Poll<Option<S::Item>>> {
        let polled = self.0.as_mut().as_pin_mut().map(|source| source.poll_next(cx));
        mem::forget(self);
        polled
    }
}

impl<S> Drop for Ending<'_, S> {
    #[cold]
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// One poll of a stream.
struct Turn {
    budget: Budget,
    /// A source that had nothing is not asked again in the same turn: it wakes the task.
    source_may_have_more: bool,
}

impl Turn {
    #[inline]
    fn new() -> Self {
        Self { budget: Budget::new(), source_may_have_more: true }
    }
}

#[inline]
fn counts<F: Future, K, O: Outputs<F::Output>, W: Weights<F>>(
    slots: &Slots<F, K>,
    outputs: &O,
    weights: &W,
) -> Counts {
    let held = outputs.held() + usize::from(weights.in_hand());
    Counts { in_flight: slots.running(), held }
}
