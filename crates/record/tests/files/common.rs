//! An invented run and its samples.

use std::num::NonZeroUsize;

use bp_record::{
    Arrivals, Catalogue, Cell, Consumer, Counts, Environment, Extent, Faults, Fingerprint,
    Measured, Outcome, Pass, Quantiles, Real, Role, Run, SCHEMA, Sample, Work,
};

pub(crate) fn run() -> Run {
    Run {
        schema: SCHEMA,
        arguments: vec!["run".into()],
        suite: "preview".into(),
        preview: true,
        seed: 7,
        rounds: 3,
        planned: 9,
        started: "2026-11-21T10:00:00Z".into(),
        catalogue: Catalogue::default(),
        environment: Environment { load_1m: Some(0.1), ..Environment::default() },
        sweep: None,
        fingerprint: Some(fingerprint()),
        partition: None,
        shards: vec![],
    }
}

pub(crate) fn fingerprint() -> Fingerprint {
    Fingerprint {
        binary: "00000001-7".into(),
        settings: vec![("seed".into(), "7".into()), ("rounds".into(), "3".into())],
        cells: vec![(cell().id(), "00000002-9".into())],
    }
}

pub(crate) fn sample(round: u32) -> Sample {
    let quantiles =
        Quantiles { count: 30, mean_ns: 5, p50_ns: Some(4), max_ns: 9, ..Quantiles::default() };
    let mut measured = Measured {
        counts: Counts { admitted: 30, succeeded: 30, delivered: 30, ..Counts::default() },
        makespan_ns: 1_000 + u64::from(round),
        service: Some(quantiles),
        // Digits that survive a text only if it is written and read exactly.
        in_flight_mean: Some(0.1 + 0.2 + f64::from(round) / 3.0),
        ..Measured::default()
    };
    measured.series.service = vec![(0.999_000_000_000_000_1, 8), (1.0, 9)];
    Sample {
        cell: cell(),
        pass: Pass::Trace,
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

fn cell() -> Cell {
    Cell {
        work: Work {
            name: "exponential".into(),
            extent: Extent::Jobs(30),
            service_ns: 1_000_000,
            payload_bytes: 64,
            seed: 7,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Poisson { per_second: 2_000 },
            consumer: Consumer::Serial { time_ns: 10 },
            faults: Faults::default(),
        },
        strategy: "semaphore".into(),
        executor: "tokio".into(),
        threads: NonZeroUsize::MIN,
        limit: NonZeroUsize::new(10),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}
