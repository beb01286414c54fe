//! The trace of every strategy is one that can be written, with the limit that it promises.

use std::num::NonZeroUsize;

use bp_record::{Environment, Faults, Outcome, Pass, Role, Run, SCHEMA, Sample, Store, TraceFile};
use bp_registry::{catalogue, claims, execute};

use crate::common::{cell, on_virtual};

fn run() -> Run {
    Run {
        schema: SCHEMA,
        arguments: vec![],
        suite: "laws".to_owned(),
        preview: true,
        seed: 7,
        rounds: 1,
        planned: 1,
        started: "2026-11-21T10:00:00Z".to_owned(),
        catalogue: catalogue(),
        environment: Environment::default(),
        sweep: None,
        fingerprint: None,
        partition: None,
        shards: vec![],
    }
}

#[test]
fn every_strategy_leaves_a_trace_with_the_limit_that_it_promises() {
    let place = tempfile::tempdir().unwrap();
    let store = Store::create(place.path(), &run(), true).unwrap();
    for strategy in on_virtual() {
        for workload in ["exponential", "yield"] {
            let mut cell = cell(workload, &strategy, 300, 8);
            cell.work.faults = Faults { fail_per_million: 100_000, panic_per_million: 100_000 };
            let mut measured = execute(&cell, Pass::Trace).unwrap();
            let trace = measured.trace.take().unwrap();
            let sample = Sample {
                cell: cell.clone(),
                pass: Pass::Trace,
                role: Role::Measured,
                round: 0,
                attempt: 0,
                outcome: Outcome::Ok,
                exit_code: Some(0),
                signal: None,
                message: None,
                measured: Some(measured.clone()),
            };
            let stored = store.keep_trace(&sample, &trace).unwrap();
            let file = TraceFile::read(&stored.path(place.path()).unwrap()).unwrap();
            let promised = claims(&cell).unwrap().limit.map(NonZeroUsize::get);
            assert_eq!(file.limit, promised.map(|limit| limit as u64), "{strategy}");
            let lost = measured.counts.panicked + measured.counts.shed;
            assert_eq!(file.lost.len() as u64, lost, "{strategy}");
            assert_eq!(file.admitted.len() as u64, measured.counts.admitted, "{strategy}");
        }
    }
}
