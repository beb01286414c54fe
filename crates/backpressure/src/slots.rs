//! Futures in slots that are used again: once there are as many slots as ever ran at a time, nothing
//! more is allocated.

use alloc::vec::Vec;
use core::{
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use pin_project_lite::pin_project;

use crate::{
    pinned::Pinned,
    ready::{LEAF, Ready},
};

/// Slots of the first block; each has twice as many as the one before, up to a leaf.
const FIRST: usize = 4;

/// Running futures, each with the ticket by which its owner knows it.
#[derive(Debug)]
pub(crate) struct Slots<F, K> {
    blocks: Vec<Pinned<Slot<F, K>>>,
    /// The slots in all blocks.
    len: usize,
    free: Vec<At>,
    ready: Ready,
}

pin_project! {
    #[derive(Debug)]
    struct Slot<F, K> {
        #[pin]
        future: Option<F>,
        // Of a future that waits.
        ticket: K,
        waker: Waker,
    }
}

/// Where a slot is: its block, which is also its leaf, and its place there.
#[derive(Clone, Copy, Debug)]
struct At {
    block: u32,
    place: u32,
}

/// What came of a future that was polled.
pub(crate) enum Polled<K, T> {
    /// It has ended, and its slot is free.
    Ended(K, T),
    /// It waits on, or nothing was there to be polled.
    Waits,
    /// Nobody else was woken.
    Nobody,
}

impl<F: Future, K: Copy + Default> Slots<F, K> {
    pub(crate) fn new() -> Self {
        Self { blocks: Vec::new(), len: 0, free: Vec::new(), ready: Ready::new() }
    }

    /// How many futures run.
    #[inline]
    pub(crate) fn running(&self) -> usize {
        self.len - self.free.len()
    }

    /// Polls a future for the first time. If it waits it has a slot, and the ticket that is made then.
    ///
    /// # Panics
    /// If the future does. It is dropped then, and its slot is free.
    #[inline(always)]
    pub(crate) fn start(
        &mut self,
        future: F,
        limit: usize,
        ticket: impl FnOnce() -> K,
    ) -> Poll<F::Output> {
        if self.free.is_empty() {
            self.grow(limit);
        }
        let at = self.free[self.free.len() - 1]; // and it stays there if the future ends at once
        let slot = self.blocks[at.block as usize].get(at.place as usize);
        let mut ending = Ending { slot, ready: &self.ready };
        ending.slot.as_mut().project().future.set(Some(future));
        match ending.poll() {
            Poll::Ready(output) => {
                ending.empty();
                Poll::Ready(output)
            }
            Poll::Pending => {
                *ending.slot.as_mut().project().ticket = ticket();
                mem::forget(ending);
                self.free.pop();
                Poll::Pending
            }
        }
    }

    /// Polls the next future that was woken.
    ///
    /// # Panics
    /// If the future does. It is dropped then, its slot is free, and `lost` has its ticket.
    #[inline]
    pub(crate) fn poll_woken(&mut self, lost: impl FnOnce(K)) -> Polled<K, F::Output> {
        let Some((block, place)) = self.ready.next() else { return Polled::Nobody };
        let at = At { block: block as u32, place: place as u32 };
        let losing = Losing { slots: self, at, lost: Some(lost) };
        let Self { blocks, free, ready, .. } = &mut *losing.slots;
        let mut slot = blocks[block].get(place).project();
        let Some(future) = slot.future.as_mut().as_pin_mut() else {
            mem::forget(losing);
            return Polled::Waits; // woken once more than there was to do
        };
        ready.before_poll();
        let polled = future.poll(&mut Context::from_waker(slot.waker));
        ready.after_poll();
        let polled = match polled {
            Poll::Pending => Polled::Waits,
            Poll::Ready(output) => {
                slot.future.set(None); // which may panic, too
                free.push(at);
                Polled::Ended(*slot.ticket, output)
            }
        };
        mem::forget(losing);
        polled
    }

    /// The task is awake, and looks before it sleeps again.
    #[inline]
    pub(crate) fn awake(&self) {
        self.ready.awake();
    }

    /// Whether anybody was woken.
    #[inline]
    pub(crate) fn any_woken(&self) -> bool {
        self.ready.any()
    }

    /// Whether the task may sleep until a future is woken.
    pub(crate) fn may_sleep(&self, cx: &Context<'_>) -> bool {
        self.ready.may_sleep(cx)
    }

    /// Adds a block of slots, but none beyond the limit unless they would be too few.
    #[cold]
    fn grow(&mut self, limit: usize) {
        let twice = FIRST << self.blocks.len().min(LEAF.ilog2() as usize);
        let count = twice.min(LEAF).min(limit.saturating_sub(self.len).max(1));
        let (leaf, wakers) = self.ready.add_leaf(count);
        let slot = |waker| Slot { future: None, ticket: K::default(), waker };
        self.blocks.push(wakers.map(slot).collect());
        self.len += count;
        self.free.reserve(self.len);
        let at = |place| At { block: leaf as u32, place: place as u32 };
        self.free.extend((0..count).rev().map(at));
    }
}

/// Empties a slot while a panic passes.
struct Ending<'a, F, K> {
    slot: Pin<&'a mut Slot<F, K>>,
    ready: &'a Ready,
}

impl<F: Future, K> Ending<'_, F, K> {
    #[inline]
    fn poll(&mut self) -> Poll<F::Output> {
        let slot = self.slot.as_mut().project();
        let Some(future) = slot.future.as_pin_mut() else { return Poll::Pending };
        self.ready.before_poll();
        let polled = future.poll(&mut Context::from_waker(slot.waker));
        self.ready.after_poll();
        polled
    }

    /// Empties the slot after an ordinary end.
    #[inline]
    fn empty(mut self) {
        self.slot.as_mut().project().future.set(None);
        mem::forget(self);
    }
}

impl<F, K> Drop for Ending<'_, F, K> {
    #[cold]
    fn drop(&mut self) {
        self.ready.after_poll();
        self.slot.as_mut().project().future.set(None);
    }
}

/// Frees the slot of a future that panics, and says whose output is lost.
struct Losing<'a, F, K: Copy, L: FnOnce(K)> {
    slots: &'a mut Slots<F, K>,
    at: At,
    lost: Option<L>,
}

impl<F, K: Copy, L: FnOnce(K)> Drop for Losing<'_, F, K, L> {
    #[cold]
    fn drop(&mut self) {
        let Slots { blocks, free, ready, .. } = &mut *self.slots;
        let slot = blocks[self.at.block as usize].get(self.at.place as usize);
        free.push(self.at);
        if let Some(lost) = self.lost.take() {
            lost(slot.ticket);
        }
        drop(Ending { slot, ready });
    }
}
