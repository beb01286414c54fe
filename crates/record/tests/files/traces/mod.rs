//! Traces, in files of their own and beside the events of a run.

mod hostile;
mod kept;
mod written;

use std::num::NonZeroUsize;

use bp_record::{
    Catalogue, Counts, Environment, ExecutorEntry, Family, Measured, Recorded, Run, Sample, Store,
    StoreError, StrategyEntry, Trace,
};

use crate::common;

fn strategy(name: &str, family: Family, claims: &str) -> StrategyEntry {
    StrategyEntry {
        name: name.into(),
        title: name.into(),
        sentence: String::new(),
        source: String::new(),
        family,
        claims: claims.into(),
        takes: vec![],
        executors: vec![],
    }
}

fn run() -> Run {
    let executor = |name: &str, simulated: bool| ExecutorEntry {
        name: name.into(),
        sentence: String::new(),
        legacy: false,
        simulated,
        single_threaded: simulated,
        contestant: None,
    };
    let crates = [("futures", "0.3"), ("tokio", "1.48"), ("tokio-util", "0.7")];
    Run {
        catalogue: Catalogue {
            strategies: vec![
                strategy("unbounded", Family::NoLimit, "none"),
                strategy("semaphore", Family::Refill, "limit, memory O(limit)"),
                strategy("sequential", Family::Refill, "limit 1, memory O(1)"),
                strategy("batching", Family::Barrier, "limit"),
                strategy("materialize", Family::Ordered, "limit, order of the source"),
            ],
            executors: vec![executor("tokio-current-thread", false), executor("virtual", true)],
            workloads: vec![],
        },
        environment: Environment {
            revision: Some("abc".into()),
            crates: crates.map(|(name, version)| (name.into(), version.into())).into(),
            ..Environment::default()
        },
        ..common::run()
    }
}

/// A sample of the trace pass with these moments still in it, as a child answers.
fn sample(strategy: &str, limit: usize, trace: Trace) -> Sample {
    let jobs = trace.admitted_ns.len() as u64;
    let mut sample = common::sample(0);
    sample.cell.strategy = strategy.into();
    sample.cell.executor = "tokio-current-thread".into();
    sample.cell.limit = NonZeroUsize::new(limit);
    sample.measured = Some(Measured {
        counts: Counts { admitted: jobs, succeeded: jobs, delivered: jobs, ..Counts::default() },
        trace: Some(trace),
        ..Measured::default()
    });
    sample
}

/// Put the moments into a file and the sample into the events, as the harness does.
fn store(store: &mut Store, mut sample: Sample) -> Result<Sample, StoreError> {
    let trace = sample.measured.as_mut().unwrap().trace.take().unwrap();
    let stored = store.keep_trace(&sample, &trace)?;
    sample.measured.as_mut().unwrap().trace_file = Some(stored);
    store.append(&sample)?;
    Ok(sample)
}

/// Jobs of these service times that start in turn, each as soon as one of `limit` slots is free,
/// and are delivered so much later; all in nanoseconds.
fn refill(limit: usize, jobs: &[(u64, u64)]) -> Trace {
    let mut slots = vec![0; limit];
    let mut trace = Trace::default();
    for &(service, blocked) in jobs {
        let slot = slots.iter_mut().min().unwrap();
        let started = *slot;
        *slot = started + service;
        trace.arrived_ns.push(0);
        trace.admitted_ns.push(Some(started));
        trace.started_ns.push(Some(started));
        trace.finished_ns.push(Some(started + service));
        trace.delivered_ns.push(Some(started + service + blocked));
        trace.lost_ns.push(None);
    }
    let mut order: Vec<_> = (0..jobs.len() as u64).collect();
    order.sort_by_key(|&job| trace.delivered_ns[job as usize]);
    Trace { order, ..trace }
}

fn only(recorded: &Recorded) -> Sample {
    let mut all = recorded.traced();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
