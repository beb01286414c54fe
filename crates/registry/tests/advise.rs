//! What is advised is held against what then happens: on distributions that no law here has, with
//! service times that the advice has not seen.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, num::NonZeroUsize, path::Path, thread};

use bp_analysis::advise::{Advice, Question, Row, advise, resampled, smallest_window};
use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Pass, Real, Work};
use bp_registry::{candidates, catalogue, execute, mean, open_service_times};

const MS: f64 = 1e6;

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

/// Five in six jobs take 30 to 50 ms, the sixth 160 to 200.
fn bimodal(u: f64) -> f64 {
    if u < 5.0 / 6.0 { 30.0 + 24.0 * u } else { 160.0 + 240.0 * (u - 5.0 / 6.0) }
}

/// Weibull of shape 1.5 and scale 45 ms, and 5 ms more.
fn weibull(u: f64) -> f64 {
    5.0 + 45.0 * (-(1.0 - u).ln()).powf(1.0 / 1.5)
}

/// So many times of a distribution, given by its quantiles, in a random order: the number decides
/// which quantiles, the seed which order.
fn times(quantile: fn(f64) -> f64, jobs: usize, seed: u64) -> Vec<u64> {
    let at = |place: usize| (quantile((place as f64 + 0.5) / jobs as f64) * MS) as u64;
    let mut times: Vec<u64> = (0..jobs).map(at).collect();
    let ranks: Vec<u64> = (0..1 << 20).collect();
    let keys = resampled(&ranks, n(jobs), seed, 0);
    let mut keyed: Vec<_> = keys.into_iter().zip(times).collect();
    keyed.sort_unstable();
    times = keyed.into_iter().map(|(_, time)| time).collect();
    times
}

fn write(times: &[u64], path: &Path) {
    let lines: String = times.iter().map(|time| format!("{time}\n")).collect();
    fs::write(path, format!("service_ns\n{lines}")).unwrap();
}

fn question(jobs: usize, limit: usize, consumer: Consumer) -> Question {
    Question {
        jobs: n(jobs),
        limit: Some(n(limit)),
        memory_bytes: None,
        job_bytes: None,
        task_bytes: 0,
        ordered: false,
        consumer,
    }
}

/// The advice from `given`, and the window that it is for.
fn advised(question: &Question, given: &[u64]) -> (Advice, NonZeroUsize) {
    let draw = |replicate| resampled(given, question.jobs, 7, replicate);
    let window = smallest_window(question, draw).places;
    let candidates = candidates(question.jobs, question.limit_to_use(), window);
    (advise(question, &candidates, draw).unwrap(), window)
}

fn row<'a>(advice: &'a Advice, strategy: &str) -> &'a Row {
    advice.rows.iter().find(|row| row.names.iter().any(|name| name == strategy)).unwrap()
}

/// The cell that replays the file, as it was advised.
fn cell(
    strategy: &str,
    executor: &str,
    file: &Path,
    question: &Question,
    window: NonZeroUsize,
) -> Cell {
    let (times, service_times) = open_service_times(file).unwrap();
    let takes = catalogue().strategy(strategy).unwrap().takes.clone();
    let given = |parameter, value| takes.contains(&parameter).then_some(value);
    Cell {
        work: Work {
            name: "replay".to_owned(),
            extent: Extent::Jobs(question.jobs.get() as u64),
            service_ns: mean(&times),
            payload_bytes: 0,
            seed: 7,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: Some(service_times),
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: question.consumer,
            faults: Faults::default(),
        },
        strategy: strategy.to_owned(),
        executor: executor.to_owned(),
        threads: n(2),
        limit: given(Parameter::Limit, question.limit_to_use()),
        capacity: given(Parameter::Capacity, question.limit_to_use()),
        window: given(Parameter::Window, window),
        pause_ns: None,
        rate_per_second: None,
    }
}

/// What came of a cell ÷ what was foretold of it.
fn off(cell: &Cell, advice: &Advice) -> f64 {
    let outlook = row(advice, &cell.strategy).outlook.unwrap();
    let makespan = execute(cell, Pass::Time).unwrap().makespan_ns;
    makespan as f64 / outlook.makespan_ns.median as f64 - 1.0
}

const STRATEGIES: [&str; 5] =
    ["semaphore", "batching", "as-completed", "materialize", "materialize-window"];

/// A machine that is busy with other things makes a run longer, never shorter: whoever is late may
/// try again.
const ATTEMPTS: usize = 3;

#[test]
fn real_runs_on_held_out_times_take_what_was_foretold_within_a_tenth() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = Vec::new();
    for (name, quantile) in [("bimodal", bimodal as fn(f64) -> f64), ("weibull", weibull)] {
        for (executor, jobs, limit, consumer) in [
            ("tokio", 400, 20, Consumer::Instant),
            ("smol", 400, 20, Consumer::Instant),
            ("smol", 150, 6, Consumer::Serial { time_ns: 12_000_000 }),
        ] {
            let file = folder.path().join(format!("{name}-{jobs}"));
            write(&times(quantile, jobs, 2), &file);
            let question = question(jobs, limit, consumer);
            let (advice, window) = advised(&question, &times(quantile, 300, 1));
            for strategy in STRATEGIES {
                runs.push((cell(strategy, executor, &file, &question, window), advice.clone()));
            }
        }
    }
    let mut late = Vec::new();
    for _ in 0..ATTEMPTS {
        // They sleep, so that all can run at once.
        let found: Vec<f64> = thread::scope(|scope| {
            let run = |(cell, advice): &(Cell, Advice)| off(cell, advice);
            let threads: Vec<_> = runs.iter().map(|one| scope.spawn(move || run(one))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        late = runs.iter().map(|(cell, _)| cell.id()).zip(found.iter().copied()).collect();
        let early: Vec<_> = late.iter().filter(|(_, off)| *off < -0.10).collect();
        assert!(early.is_empty(), "{early:?}");
        late.retain(|(_, off)| *off > 0.10);
        let mut offs = found.into_iter();
        runs.retain(|_| offs.next().is_some_and(|off| off > 0.10));
    }
    assert!(late.is_empty(), "{late:?}");
}

#[test]
fn nine_in_ten_held_out_runs_are_where_nine_in_ten_were_foretold() {
    // On the virtual clock, where only the draw is left to chance.
    let folder = tempfile::tempdir().unwrap();
    let question = question(300, 20, Consumer::Instant);
    let (advice, window) = advised(&question, &times(weibull, 2_000, 1));
    for strategy in ["semaphore", "batching", "materialize-window"] {
        let spread = row(&advice, strategy).outlook.unwrap().makespan_ns;
        let held_out: Vec<u64> = times(weibull, 5_000, 9);
        let inside = (0..100).filter(|&replicate| {
            let file = folder.path().join("held-out");
            write(&resampled(&held_out, n(300), 99, replicate), &file);
            let cell = cell(strategy, "virtual", &file, &question, window);
            let makespan = execute(&cell, Pass::Time).unwrap().makespan_ns;
            (spread.low..=spread.high).contains(&makespan)
        });
        let inside = inside.count();
        assert!((80..=98).contains(&inside), "{strategy}: {inside} of 100");
    }
}
