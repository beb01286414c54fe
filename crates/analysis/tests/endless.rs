//! Sources without an end: all strategies run as long, so only what they get done tells them apart.
#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::num::NonZeroUsize;

use bp_analysis::{Field, Gate, Metric, Verdict, compare_interleaved, compare_stored, rank};
use bp_record::{
    Arrivals, Cell, Consumer, Counts, Extent, Faults, Measured, Outcome, Pass, Real, Role, Sample,
    Work,
};

/// A round of a strategy that got so many jobs done in a time that says nothing of it.
fn sample(strategy: &str, round: u32, succeeded: u64, makespan_ns: u64) -> Sample {
    let cell = Cell {
        work: Work {
            name: "fixed".into(),
            extent: Extent::ForNs(2_000_000_000),
            service_ns: 1_000_000,
            payload_bytes: 0,
            seed: 1,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: strategy.into(),
        executor: "tokio".into(),
        threads: NonZeroUsize::MIN,
        limit: NonZeroUsize::new(10),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    };
    let counts = Counts { succeeded, ..Counts::default() };
    Sample {
        cell,
        pass: Pass::Time,
        role: Role::Measured,
        round,
        attempt: 0,
        outcome: Outcome::Ok,
        exit_code: Some(0),
        signal: None,
        message: None,
        measured: Some(Measured { counts, makespan_ns, ..Measured::default() }),
    }
}

/// Ten rounds, each with its own small change.
fn rounds(strategy: &str, succeeded: u64, makespan_ns: u64) -> Vec<Sample> {
    let round = |round: u32| {
        sample(strategy, round, succeeded + u64::from(round % 3), makespan_ns + u64::from(round))
    };
    (0..10).map(round).collect()
}

fn makespan() -> &'static Metric {
    Metric::named("makespan_ns").unwrap()
}

#[test]
fn who_gets_more_done_is_ranked_first_although_it_ends_later() {
    let mut samples = rounds("batching", 614, 2_010_000_000);
    samples.extend(rounds("semaphore", 6_880, 2_020_000_000));
    let rankings = rank(&samples, makespan());
    assert_eq!(rankings[0].metric.name, "throughput_per_s");
    let names: Vec<_> = rankings[0].ties.iter().flatten().map(|ranked| &*ranked.name).collect();
    assert_eq!(names, ["semaphore/limit=10", "batching/limit=10"]);
}

#[test]
fn a_makespan_of_it_is_no_figure_of_a_field() {
    let samples = rounds("batching", 614, 2_010_000_000);
    let field = Field::new(&samples);
    let id = samples[0].cell.id();
    let column = |name| field.column(&[Some(&*id)], Metric::named(name).unwrap());
    assert_eq!(column("makespan_ns").standings, [None]);
    assert!(column("throughput_per_s").standings[0].is_some());
    let by_round: Vec<_> = field.by_round(makespan()).collect();
    assert!((300.0..320.0).contains(&by_round[0][&0]), "{by_round:?}");
}

#[test]
fn half_as_much_done_in_the_same_time_is_worse() {
    let (base, new) = (rounds("a", 6_000, 2_000_000_000), rounds("a", 3_000, 2_000_000_000));
    let gate = Gate::default();
    for comparison in [compare_interleaved(&base, &new, &gate), compare_stored(&base, &new, &gate)]
    {
        let row = &comparison.rows[0];
        assert_eq!((row.metric.name, row.verdict), ("throughput_per_s", Verdict::Worse));
        assert_eq!(comparison.means.len(), 1, "{:?}", comparison.means);
        assert!((comparison.means[0].ratio - 0.5).abs() < 0.01, "{:?}", comparison.means);
    }
}
