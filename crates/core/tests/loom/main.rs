//! Every order in which the threads of a task group can meet.
//!
//! Run by `RUSTFLAGS="--cfg backpressure_loom" cargo test -p bp-core --test loom`, which is empty
//! otherwise. A member that nobody wakes, or a lock that is taken twice, is a deadlock, which loom
//! reports; what the models assert comes on top.
#![cfg(backpressure_loom)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

/// Models, each a test of its own.
macro_rules! models {
    ($($(#[doc = $doc:literal])+ fn $name:ident($threads:ident) $model:block)+) => {$(
        $(#[doc = $doc])+
        #[test]
        fn $name() {
            explore(stringify!($name), |$threads| $model);
        }
    )+};
}

mod executor;
mod three_threads;
mod two_threads;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
};

use bp_core::yield_once;
use loom::future::block_on;

use crate::executor::Model;

/// Runs `model` in every order, as many preemptions as `LOOM_MAX_PREEMPTIONS` allows.
fn explore(name: &str, model: fn(&Model)) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    loom::model(move || {
        counted.fetch_add(1, SeqCst);
        model(&Model::default());
    });
    println!("{name}: {} orders", runs.load(SeqCst));
}

/// A count that loom does not see: no order of threads makes it stale.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn up(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// Counts up when it has been polled twice.
fn counted(count: &Count) -> impl Future<Output = ()> + Send + use<> {
    let count = count.clone();
    async move {
        yield_once().await;
        count.up();
    }
}

/// Polls `future` once, and says whether it has ended.
fn poll_once(future: impl Future) -> bool {
    let mut future = pin!(future);
    block_on(poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())))
}
