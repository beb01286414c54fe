//! What loom has in the place of atomics, such that it takes the one order of all operations that are
//! `SeqCst` for what it is.
//!
//! A load in that order sees nothing older than the newest store in it. loom lets it see an older one
//! that is itself outside of the order, as the first value of an atomic is: here that is inside.

use core::{ops::Deref, task::Waker};

use alloc::boxed::Box;

use loom::sync::atomic::{self, Ordering::SeqCst};

macro_rules! doubles {
    ($($name:ident of $value:ty;)+) => {$(
        #[derive(Debug)]
        pub(crate) struct $name(atomic::$name);

        impl $name {
            pub(crate) fn new(value: $value) -> Self {
                let atomic = atomic::$name::new(value);
                atomic.store(value, SeqCst);
                Self(atomic)
            }
        }

        impl Deref for $name {
            type Target = atomic::$name;

            fn deref(&self) -> &atomic::$name {
                &self.0
            }
        }
    )+};
}

doubles! {
    AtomicBool of bool;
    AtomicU64 of u64;
    AtomicUsize of usize;
}

/// As that of the crate atomic-waker, which takes a reference.
#[derive(Debug)]
pub(crate) struct AtomicWaker(loom::future::AtomicWaker);

impl AtomicWaker {
    pub(crate) fn new() -> Self {
        Self(loom::future::AtomicWaker::new())
    }

    pub(crate) fn register(&self, waker: &Waker) {
        self.0.register_by_ref(waker);
    }

    pub(crate) fn take(&self) -> Option<Waker> {
        self.0.take_waker()
    }

    pub(crate) fn wake(&self) {
        self.0.wake();
    }
}

/// A number that no other thread of the model has.
pub(crate) fn here() -> usize {
    loom::thread_local! {
        static PLACE: Box<u8> = Box::new(0);
    }
    PLACE.with(|place| core::ptr::from_ref::<u8>(place).addr())
}
