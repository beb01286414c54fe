//! The atomics, so that a model checker may put its own in their place.

#[cfg(backpressure_loom)]
pub(crate) use loom::{
    future::AtomicWaker,
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

#[cfg(not(backpressure_loom))]
pub(crate) use atomic_waker::AtomicWaker;
#[cfg(not(backpressure_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

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
#[cfg(not(feature = "std"))]
#[inline]
pub(crate) fn here() -> usize {
    1
}
