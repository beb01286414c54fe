//! The library alone against jobs and consumers that do whatever a contract lets them do.
//!
//! A schedule is drawn from a seed: jobs that wake themselves, each other, late, twice and after their
//! end, from other threads too; a source that waits; a consumer that polls for nothing and with another
//! waker each time, and drops the stream at any poll. `BACKPRESSURE_SCHEDULES` says how many are drawn
//! of each form, and `BACKPRESSURE_SEED` the first seed; one that fails names its own.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod in_task;
mod spawned;
mod world;

use std::{env, thread};

/// Tries a schedule of each seed.
fn schedules(name: &str, usual: u64, schedule: impl Fn(u64)) {
    let number = |name, otherwise| env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let count = number("BACKPRESSURE_SCHEDULES", usual);
    let first = number("BACKPRESSURE_SEED", 1);
    for seed in (first..).take(count as usize) {
        let _said = Said { name, seed };
        schedule(seed);
    }
    println!("{name}: {count} schedules");
}

/// Says which schedule it was that failed.
struct Said<'a> {
    name: &'a str,
    seed: u64,
}

impl Drop for Said<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("{}: BACKPRESSURE_SCHEDULES=1 BACKPRESSURE_SEED={}", self.name, self.seed);
        }
    }
}
