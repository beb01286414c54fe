//! Bounded concurrency for streams of futures: run at most `limit` at a time, in order or as they
//! complete, and hold no more than you said.
//!
//! Fetch pages, at most 200 at a time, work on them in order, and upload what comes of it:
//!
//! ```
//! use backpressure::IteratorExt as _;
//!
//! # async fn fetch(page: u64) -> String { page.to_string() }
//! # async fn upload(digest: usize) { assert_eq!(digest, 1) }
//! # futures::executor::block_on(async {
//! let numbers = 0..10;                 // an iterator or a stream, and it may be endless
//! let pages = numbers
//!     .map(fetch)                      // of futures, which do nothing yet
//!     .materialize(200)                // at most 200 of them run, and outputs keep their order
//!     .window(1_000);                  // finished pages may wait behind a slow one
//! pages
//!     .for_each(|page| async move {
//!         let digest = page.len();
//!         upload(digest).await;        // meanwhile the other pages are fetched
//!     })
//!     .await;
//! # });
//! ```
//!
//! The futures run in your task, like all of it. They get on whenever that polls the stream, which
//! [`for_each`](Bounded::for_each) does also while its consumer waits. **Between two calls of
//! [`next`](Bounded::next) they stand still**, and while the task computes they do, too. If that is
//! long, let an executor run them: `pages.spawned_on(Tokio)`.
//!
//! # In your task, or spawned
//!
//! | | in your task: [`Bounded`] | spawned: [`Spawned`] |
//! | :-- | :-- | :-- |
//! | between two calls of `next`, while the consumer waits | **nothing gets on** | all get on |
//! | in `for_each`, while the consumer waits | all get on | all get on |
//! | while the consumer computes | nothing gets on | all get on, if there are other threads |
//! | may borrow | yes | no: `Send` and `'static` |
//! | cores | one | as many as the executor has |
//! | cost of a future | least | some more; for the tiniest, two threads are slower than one |
//! | when the stream is dropped | the futures are, at once | tasks are told; [`close`](Spawned::close) waits |
//! | a future panics | so does the poll of the stream; the others go on | the same |
//!
//! # Two knobs
//!
//! The **limit** says how many futures run. The **window** says how many were taken from the source
//! and not handed out: those that run, and finished ones that wait. It is the limit unless you say
//! otherwise. Behind a slow future whose output is to be next, finished ones fill the window, and
//! then nothing can start: order, memory and a limit that is always busy exclude one another. A
//! window of some times the limit buys the third with the second.
#![cfg_attr(doc, doc = "What it buys is [a table of the guide](guide::three_promises).")]
//!
//! Limits that come from outside are checked by [`Bounds`]; a limit of zero that is written in the
//! program panics, where it is written.
//!
//! # Which one
//!
//! | outputs | all of them | up to the first error |
//! | :-- | :-- | :-- |
//! | in the order of the source | [`materialize`](StreamExt::materialize) | [`try_materialize`](StreamExt::try_materialize) |
//! | as they complete | [`as_completed`](StreamExt::as_completed) | [`try_as_completed`](StreamExt::try_as_completed) |
//!
//! The traits are [`IteratorExt`] and [`StreamExt`]; both have all four. What they return can be
//! [spawned](Bounded::spawned_on), [watched](Bounded::observe), [resized](Bounded::set_bounds),
//! [weighed](Bounded::weighed) and consumed, as a [`Stream`](futures_core::Stream) or by methods of its
//! own: [`next`](Bounded::next), [`for_each`](Bounded::for_each),
//! [`try_for_each`](Bounded::try_for_each), [`fold`](Bounded::fold). One that is spawned cannot be
//! watched, resized or weighed.
#![cfg_attr(
    doc,
    doc = "

# Guide

- [When not to use this](guide::when_not_to_use_this)
- [Coming from `buffered`, `JoinSet` or a semaphore](guide::coming_from)
- [How to stop](guide::how_to_stop), with timeouts and Ctrl-C
- [Three promises that exclude one another](guide::three_promises), and what a window buys"
)]
//!
//! # What it costs
//!
//! A future costs O(1), whatever the limit: it is polled when it was woken and not otherwise.
//! Nothing is allocated for a future, once there are as many slots as ever ran at a time. Memory is
//! O(`limit`) futures and O(`window`) outputs, and grows as they are used: a limit of `usize::MAX`
//! allocates nothing in advance. A poll of a stream polls at most some dozens of futures that wait
//! on, so the tasks beside it have their turn.
//!
//! # Features
//!
//! | feature | |
//! | :-- | :-- |
//! | `std` (default) | [`Spawned`] and [`Spawn`]. Without it the crate is `no_std`, with `alloc`; it takes atomics of 64 bits. |
//! | `tokio`, `smol`, `async-std`, `futures` | ready ways to these executors, in [`spawn`]. Any other takes [a few lines](Spawn). |
//! | `tracing` | `Traced`, an observer that emits events of the crate tracing. |
//! | `safe` | no `unsafe` at all: each slot has an allocation of its own. Without it there is one line. |
//!
//! It takes Rust 1.89. A later version of Rust is not asked for in a patch release.
//!
//! # Where it comes from
//!
//! `materialize` is the name of [a proposal to Python](https://bugs.python.org/issue41505).
//! `as_completed` is that of a function which Python has; `limited_as_completed`, with a limit, was
//! written down in articles on asyncio. Elixir's `Task.async_stream`, and `buffered` of the crate
//! futures, do the like.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bounds;
mod budget;
mod consume;
mod engine;
mod ext;
mod fallible;
#[cfg(doc)]
pub mod guide;
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
#[cfg(feature = "tracing")]
mod traced;
mod weights;

#[cfg(feature = "std")]
pub use crate::spawned::{Spawned, spawn, spawn::Spawn};
#[cfg(feature = "tracing")]
pub use crate::traced::Traced;
pub use crate::{
    bounds::{Bounds, BoundsError, Limit},
    ext::{IteratorExt, StreamExt},
    fallible::{TryFuture, TrySource},
    iter::Iter,
    observe::{Counts, Event, Observe},
    outputs::{AsCompleted, InOrder, Order, UntilError},
    stream::{Bounded, Next},
    weights::{Scale, Weigh, Weighed, Weights},
};

/// The examples of the README run, too, with the feature that they ask for.
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("../README.md")]
struct Readme;
