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
        // Outputs that may be handed out before it works again.
        patience: u32,
    }
}

/// So many outputs may be handed out before futures that woke each other or themselves are polled. One
/// that was woken by anybody else is polled before the next output.
const PATIENCE: u32 = 32;

impl<S, F, O, K, W> Engine<S, F, O, K, (), W> {
    pub(crate) fn observe<H>(self, observer: H) -> Engine<S, F, O, K, H, W> {
        let Self { source, bounds, slots, outputs, weights, patience, .. } = self;
        Engine { source, bounds, slots, outputs, observer, weights, patience }
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
        Self { source, bounds, slots, outputs, observer, weights, patience: PATIENCE }
    }

    /// What it was made of.
    ///
    /// # Panics
    /// If it was polled and has begun or ended: what runs would be lost.
    #[track_caller]
    pub(crate) fn into_parts(self) -> (S, Bounds, H) {
        let idle = self.held() == 0;
        let source = self.source.filter(|_| idle);
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
        let this = self.as_mut().project();
        *this.patience -= 1;
        if *this.patience != 0
            && !this.slots.any_woken()
            && let Some(output) = this.outputs.take()
        {
            return Poll::Ready(Some(self.hand_out(output, Turn::new(), cx)));
        }
        // Each by itself, so that the caller need not ask again which of them it is.
        match self.work(cx) {
            Poll::Ready(Some(output)) => Poll::Ready(Some(output)),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Works until there is an output or there will be none.
    #[inline(never)]
    fn work(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let mut turn = Turn::new();
        *self.as_mut().project().patience = PATIENCE;
        self.slots.awake();
        loop {
            let moved = self.as_mut().advance(&mut turn, cx);
            let this = self.as_mut().project();
            let held = this.outputs.held();
            if let Some(output) = this.outputs.take() {
                return Poll::Ready(Some(self.hand_out(output, turn, cx)));
            }
            // Places of those that panicked are free once their turn has come.
            let moved = moved || self.outputs.held() < held;
            if self.is_terminated() {
                return Poll::Ready(None);
            }
            if self.may_return(moved, &turn, cx) {
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

    /// Fills the place of an output before the consumer has it, and may be long.
    #[inline(always)]
    fn hand_out(
        mut self: Pin<&mut Self>,
        output: F::Output,
        mut turn: Turn,
        cx: &mut Context<'_>,
    ) -> F::Output {
        let room = self.room();
        let mut leaving = Leaving { engine: self.as_mut(), output: Some(output) };
        // Most often there is room for one.
        if room > 0 && leaving.engine.as_mut().start_next(1, &mut turn, cx) && room > 1 {
            leaving.engine.as_mut().fill_on(turn, cx);
        }
        let output = leaving.output.take();
        mem::forget(leaving);
        let output = output.expect("nobody takes it but this");
        let mut this = self.project();
        if this.outputs.is_over() {
            // What panics when it is dropped finds nothing that waits for it.
            *this.outputs = O::new();
            let slots = mem::replace(this.slots, Slots::new());
            let in_hand = this.weights.clear();
            this.source.set(None);
            drop((slots, in_hand));
        }
        this.observer.see(Event::HandedOut, counts(this.slots, this.outputs, this.weights));
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

    /// For how many there is room that end at once.
    #[inline]
    fn room(&self) -> usize {
        let free = self.slots.running() < self.bounds.limit().get();
        if free { self.bounds.window().get().saturating_sub(self.outputs.held()) } else { 0 }
    }

    /// Takes as many from the source as there is room for, and polls each once. So many are `leaving`
    /// that count as held.
    #[inline(never)]
    fn fill(
        mut self: Pin<&mut Self>,
        leaving: usize,
        turn: &mut Turn,
        cx: &mut Context<'_>,
    ) -> bool {
        let mut started = false;
        while self.room() > 0 && self.as_mut().start_next(leaving, turn, cx) {
            started = true;
        }
        started
    }

    #[inline(never)]
    fn fill_on(self: Pin<&mut Self>, mut turn: Turn, cx: &mut Context<'_>) {
        self.fill(1, &mut turn, cx);
    }

    /// Takes one from the source, if it has one, and polls it once.
    #[inline(always)] // what hands out and what fills are most of all that runs
    fn start_next(
        self: Pin<&mut Self>,
        leaving: usize,
        turn: &mut Turn,
        cx: &mut Context<'_>,
    ) -> bool {
        let mut this = self.project();
        if !turn.source_may_have_more || !this.outputs.wants_more() || turn.budget.is_spent() {
            return false;
        }
        let running = this.slots.running();
        let next = if this.weights.in_hand() {
            this.weights.lift(running)
        } else {
            match Ending(this.source.as_mut()).poll_next(cx) {
                Some(Poll::Ready(Some(future))) => this.weights.weigh(future, running),
                Some(Poll::Pending) => {
                    turn.source_may_have_more = false;
                    return false;
                }
                Some(Poll::Ready(None)) => {
                    this.source.set(None);
                    return false;
                }
                None => return false,
            }
        };
        let Some((future, weight)) = next else { return false };
        let limit = this.bounds.limit().get();
        let outputs = &mut *this.outputs;
        let event = match this.slots.start(future, limit, || (outputs.admit(), weight)) {
            Poll::Ready(output) => {
                turn.budget.ended();
                outputs.put_next(output);
                Event::Ended
            }
            Poll::Pending => {
                turn.budget.waited();
                this.weights.add(weight);
                Event::Started
            }
        };
        let Counts { in_flight, held } = counts(this.slots, this.outputs, this.weights);
        this.observer.see(event, Counts { in_flight, held: held + leaving });
        true
    }
}

/// An output that waits on if a panic passes while its place is filled.
struct Leaving<'a, S, F: Future, O: Outputs<F::Output>, K, H, W> {
    engine: Pin<&'a mut Engine<S, F, O, K, H, W>>,
    output: Option<F::Output>,
}

impl<S, F: Future, O: Outputs<F::Output>, K, H, W> Drop for Leaving<'_, S, F, O, K, H, W> {
    #[cold]
    fn drop(&mut self) {
        if let Some(output) = self.output.take() {
            self.engine.as_mut().project().outputs.put_back(output);
        }
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
fn counts<F: Future, K: Copy + Default, O: Outputs<F::Output>, W: Weights<F>>(
    slots: &Slots<F, K>,
    outputs: &O,
    weights: &W,
) -> Counts {
    let held = outputs.held() + usize::from(weights.in_hand());
    Counts { in_flight: slots.running(), held }
}
