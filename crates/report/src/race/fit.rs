//! What of the traces fits into a page: long ones are thinned, and of many some are left out.

use std::collections::BTreeMap;

use bp_record::TraceFile;
use serde_json::{Value, json};

use super::{
    field::{Race, stands_for_its_family},
    whole::whole,
};
use crate::units;

/// More jobs than so many cannot be told apart on a screen.
const MOST_JOBS: u64 = 1000;

/// The traces that fit, and what is said of the others.
#[derive(Debug, Default)]
pub(super) struct Fitted {
    /// In the order of the races.
    pub(super) traces: Vec<Value>,
    pub(super) notes: Vec<String>,
}

/// As many traces as fit into so many bytes, those that tell most first: one of each family on the
/// first executor of each race, then on the others, then the other strategies.
pub(super) fn fitted(races: &[Race], bytes: usize) -> Fitted {
    let mut candidates: Vec<(usize, &TraceFile, bool)> = Vec::new();
    for race in races {
        let begin = candidates.len();
        let more = race.traces.iter().enumerate();
        candidates.extend(
            more.map(|(at, &trace)| (begin + at, trace, trace.executor == race.executor())),
        );
    }
    // A stable sort: what tells as much stays in the order of the races.
    candidates.sort_by_key(|&(_, trace, first)| (!stands_for_its_family(trace), !first));
    let (mut kept, mut left_out, mut size) = (BTreeMap::new(), Vec::new(), 0);
    for (place, trace, _) in candidates {
        let value = thinned(trace);
        let more = value.to_string().len() + 1;
        if size + more > bytes {
            left_out.push(trace);
        } else {
            size += more;
            kept.insert(place, value);
        }
    }
    let notes = note(kept.len(), &left_out).into_iter().collect();
    Fitted { traces: kept.into_values().collect(), notes }
}

/// A trace with at most [`MOST_JOBS`] jobs; a longer one keeps each k-th, and beside them the
/// figures of all.
fn thinned(trace: &TraceFile) -> Value {
    let jobs = trace.admitted.len() as u64;
    let step = jobs.div_ceil(MOST_JOBS).max(1);
    if step == 1 {
        return json!(trace);
    }
    let moments = trace.moments().into_iter().step_by(step as usize);
    let mut thin = TraceFile {
        every: trace.every * step,
        admitted: Vec::new(),
        started: Vec::new(),
        finished: Vec::new(),
        delivered: Vec::new(),
        lost: Vec::new(),
        ..trace.clone()
    };
    let mut before = 0;
    for (place, job) in moments.enumerate() {
        thin.admitted.push(job.admitted_us - before);
        thin.started.push(job.started_us - job.admitted_us);
        thin.finished.push(job.finished_us - job.started_us);
        thin.delivered.push(job.delivered_us - job.finished_us);
        thin.lost.extend(job.lost.then_some(place as u64));
        before = job.admitted_us;
    }
    let mut value = json!(thin);
    // What was thinned when it was recorded has no figures of all jobs.
    if trace.every == 1 {
        value["whole"] = whole(trace);
    }
    value
}

/// What is said of the traces that do not fit.
fn note(kept: usize, left_out: &[&TraceFile]) -> Option<String> {
    if left_out.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for trace in left_out {
        *counts.entry((&trace.workload, &trace.executor)).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|((workload, executor), count)| format!("{count} of {workload} on {executor}"))
        .collect();
    Some(format!(
        "So that it opens at once, this page holds {kept} of {}. Left out are {}. To choose \
         others: backpressure race RUN -w WORKLOAD -s STRATEGY -x EXECUTOR",
        units::counted(kept + left_out.len(), "trace"),
        parts.join(", "),
    ))
}
