use super::{Order, Outputs};

/// Outputs are handed out as with `O`, up to the first error and with it.
///
/// Once anything has failed nothing is taken from the source; what is to be handed out before the
/// error still is.
#[derive(Clone, Copy, Debug)]
pub struct UntilError<O>(O);

impl<T, E, O: Order<Result<T, E>>> Order<Result<T, E>> for UntilError<O> {
    type Outputs = UpToError<O::Outputs>;
}

/// Those of another order, and how far they go.
#[derive(Debug)]
pub struct UpToError<O> {
    outputs: O,
    failed: bool,
    over: bool,
}

impl<T, E, O: Outputs<Result<T, E>>> Outputs<Result<T, E>> for UpToError<O> {
    const ALL: bool = false;

    type Ticket = O::Ticket;

    fn new() -> Self {
        Self { outputs: O::new(), failed: false, over: false }
    }

    #[inline]
    fn admit(&mut self) -> O::Ticket {
        self.outputs.admit()
    }

    #[inline]
    fn put(&mut self, ticket: O::Ticket, output: Result<T, E>) {
        self.failed |= output.is_err();
        self.outputs.put(ticket, output);
    }

    #[inline]
    fn put_next(&mut self, output: Result<T, E>) {
        self.failed |= output.is_err();
        self.outputs.put_next(output);
    }

    fn lose(&mut self, ticket: O::Ticket) {
        self.outputs.lose(ticket);
    }

    #[inline]
    fn has_next(&mut self) -> bool {
        self.outputs.has_next()
    }

    #[inline]
    fn take(&mut self) -> Option<Result<T, E>> {
        let output = self.outputs.take();
        self.over |= matches!(output, Some(Err(_)));
        output
    }

    fn put_back(&mut self, output: Result<T, E>) {
        self.over = false;
        self.outputs.put_back(output);
    }

    #[inline]
    fn held(&self) -> usize {
        self.outputs.held()
    }

    #[inline]
    fn wants_more(&self) -> bool {
        !self.failed
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.over
    }
}
