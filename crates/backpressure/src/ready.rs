//! Which slots were woken: a bit a slot, 64 to a leaf, and above the leaves one word.
//!
//! A wake sets a bit or two. It takes no lock and allocates nothing, and only the first one after the
//! task went to sleep has to tell the task.

use alloc::{sync::Arc, task::Wake, vec::Vec};
use core::task::{Context, Waker};

use crate::sync::{
    AtomicBool, AtomicU64, AtomicWaker,
    Ordering::{Relaxed, Release, SeqCst},
};

/// Slots of a leaf, and bits of the word above.
pub(crate) const LEAF: usize = u64::BITS as usize;

/// What all wakers of a set share.
#[derive(Debug)]
struct Shared {
    /// Bit `k % 64` is set if a slot of leaf `k` was woken.
    top: AtomicU64,
    /// Whether the task is awake, or was told to be: it need not be told.
    told: AtomicBool,
    task: AtomicWaker,
}

#[derive(Debug)]
struct Leaf {
    bits: AtomicU64,
    bit_above: u64,
    shared: Arc<Shared>,
}

/// Wakes a slot, whatever is in it by then.
struct SlotWaker {
    leaf: Arc<Leaf>,
    bit: u64,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        let Leaf { bits, bit_above, shared } = &*self.leaf;
        let before = bits.fetch_or(self.bit, SeqCst);
        if before & self.bit != 0 {
            return; // whoever set it tells the task
        }
        if before == 0 {
            shared.top.fetch_or(*bit_above, SeqCst);
        }
        // To look first is cheaper where a future wakes itself.
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

/// One look at what is woken. Who is woken during it is met in the next, so that nobody is polled
/// twice before all others had their turn.
#[derive(Debug, Default)]
struct Pass {
    /// What is left of the word above.
    top: u64,
    /// The leaf at which it is, if at any.
    leaf: Option<usize>,
    /// What is left of that leaf.
    bits: u64,
}

impl Ready {
    pub(crate) fn new() -> Self {
        let shared = Shared {
            top: AtomicU64::new(0),
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
        let (bit_above, shared) = (1_u64 << (place % LEAF), self.shared.clone());
        let leaf = Arc::new(Leaf { bits: AtomicU64::new(0), bit_above, shared });
        self.leaves.push(leaf.clone());
        let waker =
            move |bit| Waker::from(Arc::new(SlotWaker { leaf: leaf.clone(), bit: 1_u64 << bit }));
        (place, (0..count).map(waker))
    }

    /// The task is awake, and looks before it sleeps again: nobody need tell it.
    #[inline]
    pub(crate) fn awake(&self) {
        // The waker that sees this sees it before `may_sleep` takes it back, and has set its bit.
        self.shared.told.store(true, Release);
    }

    /// The next slot that was woken, as leaf and bit; `None` at the end of a pass.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(usize, usize)> {
        while self.pass.bits == 0 {
            let leaf = self.next_leaf()?;
            let bits = &self.leaves[leaf].bits;
            if bits.load(Relaxed) != 0 {
                self.pass.bits = bits.swap(0, SeqCst);
            }
        }
        let bit = self.pass.bits.trailing_zeros() as usize;
        self.pass.bits &= self.pass.bits - 1;
        self.pass.leaf.map(|leaf| (leaf, bit))
    }

    /// The next leaf of the pass in which there may be something, or of a new pass after its end.
    fn next_leaf(&mut self) -> Option<usize> {
        let Pass { top, leaf, .. } = &mut self.pass;
        // Beyond 64 leaves some share a bit.
        *leaf = match leaf.map(|leaf| leaf + LEAF).filter(|&leaf| leaf < self.leaves.len()) {
            Some(same_bit) => Some(same_bit),
            None => {
                if leaf.is_none() && self.shared.top.load(Relaxed) != 0 {
                    *top = self.shared.top.swap(0, SeqCst);
                }
                let bit = (*top != 0).then(|| top.trailing_zeros() as usize);
                *top &= top.wrapping_sub(1);
                bit
            }
        };
        *leaf
    }

    /// Whether the task may sleep until it is told; false if a slot was woken meanwhile.
    ///
    /// The task's waker is known before `told` is false, and what is woken is looked at after that: a
    /// wake that comes before the look is seen, and one that comes after it finds the waker.
    pub(crate) fn may_sleep(&self, cx: &Context<'_>) -> bool {
        self.shared.task.register(cx.waker());
        self.shared.told.store(false, SeqCst);
        let quiet = self.shared.top.load(SeqCst) == 0;
        if !quiet {
            self.awake();
        }
        quiet
    }
}
