//! What threads share, so that a model checker may put its own in its place.

#[cfg(backpressure_loom)]
mod doubles;

#[cfg(backpressure_loom)]
pub(crate) use self::doubles::{AtomicBool, AtomicU64, AtomicUsize, AtomicWaker, here};
#[cfg(backpressure_loom)]
pub(crate) use loom::sync::{Mutex, MutexGuard, atomic::Ordering};

#[cfg(not(backpressure_loom))]
pub(crate) use atomic_waker::AtomicWaker;
#[cfg(not(backpressure_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
#[cfg(all(feature = "std", not(backpressure_loom)))]
pub(crate) use std::sync::{Mutex, MutexGuard};

/// `Release`, for a store to something that is loaded in the one order of all `SeqCst` operations: such
/// a load does not see it behind a newer store in that order. loom knows this only of stores in it.
pub(crate) const RELEASE: Ordering =
    if cfg!(backpressure_loom) { Ordering::SeqCst } else { Ordering::Release };

/// A number that no other thread has now, neither zero nor one.
#[cfg(all(feature = "std", not(backpressure_loom)))]
#[inline]
pub(crate) fn here() -> usize {
    std::thread_local! {
        static PLACE: u8 = const { 0 };
    }
    PLACE.with(|place| core::ptr::from_ref(place).addr())
}

/// Without the standard library nobody can tell: each is at another place than the one that polls.
#[cfg(not(any(feature = "std", backpressure_loom)))]
#[inline]
pub(crate) fn here() -> usize {
    1
}
