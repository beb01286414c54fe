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
//!
//! Of a strategy that takes one job more than it claims this is found:
//!
//! ```
//! use std::num::NonZeroUsize;
//!
//! use bp_core::{Claims, Clock, Deliver, Strategy, Workload};
//! use bp_laws::{Drives, Effort, Law, Subject, Verdict, verify};
//! use futures::StreamExt;
//!
//! struct Lax {
//!     limit: NonZeroUsize,
//! }
//!
//! impl<X: Clock> Strategy<X> for Lax {
//!     fn claims(&self) -> Claims {
//!         Claims { limit: Some(self.limit), ..Claims::default() }
//!     }
//!
//!     async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
//!         let jobs = workload.jobs(executor).stream();
//!         let one_too_many = self.limit.get().saturating_add(1);
//!         jobs.buffer_unordered(one_too_many).for_each(Deliver::deliver).await;
//!     }
//! }
//!
//! let subject = Subject::new("lax", Drives::InTask, |given| Lax { limit: given.limit });
//! let rows = verify(&subject, &Effort { schedules: 100, ..Effort::debug() });
//! let limit = rows.iter().find(|row| row.law == Law::Limit).unwrap();
//! let Verdict::Broken(broken) = &limit.verdict else { panic!("{}", limit.verdict) };
//! assert_eq!(broken.why, "job 1 started as number 2 in flight; the limit is 1");
//! assert_eq!(broken.steps.last().unwrap().split(", ").last(), Some("job 1 starts"));
//! println!("{broken}"); // the steps, and the line that shows them again
//! ```
//!
//! A whole crate that holds its strategy against all laws is `examples/own-strategy`.

mod again;
mod effort;
mod error;
mod law;
mod ours;
mod scenario;
mod schedule;
mod shrink;
mod stage;
mod story;
mod subject;
mod verdict;
mod verify;

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub use bp_analysis::replay::{Rule, Take};
pub use bp_core::Order;
pub use bp_observe::memory::Counting;

pub use crate::{
    effort::Effort,
    error::LawError,
    law::Law,
    ours::{program, subjects},
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
