//! Every strategy of ours keeps what it promises under schedules that shuttle draws.
//!
//! `BACKPRESSURE_SCHEDULES` says how many in all (10,000), `BACKPRESSURE_SEED` what they are drawn
//! from; a breach prints its schedule, and `BACKPRESSURE_SCHEDULE` with the name of the test runs
//! that one alone:
//!
//! ```text
//! BACKPRESSURE_SCHEDULE=91… cargo test -p bp-models --test strategies -- --exact semaphore
//! ```

use std::{env, time::Instant};

use bp_models::{Effort, check, replay, subjects};

macro_rules! strategies {
    ($($test:ident $name:literal;)+) => {
        const NAMES: &[&str] = &[$($name),+];

        $(
            #[test]
            fn $test() {
                keeps($name);
            }
        )+
    };
}

strategies! {
    sequential "sequential";
    unbounded_spawn "unbounded-spawn";
    unbounded_spawn_gather "unbounded-spawn-gather";
    sleep_yield "sleep-yield";
    sleep_yield_pause "sleep-yield-pause";
    batching "batching";
    batching_joined "batching-joined";
    semaphore "semaphore";
    semaphore_inside "semaphore-inside";
    semaphore_tokio "semaphore-tokio";
    bounded_channel "bounded-channel";
    bounded_channel_tokio "bounded-channel-tokio";
    thread_pool "thread-pool";
    thread_pool_map "thread-pool-map";
    as_completed "as-completed";
    as_completed_all "as-completed-all";
    as_completed_library "as-completed-library";
    as_completed_polling "as-completed-polling";
    wait_any "wait-any";
    materialize "materialize";
    materialize_library "materialize-library";
    materialize_library_spawned "materialize-library-spawned";
    materialize_spawned "materialize-spawned";
    materialize_window "materialize-window";
    load_shedding "load-shedding";
    load_shedding_queue "load-shedding-queue";
    rate_limit "rate-limit";
    adaptive "adaptive";
}

#[test]
fn no_strategy_is_missing() {
    let subjects = subjects();
    assert_eq!(subjects.iter().map(|subject| subject.name()).collect::<Vec<_>>(), NAMES);
}

fn keeps(name: &str) {
    let subject = subjects().into_iter().find(|subject| subject.name() == name);
    let subject = subject.expect("no strategy of this name runs everywhere");
    if let Ok(schedule) = env::var("BACKPRESSURE_SCHEDULE") {
        assert_eq!(replay(&subject, &schedule), Ok(()), "{name}");
        return;
    }
    let all = usize::try_from(number("BACKPRESSURE_SCHEDULES", 10_000)).expect("a count");
    let schedules = all.div_ceil(NAMES.len());
    let effort = Effort { schedules, seed: number("BACKPRESSURE_SEED", 1), prints: true };
    let began = Instant::now();
    assert_eq!(check(&subject, &effort), Ok(()), "{name}");
    println!("{name}: {schedules} schedules kept, {} s", began.elapsed().as_secs());
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().expect(name))
}
