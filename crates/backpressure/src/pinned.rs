//! Things that do not move: a future that was polled once has to stay where it is.
//!
//! In one allocation with one line of `unsafe`, or with the feature `safe` in one each.

use alloc::boxed::Box;
use core::pin::Pin;

/// As many things as it was made with, each pinned where it is.
#[cfg(not(feature = "safe"))]
#[derive(Debug)]
pub(crate) struct Pinned<T>(Box<[T]>);

#[cfg(not(feature = "safe"))]
impl<T> Pinned<T> {
    #[inline]
    #[allow(unsafe_code)]
    pub(crate) fn get(&mut self, index: usize) -> Pin<&mut T> {
        // SAFETY: nothing in the box moves until it is dropped, and it is dropped in place: the box
        // is private to this module, whose only way to it is this one, which hands out a `Pin`. To
        // move the box itself does not move what is in it.
        unsafe { Pin::new_unchecked(&mut self.0[index]) }
    }
}

#[cfg(not(feature = "safe"))]
impl<T> FromIterator<T> for Pinned<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        Self(things.into_iter().collect())
    }
}

/// As many things as it was made with, each in a box of its own.
#[cfg(feature = "safe")]
#[derive(Debug)]
pub(crate) struct Pinned<T>(Box<[Pin<Box<T>>]>);

#[cfg(feature = "safe")]
impl<T> Pinned<T> {
    #[inline]
    pub(crate) fn get(&mut self, index: usize) -> Pin<&mut T> {
        self.0[index].as_mut()
    }
}

#[cfg(feature = "safe")]
impl<T> FromIterator<T> for Pinned<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        Self(things.into_iter().map(Box::pin).collect())
    }
}
