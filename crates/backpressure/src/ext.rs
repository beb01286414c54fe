use futures_core::Stream;

use crate::{
    bounds::Limit,
    fallible::TrySource,
    iter::Iter,
    outputs::{AsCompleted, InOrder, UntilError},
    stream::Bounded,
};

/// Bounded concurrency for any [`Stream`] of futures.
///
/// What becomes of futures that panic, and what is lost when something is dropped, is said at
/// [`Bounded`] for all of these; [what it costs](crate#what-it-costs) at the crate.
///
/// To have the methods of the crate futures as well, import both traits without a name:
///
/// ```
/// use backpressure::StreamExt as _;
/// use futures::StreamExt as _;
/// ```
pub trait StreamExt: Stream + Sized {
    /// Runs at most `limit` of the futures at a time and hands out their outputs in the order of
    /// the stream.
    ///
    /// What is finished waits for what is before it, and holds its place in the
    /// [window](Bounded::window); a future is taken from the stream only when there is a place. So
    /// the stream may be endless, and a slow consumer slows it down.
    ///
    /// The name and the idea are of [a proposal to Python](https://bugs.python.org/issue41505). It
    /// is `buffered` of the crate futures with a window, and `Task.async_stream` of Elixir with a
    /// bound on what waits behind a slow one.
    ///
    /// # Complexity
    /// O(1) a future: see [what it costs](crate#what-it-costs).
    ///
    /// # Panics
    /// If the limit is the number zero: give a `NonZeroUsize` or [`Bounds`](crate::Bounds) if it is
    /// not written in the program.
    ///
    /// ```
    /// use backpressure::StreamExt as _;
    /// use futures::{StreamExt as _, stream};
    ///
    /// # futures::executor::block_on(async {
    /// let names = stream::iter(["a", "b", "c"]);
    /// let sizes = names.map(|name| async move { name.len() }).materialize(2).window(8);
    /// assert_eq!(sizes.collect::<Vec<_>>().await, [1, 1, 1]);
    /// # });
    /// ```
    #[track_caller]
    fn materialize(self, limit: impl Limit) -> Bounded<Self, InOrder>
    where
        Self::Item: Future,
    {
        Bounded::new(self, limit.bounds())
    }

    /// Runs at most `limit` of the futures at a time and hands out their outputs as they end.
    ///
    /// No output waits for another, so a slow future keeps nobody from starting. Those that ended
    /// wait for the consumer, and count in the [window](Bounded::window).
    ///
    /// It is `asyncio.as_completed` of Python with a limit, which articles on asyncio call
    /// `limited_as_completed`, and `buffer_unordered` of the crate futures.
    ///
    /// # Complexity
    /// As [`materialize`](Self::materialize).
    ///
    /// # Panics
    /// As [`materialize`](Self::materialize).
    ///
    /// ```
    /// use backpressure::StreamExt as _;
    /// use futures::{StreamExt as _, future, stream};
    ///
    /// # futures::executor::block_on(async {
    /// # use futures::FutureExt as _;
    /// let slow = future::pending().left_future(); // it never ends
    /// let quick = future::ready("quick").right_future();
    /// let both = stream::iter([slow, quick]);
    /// assert_eq!(both.as_completed(2).next().await, Some("quick"));
    /// # });
    /// ```
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "the name that Python gave it")]
    fn as_completed(self, limit: impl Limit) -> Bounded<Self, AsCompleted>
    where
        Self::Item: Future,
    {
        Bounded::new(self, limit.bounds())
    }

    /// As [`materialize`](Self::materialize), for a stream that may fail and futures that may: up
    /// to the first error, with it, and then no further.
    ///
    /// Once anything has failed nothing more is taken from the stream. What comes before the error
    /// is handed out, then the error; what still runs is dropped with it. To go on after errors use
    /// [`materialize`](Self::materialize), with outputs that are results.
    ///
    /// An error of the stream has its turn as if it were the output of a future. A stream that cannot
    /// fail is made one that can by `.map(Ok)`.
    ///
    /// # Panics
    /// As [`materialize`](Self::materialize).
    ///
    /// ```
    /// use backpressure::StreamExt as _;
    /// use futures::{StreamExt as _, stream};
    ///
    /// # futures::executor::block_on(async {
    /// let words = stream::iter(["1", "2", "three", "4"]).map(Ok);
    /// let numbers = words.map(|word| word.map(|word: &str| async move { word.parse::<u8>() }));
    /// let found: Vec<_> = numbers.try_materialize(2).map(|n| n.ok()).collect().await;
    /// assert_eq!(found, [Some(1), Some(2), None]);
    /// # });
    /// ```
    #[track_caller]
    fn try_materialize<F, T, E>(
        self,
        limit: impl Limit,
    ) -> Bounded<TrySource<Self>, UntilError<InOrder>>
    where
        Self: Stream<Item = Result<F, E>>,
        F: Future<Output = Result<T, E>>,
    {
        Bounded::new(TrySource::new(self), limit.bounds())
    }

    /// As [`as_completed`](Self::as_completed), for a stream that may fail and futures that may: up
    /// to the first error, with it, and then no further.
    ///
    /// Outputs that were there before the error are handed out before it; what still runs then is
    /// dropped with it.
    ///
    /// # Panics
    /// As [`materialize`](Self::materialize).
    ///
    /// ```
    /// use backpressure::StreamExt as _;
    /// use futures::{TryStreamExt as _, future, stream};
    ///
    /// # futures::executor::block_on(async {
    /// # use futures::FutureExt as _;
    /// let jobs = [
    ///     Ok(future::pending::<Result<u8, &str>>().left_future()), // dropped when the other fails
    ///     Ok(future::ready(Err("no such page")).right_future()),
    /// ];
    /// let found: Result<Vec<u8>, _> = stream::iter(jobs).try_as_completed(2).try_collect().await;
    /// assert_eq!(found, Err("no such page"));
    /// # });
    /// ```
    #[track_caller]
    fn try_as_completed<F, T, E>(
        self,
        limit: impl Limit,
    ) -> Bounded<TrySource<Self>, UntilError<AsCompleted>>
    where
        Self: Stream<Item = Result<F, E>>,
        F: Future<Output = Result<T, E>>,
    {
        Bounded::new(TrySource::new(self), limit.bounds())
    }
}

impl<S: Stream> StreamExt for S {}

/// Bounded concurrency for any iterator of futures, as [`StreamExt`] has it for streams.
///
/// The iterator is asked when there is room, so it may be endless; it is asked in the task, so it
/// should not block.
pub trait IteratorExt: Iterator + Sized {
    /// See [`StreamExt::materialize`].
    ///
    /// # Panics
    /// If the limit is the number zero.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// let mut squares = (0u64..).map(|n| async move { n * n }).materialize(200).window(1_000);
    /// assert_eq!(squares.next().await, Some(0));
    /// assert_eq!(squares.next().await, Some(1));
    /// # });
    /// ```
    #[track_caller]
    fn materialize(self, limit: impl Limit) -> Bounded<Iter<Self>, InOrder>
    where
        Self::Item: Future,
    {
        StreamExt::materialize(Iter(self), limit)
    }

    /// See [`StreamExt::as_completed`].
    ///
    /// # Panics
    /// If the limit is the number zero.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// let squares = (0..4).map(|n| async move { n * n });
    /// let mut sum = 0;
    /// squares.as_completed(2).for_each(|square| { sum += square; async {} }).await;
    /// assert_eq!(sum, 14);
    /// # });
    /// ```
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "the name that Python gave it")]
    fn as_completed(self, limit: impl Limit) -> Bounded<Iter<Self>, AsCompleted>
    where
        Self::Item: Future,
    {
        StreamExt::as_completed(Iter(self), limit)
    }

    /// See [`StreamExt::try_materialize`].
    ///
    /// # Panics
    /// If the limit is the number zero.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    /// use futures::TryStreamExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// # let parse = |word: &'static str| async move { word.parse::<u8>() };
    /// let numbers = ["1", "2", "3"].into_iter().map(|word| Ok(parse(word)));
    /// let numbers: Vec<u8> = numbers.try_materialize(2).try_collect().await?;
    /// assert_eq!(numbers, [1, 2, 3]);
    /// # Ok::<(), std::num::ParseIntError>(())
    /// # }).unwrap();
    /// ```
    #[track_caller]
    fn try_materialize<F, T, E>(
        self,
        limit: impl Limit,
    ) -> Bounded<TrySource<Iter<Self>>, UntilError<InOrder>>
    where
        Self: Iterator<Item = Result<F, E>>,
        F: Future<Output = Result<T, E>>,
    {
        StreamExt::try_materialize(Iter(self), limit)
    }

    /// See [`StreamExt::try_as_completed`].
    ///
    /// # Panics
    /// If the limit is the number zero.
    ///
    /// ```
    /// use backpressure::IteratorExt as _;
    /// use futures::TryStreamExt as _;
    ///
    /// # futures::executor::block_on(async {
    /// # let parse = |word: &'static str| async move { word.parse::<u8>() };
    /// let numbers = ["1", "two", "3"].into_iter().map(|word| Ok(parse(word)));
    /// let sum = numbers.try_as_completed(2).try_fold(0, async |sum, n| Ok(sum + n)).await;
    /// assert!(sum.is_err());
    /// # });
    /// ```
    #[track_caller]
    fn try_as_completed<F, T, E>(
        self,
        limit: impl Limit,
    ) -> Bounded<TrySource<Iter<Self>>, UntilError<AsCompleted>>
    where
        Self: Iterator<Item = Result<F, E>>,
        F: Future<Output = Result<T, E>>,
    {
        StreamExt::try_as_completed(Iter(self), limit)
    }
}

impl<I: Iterator> IteratorExt for I {}
