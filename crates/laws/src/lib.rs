//! What bounded concurrency promises, as checks that anyone can run.
//!
//! A [`Law`] is a sentence and the check that it holds. A [`Subject`] is a strategy by name; of what
//! it claims, and of what everyone has to keep, [`verify`] says in a [`Row`] for each law whether it
//! was kept.
//!
//! Most laws are judged over *schedules*: short lists of choices which decide what there is to do,
//! what goes wrong, and what an adversarial executor does at each step, in virtual time. A schedule
//! that breaks a law is cut down to the shortest that still does, and can be [replayed](replay).
//! What a schedule of few jobs cannot show has a probe of its own: memory, makespans, endless
//! sources, a busy consumer.

mod effort;
mod error;
mod law;
mod ours;
mod scenario;
mod schedule;
mod shrink;
mod stage;
mod subject;
mod verdict;
mod verify;

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub use crate::{
    effort::Effort,
    error::LawError,
    law::Law,
    ours::subjects,
    schedule::Schedule,
    stage::{Output, Work},
    subject::{Driven, Drives, Given, Subject},
    verdict::{Broken, Row, Verdict},
    verify::{replay, verify, verify_laws},
};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The limit of most probes.
fn eight() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(7)
}
