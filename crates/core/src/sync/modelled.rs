//! Doubles of what loom lacks: a mutex that knows no poison, and counted pointers with weak ones.
//!
//! Between two operations on loom's atomics nothing else runs, so whatever follows one may use
//! ordinary locks and counts, which nobody ever finds taken.

use std::{
    mem,
    ops::{Deref, DerefMut},
    sync,
};

use loom::{
    sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
    thread::{self, Thread},
};

/// As that of `parking_lot`. Loom's own is poisoned when one thread unlocks it while another
/// unwinds, for they share one thread of the operating system.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T> {
    locked: AtomicBool,
    waiting: parking_lot::Mutex<Vec<Thread>>,
    value: parking_lot::Mutex<T>,
}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            locked: AtomicBool::new(false),
            waiting: parking_lot::Mutex::default(),
            value: parking_lot::Mutex::new(value),
        }
    }

    /// Whoever locks it twice waits for ever, which loom calls a deadlock.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        while self.locked.swap(true, Acquire) {
            self.waiting.lock().push(thread::current());
            thread::park();
        }
        Guard { mutex: self, value: Some(self.value.lock()) }
    }
}

pub(crate) struct Guard<'m, T> {
    mutex: &'m Mutex<T>,
    /// `None` while it is dropped.
    value: Option<parking_lot::MutexGuard<'m, T>>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("it is not being dropped")
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("it is not being dropped")
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.value = None;
        // Not a plain store, which a `swap` that fails may come before in memory, though not in time.
        self.mutex.locked.swap(false, Release);
        mem::take(&mut *self.mutex.waiting.lock()).iter().for_each(Thread::unpark);
    }
}

/// As that of the standard library: loom's own has no weak pointers.
pub(crate) struct Arc<T> {
    /// Touched before the count changes, with the ordering that the real one has: here loom
    /// switches threads.
    touched: sync::Arc<AtomicUsize>,
    value: sync::Arc<T>,
}

impl<T> Arc<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { touched: sync::Arc::new(AtomicUsize::new(0)), value: sync::Arc::new(value) }
    }

    pub(crate) fn downgrade(this: &Self) -> Weak<T> {
        Weak { touched: this.touched.clone(), value: sync::Arc::downgrade(&this.value) }
    }
}

impl<T> Clone for Arc<T> {
    fn clone(&self) -> Self {
        self.touched.fetch_add(1, Relaxed);
        Self { touched: self.touched.clone(), value: self.value.clone() }
    }
}

impl<T> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Drop for Arc<T> {
    /// The real one acquires only what the last drop needs; nobody reads anything after a drop.
    fn drop(&mut self) {
        self.touched.fetch_add(1, AcqRel);
    }
}

pub(crate) struct Weak<T> {
    touched: sync::Arc<AtomicUsize>,
    value: sync::Weak<T>,
}

impl<T> Weak<T> {
    pub(crate) fn upgrade(&self) -> Option<Arc<T>> {
        self.touched.fetch_add(1, Acquire);
        Some(Arc { touched: self.touched.clone(), value: self.value.upgrade()? })
    }

    pub(crate) fn strong_count(&self) -> usize {
        self.value.strong_count()
    }
}
