//! What the laws have found, as the schedule that found it; and that schedules are of all kinds.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bp_laws::{Law, Schedule, Subject, replay, subjects};

fn subject(name: &str) -> Subject {
    subjects().into_iter().find(|subject| subject.name() == name).unwrap()
}

#[test]
fn the_queue_of_the_mapped_thread_pool_goes_with_its_last_thread() {
    // A job that panicked when it was dropped had ended the only thread, and the run waited for
    // ever for what was left in the queue.
    let schedule: Schedule = "000000000106".parse().unwrap();
    let found = replay(&subject("thread-pool-map"), Law::Failure, &schedule);
    assert!(!found.broken(), "{found}");
}
