//! The atomics, so that a model checker may put its own in their place.

#[cfg(backpressure_loom)]
pub(crate) use loom::{
    future::AtomicWaker,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

#[cfg(not(backpressure_loom))]
pub(crate) use atomic_waker::AtomicWaker;
#[cfg(not(backpressure_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
