//! Every strategy of ours keeps what it promises under schedules that shuttle draws.
//!
//! `BACKPRESSURE_SCHEDULES` says how many in all (10,000), `BACKPRESSURE_SEED` what they are drawn
//! from; a breach prints its schedule, and `BACKPRESSURE_SCHEDULE` with the name of the strategy
//! runs that one alone:
//!
//! ```text
//! BACKPRESSURE_SCHEDULE=91… cargo test -p bp-models --test strategies -- --exact semaphore
//! ```
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{env, process::ExitCode, time::Instant};

use bp_models::{Effort, Subject, check, replay, subjects};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let subjects = subjects();
    let schedules = number("BACKPRESSURE_SCHEDULES", 10_000).div_ceil(subjects.len());
    let effort = Effort { schedules, seed: number("BACKPRESSURE_SEED", 1) as u64, prints: true };
    let trials = subjects.into_iter().map(|subject| {
        let name = subject.name().to_owned();
        Trial::test(name, move || Ok(keeps(&subject, &effort)?))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn keeps(subject: &Subject, effort: &Effort) -> Result<(), String> {
    if let Ok(schedule) = env::var("BACKPRESSURE_SCHEDULE") {
        return replay(subject, &schedule);
    }
    let began = Instant::now();
    check(subject, effort)?;
    let (name, schedules, seconds) = (subject.name(), effort.schedules, began.elapsed().as_secs());
    println!("{name}: {schedules} schedules kept, {seconds} s");
    Ok(())
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |value| value.parse().expect(name))
}
