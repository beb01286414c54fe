use core::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::weights::Weigh;

pin_project! {
    /// A stream that may fail as one of futures that may: an error in the place of a future is the
    /// output of one.
    #[derive(Clone, Debug)]
    #[must_use = "streams do nothing unless they are polled"]
    pub struct TrySource<S> {
        #[pin]
        stream: S,
    }
}

impl<S> TrySource<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream }
    }
}

impl<S, F, T, E> Stream for TrySource<S>
where
    S: Stream<Item = Result<F, E>>,
    F: Future<Output = Result<T, E>>,
{
    type Item = TryFuture<F, E>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().stream.poll_next(cx).map(|next| next.map(TryFuture::from))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

pin_project! {
    /// A future that may fail, or the error that was in its place.
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless they are polled"]
    pub struct TryFuture<F, E> {
        #[pin]
        either: Either<F, E>,
    }
}

pin_project! {
    #[project = Projected]
    #[derive(Clone, Debug)]
    enum Either<F, E> {
        Future { #[pin] future: F },
        Failed { error: Option<E> },
    }
}

impl<F, E> From<Result<F, E>> for TryFuture<F, E> {
    #[inline]
    fn from(result: Result<F, E>) -> Self {
        let either = match result {
            Ok(future) => Either::Future { future },
            Err(error) => Either::Failed { error: Some(error) },
        };
        Self { either }
    }
}

impl<F, T, E> Future for TryFuture<F, E>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<T, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().either.project() {
            Projected::Future { future } => future.poll(cx),
            Projected::Failed { error } => {
                error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
            }
        }
    }
}

/// An error weighs nothing.
impl<F: Weigh, E> Weigh for TryFuture<F, E> {
    fn weight(&self) -> usize {
        match &self.either {
            Either::Future { future } => future.weight(),
            Either::Failed { .. } => 0,
        }
    }
}
