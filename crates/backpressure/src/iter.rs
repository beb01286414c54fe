use core::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

/// An iterator as a stream that always has its next item. See [`IteratorExt`](crate::IteratorExt).
#[derive(Clone, Debug)]
#[must_use = "streams do nothing unless they are polled"]
pub struct Iter<I>(pub(crate) I);

// The iterator is not pinned.
impl<I> Unpin for Iter<I> {}

impl<I: Iterator> Stream for Iter<I> {
    type Item = I::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
