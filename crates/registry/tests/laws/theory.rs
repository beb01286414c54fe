//! The table of closed forms: what batching and ordered delivery cost against slots that are never
//! free, by service time and limit.

use std::{num::NonZeroUsize, time::Duration};

use bp_analysis::{
    replay::{Job, Rule},
    theory::{Shape, slowdown},
};
use bp_record::Consumer;
use bp_workloads::Law;

/// The slowdowns with limits of 10, 200 and 1000: batching, ordered with a window of the limit; and
/// the window, in limits, with which order costs a tenth.
type Line = (Shape, Law, [f64; 3], [f64; 3], [f64; 3]);

const TABLE: [Line; 4] = [
    (Shape::Fixed, Law::Fixed, [1.0; 3], [1.0; 3], [1.0; 3]),
    (Shape::Uniform, Law::Uniform, [1.82, 1.99, 2.00], [1.52, 1.87, 1.94], [1.6, 1.8, 1.8]),
    (Shape::Exponential, Law::Exponential, [2.93, 5.88, 7.49], [2.32, 4.65, 6.03], [3.7, 6.6, 8.1]),
    (Shape::Lognormal, Law::Lognormal, [3.41, 10.3, 16.6], [2.76, 8.08, 13.0], [8.0, 26.0, 43.0]),
];
const LIMITS: [usize; 3] = [10, 200, 1_000];

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

/// Jobs as the workloads draw them, of a million nanoseconds on average.
fn jobs(law: Law, jobs: u64) -> Vec<Job> {
    let mean = Duration::from_millis(1);
    (0..jobs).map(|index| Job::from(law.service(7, index, mean).as_nanos() as u64)).collect()
}

/// The makespan of a rule in terms of that of slots which are always busy.
fn found(jobs: &[Job], rule: Rule, limit: usize) -> f64 {
    let service: u64 = jobs.iter().map(|job| job.service_ns).sum();
    let makespan = rule.makespan(jobs, Consumer::Instant).unwrap();
    makespan as f64 * limit as f64 / service as f64
}

#[test]
fn the_workloads_meet_the_table() {
    for (_, law, batching, in_order, windows) in TABLE {
        let jobs = jobs(law, 1_000_000);
        for (place, limit) in LIMITS.into_iter().enumerate() {
            // A million jobs are a thousand batches of a thousand. The mean of so many longest
            // lognormals has a standard deviation of 1.3 %, what order makes of them one of 1.8 %.
            let tolerance = if limit == 1_000 { 0.05 } else { 0.03 };
            let found = |rule| found(&jobs, rule, limit);
            let near = |rule, expected: f64| {
                let found = found(rule);
                let off = (found / expected - 1.0).abs();
                assert!(off < tolerance, "{law:?}, {limit}, {rule:?}: {found} is not {expected}");
            };
            let limit = n(limit);
            near(Rule::Batches { size: limit, joined: false }, batching[place]);
            near(Rule::Ordered { limit, window: limit }, in_order[place]);
            // The tail of a run is part of what is found here.
            let window = n((windows[place] * limit.get() as f64).round() as usize);
            let loss = found(Rule::Ordered { limit, window }) - 1.0;
            assert!(loss < 0.125, "{law:?}, {limit}, window {window}: {loss}");
        }
    }
}

#[test]
fn the_window_that_loses_a_tenth_is_no_wider_than_it_need_be() {
    for (shape, _, _, _, windows) in &TABLE[1..] {
        for (limit, limits) in LIMITS.into_iter().zip(windows).take(2) {
            let loss = |limits: f64| {
                let window = n((limits * limit as f64).round() as usize);
                slowdown(*shape, Rule::Ordered { limit: n(limit), window }).unwrap() - 1.0
            };
            assert!(loss(*limits) < 0.11, "{shape:?}, {limit}: {}", loss(*limits));
            assert!(loss(0.85 * limits) > 0.11, "{shape:?}, {limit}: less would do");
        }
    }
}

#[test]
fn theory_says_the_same_without_the_workloads() {
    for (shape, _, batching, in_order, _) in TABLE {
        for (place, limit) in LIMITS.into_iter().enumerate().take(2) {
            let limit = n(limit);
            let near = |rule, expected: f64| {
                let found = slowdown(shape, rule).unwrap();
                let off = (found / expected - 1.0).abs();
                assert!(off < 0.015, "{shape:?}, {limit}, {rule:?}: {found} is not {expected}");
            };
            near(Rule::Batches { size: limit, joined: true }, batching[place]);
            near(Rule::Ordered { limit, window: limit }, in_order[place]);
        }
    }
}
