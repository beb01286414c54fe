//! Which slots were woken: a bit a slot, 64 to a leaf, and above the leaves one word.
//!
//! A wake sets a bit or two. It takes no lock and allocates nothing, and only the first one after the
//! task went to sleep has to tell the task. There are two sets of bits: what a future wakes while it is
//! polled, such as itself, is noted in one that only the polling thread touches, without an atomic
//! exchange.

use alloc::{sync::Arc, task::Wake, vec::Vec};
use core::task::{Context, Waker};

use crate::sync::{
    AtomicBool, AtomicU64, AtomicUsize, AtomicWaker,
    Ordering::{Relaxed, SeqCst},
    RELEASE, here,
};

/// Slots of a leaf, and bits of the word above.
pub(crate) const LEAF: usize = u64::BITS as usize;

/// Which of 64 were woken.
#[derive(Debug)]
struct Bits {
    /// By anybody.
    anybody: AtomicU64,
    /// By the thread that polls. No other thread reads or writes it meanwhile, and between polls
    /// whatever moves the task to another thread orders the two.
    polling: AtomicU64,
}

impl Bits {
    fn new() -> Self {
        Self { anybody: AtomicU64::new(0), polling: AtomicU64::new(0) }
    }

    #[inline]
    fn set_polling(&self, bit: u64) {
        self.polling.store(self.polling.load(Relaxed) | bit, Relaxed);
    }

    #[inline]
    fn take(&self) -> u64 {
        let polling = self.polling.load(Relaxed);
        if polling != 0 {
            self.polling.store(0, Relaxed);
        }
        // To look first is cheaper where there is nothing.
        if self.anybody.load(Relaxed) == 0 {
            return polling;
        }
        polling | self.anybody.swap(0, SeqCst)
    }
}

/// What all wakers of a set share.
#[derive(Debug)]
struct Shared {
    /// Bit `k % 64` is set if a slot of leaf `k` was woken.
    top: Bits,
    /// The thread that polls a future, or zero.
    polling: AtomicUsize,
    /// Whether the task is awake, or was told to be: it need not be told.
    told: AtomicBool,
    task: AtomicWaker,
}

#[derive(Debug)]
struct Leaf {
    bits: Bits,
    bit_above: u64,
}

/// Wakes a slot, whatever is in it by then.
struct SlotWaker {
    leaf: Arc<Leaf>,
    shared: Arc<Shared>,
    bit: u64,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        let Self { leaf, shared, bit } = &**self;
        let Leaf { bits, bit_above } = &**leaf;
        // A thread that finds itself here is in the middle of a poll, and looks when that is over.
        if shared.polling.load(Relaxed) == here() {
            bits.set_polling(*bit);
            shared.top.set_polling(*bit_above);
            return;
        }
        let before = bits.anybody.fetch_or(*bit, SeqCst);
        if before & bit != 0 {
            return; // whoever set it tells the task
        }
        if before == 0 {
            shared.top.anybody.fetch_or(*bit_above, SeqCst);
        }
        if !shared.told.load(SeqCst) && !shared.told.swap(true, SeqCst) {
            shared.task.wake();
        }
    }
}

/// The woken slots, as their owner sees them: leaves are added and never taken away.
#[derive(Debug)]
pub(crate) struct Ready {
    shared: Arc<Shared>,
    leaves: Vec<Arc<Leaf>>,
    pass: Pass,
}

/// Whoever keeps the waker of a slot does not keep the task.
impl Drop for Ready {
    fn drop(&mut self) {
        drop(self.shared.task.take());
    }
}

/// One look at what is woken. Who is woken during it is met in the next, so that nobody is polled
/// twice before all others had their turn.
#[derive(Debug, Default)]
struct Pass {
    /// What is left of the word above.
    top: u64,
    /// Whether it is at a leaf.
    begun: bool,
    /// The leaf at which it is.
    leaf: usize,
    /// What is left of that leaf.
    bits: u64,
}

impl Ready {
    pub(crate) fn new() -> Self {
        let shared = Shared {
            top: Bits::new(),
            polling: AtomicUsize::new(0),
            told: AtomicBool::new(true),
            task: AtomicWaker::new(),
        };
        Self { shared: Arc::new(shared), leaves: Vec::new(), pass: Pass::default() }
    }

    /// The wakers of another `count` slots, at most [`LEAF`], and the number of their leaf.
    pub(crate) fn add_leaf(
        &mut self,
        count: usize,
    ) -> (usize, impl Iterator<Item = Waker> + use<>) {
        let place = self.leaves.len();
        let leaf = Arc::new(Leaf { bits: Bits::new(), bit_above: 1 << (place % LEAF) });
        self.leaves.push(leaf.clone());
        let shared = self.shared.clone();
        let waker = move |place| {
            let (leaf, shared) = (leaf.clone(), shared.clone());
            Waker::from(Arc::new(SlotWaker { leaf, shared, bit: 1_u64 << place }))
        };
        (place, (0..count).map(waker))
    }

    /// The task is awake, and looks before it sleeps again: nobody need tell it.
    #[inline]
    pub(crate) fn awake(&self) {
        // The waker that sees this sees it before `may_sleep` takes it back, and has set its bit.
        self.shared.told.store(true, RELEASE);
    }

    /// Whether anybody was woken by others than those that are polled here.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.shared.top.anybody.load(Relaxed) != 0
    }

    /// This thread polls a future, until `after_poll`.
    #[inline]
    pub(crate) fn before_poll(&self) {
        #[cfg(feature = "std")]
        self.shared.polling.store(here(), Relaxed);
    }

    /// The poll is over, or was left by a panic.
    #[inline]
    pub(crate) fn after_poll(&self) {
        self.shared.polling.store(0, Relaxed);
    }

    /// The next slot that was woken, as leaf and bit; `None` at the end of a pass.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(usize, usize)> {
        while self.pass.bits == 0 {
            self.pass.begun = self.next_leaf();
            if !self.pass.begun {
                return None;
            }
            let leaf = self.pass.leaf;
            self.pass.bits = self.leaves[leaf].bits.take();
        }
        let bit = self.pass.bits.trailing_zeros() as usize;
        self.pass.bits &= self.pass.bits - 1;
        Some((self.pass.leaf, bit))
    }

    /// Goes to the next leaf of the pass in which there may be something, or of a new pass after its
    /// end; false if there is none.
    #[inline]
    fn next_leaf(&mut self) -> bool {
        let Pass { top, begun, leaf, .. } = &mut self.pass;
        if !*begun {
            *top = self.shared.top.take();
        } else if *leaf + LEAF < self.leaves.len() {
            // Beyond 64 leaves some share a bit.
            *leaf += LEAF;
            return true;
        }
        *leaf = top.trailing_zeros() as usize;
        let more = *top != 0;
        *top &= top.wrapping_sub(1);
        more
    }

    /// Whether the task may sleep until it is told; false if a slot was woken meanwhile.
    ///
    /// The task's waker is known before `told` is false, and what is woken is looked at after that: a
    /// wake that comes before the look is seen, and one that comes after it finds the waker.
    pub(crate) fn may_sleep(&self, cx: &Context<'_>) -> bool {
        self.shared.task.register(cx.waker());
        self.shared.told.store(false, SeqCst);
        let Bits { anybody, polling } = &self.shared.top;
        let quiet = anybody.load(SeqCst) == 0 && polling.load(Relaxed) == 0;
        if !quiet {
            self.awake();
        }
        quiet
    }
}
