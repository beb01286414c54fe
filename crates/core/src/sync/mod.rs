//! Through what the tasks of a group share their state.
//!
//! With `--cfg backpressure_loom` each has a double by which loom tries every order of what threads
//! do: `tests/loom`. Otherwise this module is nothing but names.

#[cfg(backpressure_loom)]
mod modelled;

#[cfg(not(backpressure_loom))]
pub(crate) use parking_lot::Mutex; // it knows no poison: fewer instructions than that of std
#[cfg(not(backpressure_loom))]
pub(crate) use std::sync::{Arc, Weak, atomic::AtomicBool};

#[cfg(backpressure_loom)]
pub(crate) use self::modelled::{Arc, Mutex, Weak};
#[cfg(backpressure_loom)]
pub(crate) use loom::sync::atomic::AtomicBool;
