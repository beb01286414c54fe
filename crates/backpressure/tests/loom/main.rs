//! Every order in which those that wake can meet the task that they wake.
//!
//! Run by `scripts/models loom`; without its flag this is empty. A wake that is lost is a deadlock,
//! which loom reports; what the models assert comes on top.
#![cfg(backpressure_loom)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

/// Models, each a test of its own, with as many preemptions as can be tried in a few seconds.
macro_rules! models {
    ($($(#[doc = $doc:literal])+ fn $name:ident($preemptions:literal) $model:block)+) => {$(
        $(#[doc = $doc])+
        #[test]
        fn $name() {
            crate::explore(stringify!($name), $preemptions, || $model);
        }
    )+};
}

mod gates;
mod in_task;
mod spawned;

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

/// Runs `model` in every order with at most so many preemptions, and `BACKPRESSURE_PREEMPTIONS` more.
fn explore(name: &str, preemptions: usize, model: fn()) {
    let more = env::var("BACKPRESSURE_PREEMPTIONS").map_or(0, |more| more.parse().unwrap());
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions + more);
    builder.check(move || {
        counted.fetch_add(1, SeqCst);
        model();
    });
    println!("{name}: {} orders", runs.load(SeqCst));
}
