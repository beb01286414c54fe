use core::{error::Error, fmt, num::NonZeroUsize};

/// How many futures may run, and how many may be held: a limit and a window that fit together.
///
/// For numbers that come from outside, such as a configuration; for those in the program a plain
/// `200` will do wherever a [`Limit`] is asked for.
///
/// ```
/// use backpressure::{Bounds, BoundsError};
///
/// let bounds = Bounds::new(200, 1_000)?;
/// assert_eq!(bounds.limit().get(), 200);
/// assert_eq!(Bounds::new(0, 1_000), Err(BoundsError::NoLimit));
/// # Ok::<(), BoundsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    limit: NonZeroUsize,
    window: NonZeroUsize,
}

impl Bounds {
    /// A limit, and a window that is not less.
    ///
    /// # Errors
    /// If the limit is zero, for nothing would ever run, or the window is less than the limit, for
    /// so many could never run.
    pub const fn new(limit: usize, window: usize) -> Result<Self, BoundsError> {
        match (NonZeroUsize::new(limit), NonZeroUsize::new(window)) {
            (None, _) => Err(BoundsError::NoLimit),
            (Some(limit), Some(window)) if window.get() >= limit.get() => {
                Ok(Self { limit, window })
            }
            _ => Err(BoundsError::WindowBelowLimit { window, limit }),
        }
    }

    /// Most futures that run at a time: polled, and not ended.
    pub const fn limit(self) -> NonZeroUsize {
        self.limit
    }

    /// Most futures that were taken from the source and whose outputs were not yet handed out.
    pub const fn window(self) -> NonZeroUsize {
        self.window
    }
}

impl From<NonZeroUsize> for Bounds {
    fn from(limit: NonZeroUsize) -> Self {
        Self { limit, window: limit }
    }
}

/// What is wrong with a limit or a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundsError {
    /// The limit is zero.
    NoLimit,
    /// The window is less than the limit.
    WindowBelowLimit {
        /// The window that was asked for.
        window: usize,
        /// The limit that it is to hold.
        limit: usize,
    },
}

impl fmt::Display for BoundsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLimit => f.write_str("a limit of 0 would never run anything; take 1 or more"),
            Self::WindowBelowLimit { window, limit } => write!(
                f,
                "a window of {window} is less than the limit of {limit}, of which so many could \
                 never run; take {limit} or more"
            ),
        }
    }
}

impl Error for BoundsError {}

/// What may stand where a limit is asked for: a number, or [`Bounds`].
///
/// A limit of type [`NonZeroUsize`] or [`Bounds`] cannot be wrong.
///
/// ```
/// use std::num::NonZeroUsize;
///
/// use backpressure::{Bounds, IteratorExt as _};
///
/// let jobs = || (0..10).map(|n| async move { n });
/// let limit = NonZeroUsize::new(4).expect("four is not zero");
/// assert_eq!(jobs().materialize(4).bounds(), jobs().materialize(limit).bounds());
///
/// let bounds = Bounds::new(4, 16).expect("sixteen is not less than four");
/// assert_eq!(jobs().materialize(4).window(16).bounds(), jobs().materialize(bounds).bounds());
/// ```
pub trait Limit: sealed::Sealed {
    /// The limit with its window, which is the limit itself unless it is said otherwise.
    ///
    /// # Panics
    /// If it is a number and that is zero.
    #[track_caller]
    fn bounds(self) -> Bounds;
}

impl Limit for usize {
    fn bounds(self) -> Bounds {
        or_panic(Bounds::new(self, self))
    }
}

impl Limit for NonZeroUsize {
    fn bounds(self) -> Bounds {
        self.into()
    }
}

impl Limit for Bounds {
    fn bounds(self) -> Bounds {
        self
    }
}

/// The bounds, or a panic where the caller stands.
#[track_caller]
pub(crate) fn or_panic(bounds: Result<Bounds, BoundsError>) -> Bounds {
    match bounds {
        Ok(bounds) => bounds,
        Err(error) => panic!("{error}"),
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for usize {}
    impl Sealed for core::num::NonZeroUsize {}
    impl Sealed for super::Bounds {}
}
