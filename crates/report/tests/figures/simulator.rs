//! A small deterministic simulator: runs such as the harness would record, without a clock.

use std::num::NonZeroUsize;

use bp_record::{
    Arrivals, Catalogue, Cell, Consumer, Counts, Environment, ExecutorEntry, Extent, Family,
    Faults, Measured, Outcome, Parameter, Pass, Real, Role, Run, SCHEMA, Sample, StrategyEntry,
    Trace, Work, WorkloadEntry,
};

/// One job's payload, which is live from its admission to its delivery.
const PAYLOAD: u64 = 64 << 10;

/// Name, title, family, and the rule by which it is simulated.
pub(crate) const STRATEGIES: [(&str, &str, Family, Rule); 8] = [
    ("sequential", "sequential", Family::Ordered, Rule::Greedy { limit: Some(1), inside: false }),
    ("materialize", "materialize (ordered)", Family::Ordered, Rule::Ordered { window: 1 }),
    (
        "unbounded-spawn",
        "unbounded spawn",
        Family::NoLimit,
        Rule::Greedy { limit: None, inside: true },
    ),
    ("batching", "batching", Family::Barrier, Rule::Batches),
    ("semaphore", "semaphore before spawn", Family::Refill, Rule::REFILL),
    (
        "semaphore-inside",
        "semaphore inside the task",
        Family::Refill,
        Rule::Greedy { limit: Some(0), inside: true },
    ),
    ("wait-any", "wait for any", Family::Refill, Rule::REFILL),
    (
        "materialize-window",
        "materialize, wider window",
        Family::Ordered,
        Rule::Ordered { window: 4 },
    ),
];

/// When a job starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// As soon as a slot is free; 0 stands for the cell's limit. `inside` admits all at once.
    Greedy { limit: Option<usize>, inside: bool },
    /// When the batch before is done.
    Batches,
    /// As soon as a slot is free and the job `window` limits before has left, in order.
    Ordered { window: usize },
}

impl Rule {
    const REFILL: Self = Self::Greedy { limit: Some(0), inside: false };
}

/// The executors of [`run`]; the third is a legacy one.
pub(crate) const EXECUTORS: [&str; 4] = ["tokio", "smol", "async-std", "futures"];

/// What a run of these strategies and executors says of itself.
pub(crate) fn run() -> Run {
    let strategy = |&(name, title, family, _): &(&str, &str, Family, Rule)| StrategyEntry {
        name: name.into(),
        title: title.into(),
        sentence: format!("The rule of {title}."),
        source: "document 000".into(),
        family,
        claims: "limit".into(),
        takes: match name {
            "sequential" | "unbounded-spawn" => Vec::new(),
            _ => vec![Parameter::Limit],
        },
        executors: EXECUTORS.map(str::to_owned).to_vec(),
    };
    let executor = |name: &str| ExecutorEntry {
        name: name.into(),
        sentence: format!("{name}, for people"),
        legacy: name == "async-std",
        simulated: false,
        single_threaded: false,
        contestant: None,
    };
    let workload = WorkloadEntry {
        name: "stragglers".into(),
        sentence: "sleeps; one job in twenty takes twenty times as long".into(),
        timed: true,
        served: false,
    };
    Run {
        schema: SCHEMA,
        arguments: vec!["run".into()],
        suite: "test".into(),
        preview: true,
        seed: 1,
        rounds: 1,
        planned: 64,
        started: "2026-11-21T10:00:00Z".into(),
        catalogue: Catalogue {
            strategies: STRATEGIES.iter().map(strategy).collect(),
            executors: EXECUTORS.into_iter().map(executor).collect(),
            workloads: vec![workload],
        },
        environment: Environment::default(),
        sweep: None,
        fingerprint: None,
        partition: None,
        shards: vec![],
    }
}

/// A cell of `jobs` stragglers, limit 10.
pub(crate) fn cell(strategy: &str, executor: &str, jobs: u64) -> Cell {
    Cell {
        work: Work {
            name: "stragglers".into(),
            extent: Extent::Jobs(jobs),
            service_ns: 10_000_000,
            payload_bytes: PAYLOAD as usize,
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
        executor: executor.into(),
        threads: NonZeroUsize::MIN,
        limit: (!matches!(strategy, "sequential" | "unbounded-spawn"))
            .then(|| NonZeroUsize::new(10).expect("ten is not zero")),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

/// A sample that measured something.
pub(crate) fn ok(cell: Cell, pass: Pass, measured: Measured) -> Sample {
    Sample {
        cell,
        pass,
        role: Role::Measured,
        round: 0,
        attempt: 0,
        outcome: Outcome::Ok,
        exit_code: Some(0),
        signal: None,
        message: None,
        measured: Some(measured),
    }
}

/// A sample that measured nothing.
pub(crate) fn failed(cell: Cell, pass: Pass, outcome: Outcome, message: &str) -> Sample {
    Sample {
        outcome,
        exit_code: None,
        message: Some(message.into()),
        measured: None,
        ..ok(cell, pass, Measured::default())
    }
}

/// All strategies on all executors in all passes: 240 jobs, for memory also 60.
pub(crate) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (strategy, _, _, rule) in STRATEGIES {
        for (place, executor) in EXECUTORS.into_iter().enumerate() {
            // Executors differ a little.
            let measure = |jobs| simulate(rule, &services(jobs, 1.0 + 0.03 * place as f64));
            for pass in [Pass::Time, Pass::Trace, Pass::Memory] {
                samples.push(ok(cell(strategy, executor, 240), pass, only(pass, measure(240))));
            }
            samples.push(ok(
                cell(strategy, executor, 60),
                Pass::Memory,
                only(Pass::Memory, measure(60)),
            ));
        }
    }
    samples
}

/// Ten milliseconds, more or less; every twentieth takes twenty times as long.
fn services(jobs: u64, factor: f64) -> Vec<u64> {
    let service = |index: u64| {
        let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
        let part = (mixed.wrapping_mul(0x94d0_49bb_1331_11eb) >> 11) as f64 / (1u64 << 53) as f64;
        let long = if index % 20 == 17 { 20.0 } else { 1.0 };
        ((5e6 + 1e7 * part) * long * factor) as u64
    };
    (0..jobs).map(service).collect()
}

/// What a pass would have measured of all that is known.
fn only(pass: Pass, mut measured: Measured) -> Measured {
    if pass != Pass::Trace {
        measured.trace = None;
        let live_bytes = std::mem::take(&mut measured.series.live_bytes);
        measured.series = Default::default();
        if pass == Pass::Memory {
            measured.series.live_bytes = live_bytes;
        } else {
            measured.live_peak_bytes = None;
        }
    } else {
        measured.live_peak_bytes = None;
        measured.series.live_bytes.clear();
    }
    measured
}

/// A run of `rule` with a limit of ten, job by job.
pub(crate) fn simulate(rule: Rule, services: &[u64]) -> Measured {
    let moments = replay(rule, services);
    let column = |part: fn(&[u64; 4]) -> u64| moments.iter().map(|m| Some(part(m))).collect();
    let mut order: Vec<u64> = (0..services.len() as u64).collect();
    order.sort_by_key(|&index| (moments[index as usize][3], index));
    let trace = Trace {
        arrived_ns: vec![0; services.len()],
        admitted_ns: column(|m| m[0]),
        started_ns: column(|m| m[1]),
        finished_ns: column(|m| m[2]),
        delivered_ns: column(|m| m[3]),
        lost_ns: vec![None; services.len()],
        order,
    };
    let makespan_ns = moments.iter().map(|m| m[3]).max().unwrap_or(0);
    let jobs = services.len() as u64;
    let mut measured = Measured {
        counts: Counts { admitted: jobs, succeeded: jobs, delivered: jobs, ..Counts::default() },
        makespan_ns,
        allocations: Some(3 * jobs),
        rss_peak_bytes: Some(30 << 20),
        cpu_user_ns: Some(4_000 * jobs),
        cpu_system_ns: Some(1_000 * jobs),
        switches_voluntary: Some(jobs),
        switches_involuntary: Some(0),
        threads_found: Some(3),
        ..Measured::default()
    };
    bp_analysis::read(&trace, makespan_ns).apply(&mut measured);
    let live = measured.series.held.iter().map(|&(time, held)| (time, held * PAYLOAD + 9_000));
    measured.series.live_bytes = live.collect();
    measured.live_peak_bytes = measured.series.live_bytes.iter().map(|point| point.1).max();
    measured.trace = Some(trace);
    measured
}

/// Admitted, started, finished, delivered of each job.
fn replay(rule: Rule, services: &[u64]) -> Vec<[u64; 4]> {
    const LIMIT: usize = 10;
    let slots = match rule {
        Rule::Greedy { limit: None, .. } => services.len().max(1),
        Rule::Greedy { limit: Some(0), .. } | Rule::Batches | Rule::Ordered { .. } => LIMIT,
        Rule::Greedy { limit: Some(limit), .. } => limit,
    };
    let mut free = vec![0; slots];
    let mut moments: Vec<[u64; 4]> = Vec::new();
    for (index, service) in services.iter().enumerate() {
        if matches!(rule, Rule::Batches) && index % LIMIT == 0 {
            let done = free.iter().copied().max().unwrap_or(0);
            free.fill(done);
        }
        let slot = (0..slots).min_by_key(|&slot| free[slot]).expect("there is a slot");
        let left = match rule {
            Rule::Ordered { window } => {
                index.checked_sub(window * LIMIT).map_or(0, |before| moments[before][3])
            }
            Rule::Greedy { .. } | Rule::Batches => 0,
        };
        let started = free[slot].max(left);
        let finished = started + service;
        free[slot] = finished;
        let admitted = if matches!(rule, Rule::Greedy { inside: true, .. }) { 0 } else { started };
        let delivered = match rule {
            Rule::Ordered { .. } => moments.last().map_or(0, |m| m[3]).max(finished),
            Rule::Greedy { .. } | Rule::Batches => finished,
        };
        moments.push([admitted, started, finished, delivered]);
    }
    moments
}
