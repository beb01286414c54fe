//! Strategies under schedules that [shuttle] draws: at random, or with few preemptions (PCT).
//!
//! Tasks and threads of an [`Interleaved`] executor are interleaved not only where they wait, but
//! also in the midst of a poll: where a job begins or ends, where an output is handed on, where the
//! source is asked, and before each spawn. A [`model`](check) draws a small run, lets a strategy go
//! through it, now and then drops it half-way, and judges the books that jobs and outputs
//! kept.
//!
//! The group that all these tasks are members of is modelled by loom, in `bp-core`; here each of
//! its operations is one step.

mod books;
mod check;
mod draw;
mod executor;
mod strategies;
mod work;

pub use crate::{
    check::{Effort, check, replay},
    draw::Given,
    executor::Interleaved,
    strategies::{Driven, Subject, subjects},
    work::{Output, Work},
};
