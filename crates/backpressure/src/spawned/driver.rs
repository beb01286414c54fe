use alloc::{collections::VecDeque, sync::Arc, vec::Vec};
use core::{
    pin::Pin,
    task::{Context, Poll},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_core::Stream;

use super::shared::{Payload, Pulled, Shared};
use crate::{
    budget::Budget,
    outputs::Outputs,
    slots::{Polled, Slots},
};

/// A task that runs its share of the futures of a stream.
pub(super) struct Driver<S, F, O>
where
    F: Future,
    O: Outputs<F::Output>,
{
    /// Most futures that it runs.
    limit: usize,
    slots: Slots<F, O::Ticket>,
    /// What it took from the source and has not started.
    pulled: VecDeque<(O::Ticket, F)>,
    /// What it has not handed over: outputs, and whose output is lost.
    finished: Vec<(O::Ticket, Option<F::Output>)>,
    panics: Vec<Payload>,
    /// The last, so that it goes when no future is left.
    shared: Alive<S, O>,
}

// No future is pinned in it but in a slot, which does not move.
impl<S, F, O> Unpin for Driver<S, F, O>
where
    F: Future,
    O: Outputs<F::Output>,
{
}

/// Says when the task is over, however that comes.
struct Alive<S, O> {
    shared: Arc<Shared<S, O>>,
    task: usize,
    /// Whether it has come to its end.
    over: bool,
}

impl<S, O> Drop for Alive<S, O> {
    fn drop(&mut self) {
        self.shared.ended(self.task, self.over);
    }
}

impl<S, F, O> Driver<S, F, O>
where
    S: Stream<Item = F>,
    F: Future,
    O: Outputs<F::Output>,
{
    pub(super) fn new(shared: Arc<Shared<S, O>>, task: usize, limit: usize) -> Self {
        Self {
            limit,
            slots: Slots::new(),
            pulled: VecDeque::new(),
            finished: Vec::new(),
            panics: Vec::new(),
            shared: Alive { shared, task, over: false },
        }
    }

    /// Starts what was taken, and polls those that were woken, each once.
    fn advance(&mut self, budget: &mut Budget) -> bool {
        let mut moved = false;
        // Once nobody wants the outputs nothing more is polled, not even in this turn.
        while !self.shared.shared.is_closed()
            && let Some((ticket, future)) = self.pulled.pop_front()
        {
            moved = true;
            let (slots, limit) = (&mut self.slots, self.limit);
            let start = AssertUnwindSafe(|| slots.start(future, limit, || ticket));
            match catch_unwind(start) {
                Ok(Poll::Ready(output)) => {
                    budget.ended();
                    self.finished.push((ticket, Some(output)));
                }
                Ok(Poll::Pending) => budget.waited(),
                Err(panic) => {
                    self.finished.push((ticket, None));
                    self.panics.push(panic);
                }
            }
        }
        while !budget.is_spent() && !self.shared.shared.is_closed() {
            let (slots, finished) = (&mut self.slots, &mut self.finished);
            let poll = || slots.poll_woken(|ticket| finished.push((ticket, None)));
            match catch_unwind(AssertUnwindSafe(poll)) {
                Ok(Polled::Ended(ticket, output)) => {
                    budget.ended();
                    self.finished.push((ticket, Some(output)));
                }
                Ok(Polled::Waits) => budget.waited(),
                Ok(Polled::Nobody) => break,
                Err(panic) => self.panics.push(panic),
            }
            moved = true;
        }
        moved
    }

    fn exchange(&mut self, cx: &mut Context<'_>) -> Pulled {
        let free = self.limit.saturating_sub(self.slots.running());
        let Self { shared: Alive { shared, task, .. }, finished, panics, pulled, .. } = self;
        shared.exchange(*task, finished, panics, free, pulled, cx)
    }
}

impl<S, F, O> Future for Driver<S, F, O>
where
    S: Stream<Item = F>,
    F: Future,
    O: Outputs<F::Output>,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut budget = Budget::new();
        this.slots.awake();
        loop {
            // Before it looks at anything for which it may be woken.
            this.shared.shared.register(this.shared.task, cx);
            if this.shared.shared.is_closed() {
                this.shared.over = true;
                return Poll::Ready(());
            }
            let moved = this.advance(&mut budget);
            if this.shared.shared.is_closed() {
                continue; // to the end
            }
            let Pulled { ended } = this.exchange(cx);
            if ended && this.slots.running() == 0 && this.pulled.is_empty() {
                this.shared.over = true;
                return Poll::Ready(());
            }
            if budget.is_spent() {
                Budget::ask_again(cx);
                return Poll::Pending;
            }
            if !moved && this.pulled.is_empty() && this.slots.may_sleep(cx) {
                return Poll::Pending;
            }
        }
    }
}
