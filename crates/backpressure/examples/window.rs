//! Which window do my jobs need? Runs jobs that last as long as yours, in order, with one window
//! after another, on a clock that jumps: hours of service take a moment.
//!
//! `cargo run --example window -- LIMIT TIMES`, where TIMES is a file with a time a line, in
//! milliseconds. Without them: a limit of 10, and times that are exponentially distributed.

use std::{env, error::Error, fs, time::Duration};

use backpressure::IteratorExt as _;
use tokio::{
    runtime::Builder,
    time::{Instant, sleep},
};

/// Windows to try, as multiples of the limit.
const WINDOWS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// How long it takes to hand out all outputs in order; or, without a window, as they complete.
fn makespan(times: &[Duration], limit: usize, window: Option<usize>) -> Duration {
    let jobs = times.iter().map(|&time| sleep(time));
    let mut clock = Builder::new_current_thread();
    let clock = clock.enable_time().start_paused(true).build().expect("it needs nothing");
    clock.block_on(async {
        let began = Instant::now();
        match window {
            Some(window) => jobs.materialize(limit).window(window).for_each(async |()| ()).await,
            None => jobs.as_completed(limit).for_each(async |()| ()).await,
        }
        began.elapsed()
    })
}

/// Two thousand times with a mean of a second, the same at each run.
fn exponential() -> Vec<Duration> {
    let mut state = 1_u64;
    let uniform = || {
        // Knuth's linear congruence, of which the upper bits are good enough here.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) + 1) as f64 / (1_u64 << 24) as f64
    };
    let uniform = std::iter::repeat_with(uniform);
    uniform.map(|uniform| Duration::from_secs_f64(-uniform.ln())).take(2_000).collect()
}

/// How many times as long as without an order, for each window.
fn factors(times: &[Duration], limit: usize) -> Vec<f64> {
    let unordered = makespan(times, limit, None).as_secs_f64();
    let ordered = |times_limit| makespan(times, limit, Some(limit.saturating_mul(times_limit)));
    WINDOWS.map(|window| ordered(window).as_secs_f64() / unordered).to_vec()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let limit = arguments.next().map_or(Ok(10), |limit| limit.parse())?;
    let times = match arguments.next() {
        None => exponential(),
        Some(path) => {
            let parse = |line: &str| line.trim().parse().map(Duration::from_millis);
            fs::read_to_string(path)?.lines().map(parse).collect::<Result<_, _>>()?
        }
    };
    backpressure::Bounds::new(limit, limit)?;
    println!(
        "{} jobs, {limit} at a time; in order they take, of the time without order,",
        times.len()
    );
    for (window, factor) in WINDOWS.into_iter().zip(factors(&times, limit)) {
        println!("{factor:>6.2} times with a window of {}", limit.saturating_mul(window));
    }
    Ok(())
}

#[test]
fn a_wider_window_is_never_slower_and_a_wide_one_costs_nothing() {
    let factors = factors(&exponential(), 10);
    assert!(factors.is_sorted_by(|wider, narrower| wider >= narrower), "{factors:?}");
    assert!(factors[0] > 2.0 && factors[6] < 1.01, "{factors:?}");
}
