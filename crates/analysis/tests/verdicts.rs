//! The rule of `compare` over invented noise: how often it is wrong about two things that are
//! alike, and how often it sees ten per cent.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::num::NonZeroUsize;

use bp_analysis::{
    Comparison, Gate, Method, Metric, Slack, Verdict, compare_interleaved, compare_stored, rank,
};
use bp_record::{
    Arrivals, Cell, Consumer, Counts, Extent, Faults, Measured, Outcome, Pass, Real, Role, Sample,
    Work,
};

const STRATEGIES: [&str; 10] = [
    "sequential",
    "batching",
    "semaphore",
    "semaphore-inside",
    "bounded-channel",
    "as-completed",
    "wait-any",
    "materialize",
    "thread-pool",
    "join-set",
];

fn cell(strategy: &str, workload: &str) -> Cell {
    Cell {
        work: Work {
            name: workload.into(),
            extent: Extent::Jobs(1_000),
            service_ns: 0,
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
        limit: NonZeroUsize::new(64),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

fn sample(cell: &Cell, round: u32, makespan: f64, cpu: f64) -> Sample {
    let measured = Measured {
        makespan_ns: makespan as u64,
        cpu_user_ns: Some(cpu as u64),
        cpu_system_ns: Some(0),
        counts: Counts { succeeded: 1_000, ..Counts::default() },
        ..Measured::default()
    };
    Sample {
        cell: cell.clone(),
        pass: Pass::Time,
        role: Role::Measured,
        round,
        attempt: 0,
        outcome: Outcome::Ok,
        exit_code: Some(0),
        signal: None,
        message: None,
        measured: Some(measured),
    }
}

/// A generator for the noise: xorshift, seeded.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: the sum of twelve uniform numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// What a busy machine does to a measurement.
#[derive(Clone, Copy)]
struct Machine {
    /// Noise that both of a pair see: other programs, the processor's clock.
    shared: f64,
    /// Noise of each process.
    own: f64,
    /// How often a process is disturbed for good, by up to five times its time.
    outliers: f64,
    /// By how much the machine becomes slower from the first to the last round.
    drift: f64,
    /// By how much whoever comes second is faster.
    second: f64,
}

const BUSY: Machine = Machine { shared: 0.2, own: 0.03, outliers: 0.08, drift: 0.3, second: 0.02 };
/// Here pairs do not help: all noise is each process's own.
const WILD: Machine = Machine { shared: 0.0, own: 0.2, outliers: 0.2, drift: 0.5, second: 0.0 };

/// Both sides of a comparison of `rounds`, the new one slower by `factor` in batching.
fn comparison(machine: Machine, rounds: u32, factor: f64, seed: u64) -> [Vec<Sample>; 2] {
    let mut noise = Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut base, mut new) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        for workload in ["yield", "cpu"] {
            for strategy in STRATEGIES {
                let cell = cell(strategy, workload);
                let drift = 1.0 + machine.drift * f64::from(round) / f64::from(rounds);
                let shared = drift * (machine.shared * noise.normal()).exp();
                let second = noise.uniform() < 0.5;
                let mut one = |slower: f64, second: bool| {
                    let time = |noise: &mut Noise| {
                        let mut time = 5e6 * shared * slower * (machine.own * noise.normal()).exp();
                        if noise.uniform() < machine.outliers {
                            time *= 1.0 + 4.0 * noise.uniform();
                        }
                        if second { time * (1.0 - machine.second) } else { time }
                    };
                    let (makespan, cpu) = (time(&mut noise), time(&mut noise));
                    sample(&cell, round, makespan, cpu)
                };
                let slower = if strategy == "batching" { factor } else { 1.0 };
                base.push(one(1.0, second));
                new.push(one(slower, !second));
            }
        }
    }
    [base, new]
}

fn gate() -> Gate {
    let slack = Slack { relative: Some(0.05), absolute: None };
    let rule = |name| (Metric::named(name).unwrap(), slack);
    Gate { rules: vec![rule("cpu_ns"), rule("makespan_ns")] }
}

fn is_false(comparison: &Comparison) -> bool {
    comparison.count(Verdict::Worse) + comparison.count(Verdict::Better) > 0
}

/// Batching is named, and nothing else is called worse or better.
fn is_caught(comparison: &Comparison) -> bool {
    let mut changed = comparison
        .rows
        .iter()
        .filter(|row| matches!(row.verdict, Verdict::Worse | Verdict::Better))
        .peekable();
    changed.peek().is_some()
        && changed.all(|row| row.strategy == "batching" && row.verdict == Verdict::Worse)
}

fn count(machine: Machine, rounds: u32, factor: f64, is: fn(&Comparison) -> bool) -> usize {
    let comparisons = (0..200).filter(|&seed| {
        let [base, new] = comparison(machine, rounds, factor, seed);
        is(&compare_interleaved(&base, &new, &gate()))
    });
    comparisons.count()
}

#[test]
fn of_200_comparisons_of_a_thing_with_itself_at_most_four_are_wrong() {
    for (name, machine) in [("busy", BUSY), ("wild", WILD)] {
        let wrong = count(machine, 16, 1.0, is_false);
        assert!(wrong <= 4, "{name}: {wrong} of 200");
    }
}

#[test]
fn of_200_comparisons_with_ten_per_cent_in_one_strategy_190_name_it_alone() {
    for factor in [1.1, 1.0 / 1.1] {
        let named = |comparison: &Comparison| {
            let changed = |row: &&bp_analysis::ComparedRow| {
                matches!(row.verdict, Verdict::Worse | Verdict::Better)
            };
            let mut rows = comparison.rows.iter().filter(changed).peekable();
            rows.peek().is_some() && rows.all(|row| row.strategy == "batching")
        };
        let caught = count(BUSY, 24, factor, if factor > 1.0 { is_caught } else { named });
        assert!(caught >= 190, "{factor}: {caught} of 200");
    }
}

#[test]
fn where_noise_hides_ten_per_cent_nothing_is_said_to_be_alike() {
    let [base, new] = comparison(WILD, 14, 1.1, 3);
    let comparison = compare_interleaved(&base, &new, &gate());
    assert_eq!(comparison.method, Method::Interleaved);
    assert_eq!(comparison.verdict(), Verdict::Inconclusive);
    assert!(comparison.count(Verdict::Inconclusive) > 30, "{comparison:?}");
}

#[test]
fn stored_runs_do_not_take_noise_for_a_change_and_see_a_doubling() {
    // Nothing is paired here: what the machine does to one run it does not do to the other.
    let apart = |seed: u64, factor| {
        let [base, _] = comparison(BUSY, 5, 1.0, seed);
        let [_, new] = comparison(BUSY, 5, factor, seed + 1_000);
        compare_stored(&base, &new, &gate())
    };
    let wrong = (0..200).filter(|&seed| is_false(&apart(seed, 1.0))).count();
    assert!(wrong <= 10, "{wrong} of 200");
    let quiet = Machine { shared: 0.01, own: 0.01, outliers: 0.0, drift: 0.0, second: 0.0 };
    let seen = (0..40).filter(|&seed| {
        let [base, _] = comparison(quiet, 5, 1.0, seed);
        let [_, new] = comparison(quiet, 5, 1.2, seed + 1_000);
        is_caught(&compare_stored(&base, &new, &gate()))
    });
    assert!(seen.count() >= 38);
}

#[test]
fn one_round_has_no_spread_and_so_no_verdict() {
    let [base, new] = comparison(BUSY, 1, 3.0, 1);
    let comparison = compare_stored(&base, &new, &gate());
    assert!(!is_false(&comparison));
    assert!(comparison.rows.iter().all(|row| row.floor.is_none()));
    assert_eq!(comparison.verdict(), Verdict::Inconclusive);
}

#[test]
fn a_metric_of_which_more_is_better_turns_around() {
    let slack = Slack { relative: Some(0.05), absolute: None };
    let gate = Gate { rules: vec![(Metric::named("throughput_per_s").unwrap(), slack)] };
    let [base, new] = comparison(BUSY, 20, 1.3, 1);
    let comparison = compare_interleaved(&base, &new, &gate);
    let batching = comparison.rows.iter().find(|row| row.strategy == "batching").unwrap();
    assert!(batching.ratio < 0.8 && batching.verdict == Verdict::Worse, "{batching:?}");
}

#[test]
fn a_strategy_that_no_longer_ends_is_worse_and_in_no_mean() {
    let [base, mut new] = comparison(BUSY, 14, 1.0, 1);
    for sample in new.iter_mut().filter(|sample| sample.cell.strategy == "wait-any") {
        sample.outcome = Outcome::Timeout;
        sample.measured = None;
    }
    let comparison = compare_interleaved(&base, &new, &gate());
    assert_eq!(comparison.verdict(), Verdict::Worse);
    assert_eq!(comparison.outcomes.len(), 2, "of two workloads");
    assert_eq!(comparison.outcomes[0].sentence(), "timeout 14, where the base had ok 14");
    let mean = &comparison.means[0];
    assert_eq!((mean.cells, mean.base_failures, mean.new_failures), (18, 0, 28));
}

#[test]
fn a_cell_that_fails_its_verification_is_worse_though_nothing_was_measured() {
    let [base, mut new] = comparison(BUSY, 3, 1.0, 1);
    let mine =
        |sample: &Sample| sample.cell.strategy == "wait-any" && sample.cell.work.name == "cpu";
    let mut failed = new.iter().find(|sample| mine(sample)).unwrap().clone();
    new.retain(|sample| !mine(sample));
    failed.cell.work.extent = Extent::Jobs(32);
    (failed.role, failed.pass, failed.outcome) = (Role::Verification, Pass::Trace, Outcome::Wrong);
    new.push(failed);
    let comparison = compare_stored(&base, &new, &gate());
    assert_eq!((comparison.cells, comparison.apart.len()), (20, 0));
    assert_eq!(comparison.verdict(), Verdict::Worse);
    assert_eq!(comparison.outcomes[0].sentence(), "wrong 1, where the base had ok 3");
}

#[test]
fn canaries_are_not_of_the_cell_and_a_repeated_round_counts_once() {
    let [base, mut new] = comparison(BUSY, 9, 1.0, 1);
    let before = compare_interleaved(&base, &new, &gate());
    let canary = Sample { role: Role::Canary, outcome: Outcome::Crashed, ..new[0].clone() };
    let repeated: Vec<_> =
        new.iter().map(|sample| Sample { attempt: 1, ..sample.clone() }).collect();
    for sample in &mut new {
        sample.measured.as_mut().unwrap().makespan_ns *= 9; // disturbed
    }
    new.extend(repeated);
    new.push(canary);
    assert_eq!(compare_interleaved(&base, &new, &gate()), before);
}

#[test]
fn cells_that_only_one_has_or_that_differ_are_set_apart() {
    let [base, mut new] = comparison(BUSY, 3, 1.0, 1);
    new.retain(|sample| sample.cell.strategy != "join-set");
    for sample in new.iter_mut().filter(|sample| sample.cell.strategy == "batching") {
        sample.cell.work.extent = Extent::Jobs(500);
    }
    let comparison = compare_stored(&base, &new, &gate());
    assert_eq!((comparison.cells, comparison.apart.len()), (16, 4));
    assert!(comparison.rows.iter().all(|row| row.strategy != "batching"));
}

#[test]
fn the_same_samples_give_the_same_comparison() {
    let [base, new] = comparison(BUSY, 12, 1.1, 1);
    let compare = || compare_interleaved(&base, &new, &gate());
    assert_eq!(compare(), compare());
}

#[test]
fn ranks_are_groups_that_chance_cannot_explain() {
    let [_, samples] = comparison(BUSY, 14, 2.0, 5);
    let makespan = Metric::named("makespan_ns").unwrap();
    let ranking = rank(&samples, makespan);
    assert_eq!(ranking.len(), 2, "of two workloads");
    for group in &ranking {
        assert_eq!((group.rounds, group.rounds_needed), (14, 9));
        let last = group.ties.last().unwrap();
        assert!(last.iter().any(|ranked| ranked.name == "batching/limit=64"), "{group:?}");
        assert!(group.ties.len() >= 2, "{group:?}");
    }
    // Too few rounds tell nobody apart, and the ranking says how many it takes.
    let [_, few] = comparison(BUSY, 5, 3.0, 5);
    assert!(rank(&few, makespan).iter().all(|group| group.ties.len() == 1));
}

#[test]
fn who_fails_or_does_less_is_not_ranked() {
    let [_, mut samples] = comparison(BUSY, 9, 1.0, 5);
    for sample in &mut samples {
        match &*sample.cell.strategy {
            "wait-any" => sample.outcome = Outcome::Oom,
            "batching" => sample.measured.as_mut().unwrap().counts.succeeded = 900,
            _ => {}
        }
    }
    let ranking = rank(&samples, Metric::named("makespan_ns").unwrap());
    let apart = &ranking[0].apart;
    assert_eq!(
        apart[0],
        ("batching/limit=64".into(), "fewer jobs succeeded than elsewhere".into())
    );
    assert_eq!(apart[1], ("wait-any/limit=64".into(), "oom 9".into()));
    assert_eq!(ranking[0].ties.iter().flatten().count(), 8);
}
