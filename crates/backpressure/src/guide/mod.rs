//! Pages for who wants to choose, to change over, or to know why. They are documentation alone.
//!
//! - [When not to use this](when_not_to_use_this)
//! - [Coming from `buffered`, `JoinSet` or a semaphore](coming_from)
//! - [How to stop](how_to_stop): a stream, a job, all of it
//! - [Three promises that exclude one another](three_promises), and what a window buys

#[doc = include_str!("when-not.md")]
pub mod when_not_to_use_this {}

#[doc = include_str!("coming-from.md")]
pub mod coming_from {}

#[doc = include_str!("stop.md")]
pub mod how_to_stop {}

#[doc = include_str!("three-promises.md")]
pub mod three_promises {}
