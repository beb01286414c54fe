//! Outputs that wait to be handed out, and the places of those that will come.

mod as_completed;
mod in_order;
mod until_error;

pub use self::{as_completed::AsCompleted, in_order::InOrder, until_error::UntilError};

/// In which order outputs are handed out: [`InOrder`] or [`AsCompleted`], and with [`UntilError`]
/// only up to the first error.
pub trait Order<T>: sealed::Sealed {
    /// What keeps the outputs.
    #[doc(hidden)]
    type Outputs: Outputs<T>;
}

/// Outputs that wait or will come. Not for users: only this crate can name it.
pub trait Outputs<T> {
    /// Whether all are handed out in the end.
    const ALL: bool = true;

    /// By what a running future is known.
    type Ticket: Copy + Default + Send + 'static;

    fn new() -> Self;

    /// A future has begun that will have an output.
    fn admit(&mut self) -> Self::Ticket;

    /// The output of a future that was admitted.
    fn put(&mut self, ticket: Self::Ticket, output: T);

    /// The output of a future that ended at once.
    fn put_next(&mut self, output: T);

    /// There will be no output: the future panicked.
    fn lose(&mut self, ticket: Self::Ticket);

    /// Whether the output whose turn it is is there.
    fn has_next(&mut self) -> bool;

    /// The output whose turn it is, if it is there.
    fn take(&mut self) -> Option<T>;

    /// The output that was taken last is not handed out yet, after all.
    fn put_back(&mut self, output: T);

    /// Outputs that wait or will come.
    fn held(&self) -> usize;

    /// Whether futures may still be taken from the source.
    #[inline]
    fn wants_more(&self) -> bool {
        true
    }

    /// Whether nothing more is to be handed out, whatever runs.
    #[inline]
    fn is_over(&self) -> bool {
        false
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::InOrder {}
    impl Sealed for super::AsCompleted {}
    impl<O: Sealed> Sealed for super::UntilError<O> {}
}
