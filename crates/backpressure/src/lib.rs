//! Bounded concurrency for streams of futures: run at most `limit` at a time, in order or as they
//! complete, and hold no more than you said.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bounds;
mod budget;
mod engine;
mod ext;
mod fallible;
mod iter;
mod observe;
mod outputs;
mod pinned;
mod ready;
mod slots;
#[cfg(feature = "std")]
mod spawned;
mod stream;
mod sync;

#[cfg(feature = "std")]
pub use crate::spawned::{Spawned, spawn, spawn::Spawn};
pub use crate::{
    bounds::{Bounds, BoundsError, Limit},
    ext::{IteratorExt, StreamExt},
    fallible::{TryFuture, TrySource},
    iter::Iter,
    observe::{Counts, Event, Observe},
    outputs::{AsCompleted, InOrder, Order, UntilError},
    stream::{Bounded, Next},
};
