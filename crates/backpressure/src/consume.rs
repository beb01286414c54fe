use core::{convert::Infallible, future, pin::pin};

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
    /// Where the consumer changes something from one output to the next it does so before it makes
    /// its future, or takes [`fold`](Self::fold). If it may fail, take
    /// [`try_for_each`](Self::try_for_each).
    ///
    /// Adapters of other crates belong to the source or into the consumer: `stream.map(f).for_each(…)`
    /// is the `for_each` of whoever has that `map`, and stalls the futures between two outputs.
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
    /// # async fn upload(_: u64) {}
    /// # futures::executor::block_on(async {
    /// let mut seen = Vec::new();
    /// let squares = (0..4).map(|n| async move { n * n }).materialize(2);
    /// squares
    ///     .for_each(|square| {
    ///         seen.push(square);
    ///         async move { upload(square).await }
    ///     })
    ///     .await;
    /// assert_eq!(seen, [0, 1, 4, 9]);
    /// # });
    /// ```
    pub async fn for_each<C, U>(self, mut consume: C)
    where
        C: FnMut(OutputOf<S>) -> U,
        U: Future<Output = ()>,
    {
        self.fold((), |(), output| consume(output)).await;
    }

    /// Hands each output to `consume` with a state, and back comes the state for the next, until all
    /// are consumed; the last is returned.
    ///
    /// It is [`for_each`](Self::for_each) for a consumer that keeps something across its awaits.
    ///
    /// # Cancel safety
    /// To drop the returned future drops the stream, the state, and the consumer where it is.
    ///
    /// # Panics
    /// As [`for_each`](Self::for_each).
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # struct File(Vec<u64>);
    /// # impl File { async fn append(&mut self, line: u64) { self.0.push(line) } }
    /// # futures::executor::block_on(async {
    /// # let file = File(vec![]);
    /// let squares = (0..4).map(|n| async move { n * n }).materialize(2);
    /// let append = async |mut file: File, square| {
    ///     file.append(square).await;
    ///     file
    /// };
    /// let file = squares.fold(file, append).await;
    /// # assert_eq!(file.0, [0, 1, 4, 9]);
    /// # });
    /// ```
    pub async fn fold<A, C, U>(self, state: A, mut consume: C) -> A
    where
        C: FnMut(A, OutputOf<S>) -> U,
        U: Future<Output = A>,
    {
        let consume = |state, output| {
            let consumer = consume(state, output);
            async move { Ok::<_, Infallible>(consumer.await) }
        };
        let Ok(state) = self.consume(state, consume).await;
        state
    }

    /// Hands each output to `consume`, one at a time, until all are consumed or it fails.
    ///
    /// While the consumer waits the futures get on, as in [`for_each`](Self::for_each). With its
    /// first error the stream is dropped, and whatever runs. Outputs that are errors themselves come
    /// to the consumer like all others: `async |page| save(page?).await` ends at either.
    ///
    /// # Errors
    /// The first of the consumer.
    ///
    /// # Cancel safety
    /// To drop the returned future drops the stream, and the consumer where it is.
    ///
    /// # Panics
    /// As [`for_each`](Self::for_each).
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # async fn fetch(page: u32) -> Result<u32, String> { Ok(page) }
    /// # async fn save(page: u32) -> Result<(), String> {
    /// #     if page == 2 { Err("the disk is full".to_owned()) } else { Ok(()) }
    /// # }
    /// # futures::executor::block_on(async {
    /// let mut fetched = 0;
    /// let outcome = (0..)
    ///     .map(fetch)
    ///     .materialize(8)
    ///     .try_for_each(|page| {
    ///         fetched += usize::from(page.is_ok());
    ///         async { save(page?).await }
    ///     })
    ///     .await;
    /// assert_eq!((outcome, fetched), (Err("the disk is full".to_owned()), 3));
    /// # });
    /// ```
    pub async fn try_for_each<C, U, E>(self, mut consume: C) -> Result<(), E>
    where
        C: FnMut(OutputOf<S>) -> U,
        U: Future<Output = Result<(), E>>,
    {
        self.consume((), |(), output| consume(output)).await
    }

    async fn consume<A, C, U, E>(self, mut state: A, mut consume: C) -> Result<A, E>
    where
        C: FnMut(A, OutputOf<S>) -> U,
        U: Future<Output = Result<A, E>>,
    {
        let mut engine = pin!(self.engine);
        let mut budget = Budget::new();
        while let Some(output) = future::poll_fn(|cx| engine.as_mut().poll_next(cx)).await {
            let mut consumer = pin!(consume(state, output));
            let consumed = future::poll_fn(|cx| {
                let polled = consumer.as_mut().poll(cx);
                if polled.is_pending() {
                    engine.as_mut().progress(cx);
                }
                polled
            });
            state = consumed.await?;
            budget.ended();
            if budget.is_spent() {
                budget = Budget::new();
                Budget::give_way().await;
            }
        }
        Ok(state)
    }
}
