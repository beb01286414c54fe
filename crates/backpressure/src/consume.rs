use core::{
    future,
    pin::pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use crate::{
    budget::Budget,
    observe::Observe,
    outputs::Order,
    stream::{Bounded, OutputOf},
    weights::Weights,
};

impl<S, O, H, W> Bounded<S, O, H, W>
where
    S: Stream,
    S::Item: Future,
    O: Order<OutputOf<S>>,
    H: Observe,
    W: Weights<S::Item>,
{
    /// Hands each output to `consume`, one at a time, until all are consumed.
    ///
    /// While the consumer waits the futures get on, and others start: a consumer that awaits an
    /// upload does not stall the downloads. While it computes it does, for all share one task.
    ///
    /// Adapters of other crates belong to the source or into the consumer: `stream.map(f).for_each(…)`
    /// is the `for_each` of whoever has that `map`, and stalls the futures between two outputs. What
    /// the consumer borrows mutably from one output to the next goes into a `RefCell` or a mutex, or
    /// take [`spawned_on`](Self::spawned_on) and [`next`](Self::next), where the consumer is a plain
    /// loop that may also end at an error with `?`.
    ///
    /// # Cancel safety
    /// To drop the returned future drops the stream, and the consumer where it is.
    ///
    /// # Panics
    /// If `consume` or its future does, or a future of the stream, or the source. The stream is
    /// gone then; with [`next`](Self::next) one could go on.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// let mut seen = Vec::new();
    /// let squares = (0..4).map(|n| async move { n * n }).materialize(2);
    /// squares.for_each(|square| { seen.push(square); async {} }).await;
    /// assert_eq!(seen, [0, 1, 4, 9]);
    /// # });
    /// ```
    pub async fn for_each<C, U>(self, mut consume: C)
    where
        C: FnMut(OutputOf<S>) -> U,
        U: Future<Output = ()>,
    {
        let mut engine = pin!(self.engine);
        let mut consumer = pin!(None::<U>);
        let consume = |cx: &mut Context<'_>| {
            let mut budget = Budget::new();
            while !budget.is_spent() {
                if let Some(consumer) = consumer.as_mut().as_pin_mut()
                    && consumer.poll(cx).is_pending()
                {
                    engine.as_mut().progress(cx);
                    return Poll::Pending;
                }
                consumer.set(None);
                match engine.as_mut().poll_next(cx) {
                    Poll::Ready(Some(output)) => consumer.set(Some(consume(output))),
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
                budget.ended();
            }
            Budget::ask_again(cx);
            Poll::Pending
        };
        future::poll_fn(consume).await;
    }
}
