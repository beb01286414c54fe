//! A trace in the trace-event format of Chrome, which Perfetto opens: a slot is a thread, a job a
//! slice with its phases inside, and what goes up and down a counter.
//!
//! The format is described in "Trace Event Format" by the Chromium authors; times in it are
//! microseconds, as ours are.

use std::collections::BTreeMap;

use bp_record::{JobMoments, Provenance, TraceFile};
use serde_json::{Value, json};

use crate::slots::slots;

/// Beyond so many threads no program shows anything.
const MOST_THREADS: usize = 1_000;

/// All events belong to one process.
const PROCESS: u64 = 1;

/// A trace for Perfetto.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChromeTrace {
    /// The file.
    pub json: String,
    /// How many jobs have no slice, for they would need more than a thousand threads; the counters
    /// count them.
    pub left_out: usize,
}

/// Write a trace for Perfetto. A thread is a slot that a job takes from when it is admitted until
/// it is delivered. Every name is escaped as JSON asks for. O(jobs log jobs).
pub fn chrome_trace(trace: &TraceFile) -> ChromeTrace {
    let mut events = Events { json: String::from("{\"traceEvents\":[\n") };
    let moments = trace.moments();
    // In the order of their index jobs are in the order of their admission, too.
    let threads = slots(moments.iter().map(|job| (job.admitted_us, job.delivered_us)));
    let named = threads.iter().max().map_or(0, |last| (last + 1).min(MOST_THREADS));
    names(&mut events, trace, named);
    let mut left_out = 0;
    for (job, &thread) in moments.iter().zip(&threads) {
        if thread < MOST_THREADS {
            slices(&mut events, job, thread + 1);
        } else {
            left_out += 1;
        }
    }
    counters(&mut events, trace, &moments);
    ChromeTrace { json: events.end(&about(trace, left_out)), left_out }
}

/// What the process and its threads are called.
fn names(events: &mut Events, trace: &TraceFile, threads: usize) {
    let provenance = match trace.provenance {
        Provenance::Recorded => "recorded",
        Provenance::Simulated => "simulated",
    };
    let mut name = |kind: &str, thread: usize, args: Value| {
        let event = json!({"ph": "M", "name": kind, "pid": PROCESS, "tid": thread, "args": args});
        events.push(&event);
    };
    name("process_name", 0, json!({"name": format!("{} ({provenance})", trace.cell)}));
    for thread in 1..=threads {
        name("thread_name", thread, json!({"name": format!("slot {thread}")}));
        name("thread_sort_index", thread, json!({"sort_index": thread}));
    }
}

/// The slice of a job and, inside it, those of its phases.
fn slices(events: &mut Events, job: &JobMoments, thread: usize) {
    let mut slice = |name: &str, category: &str, from: u64, until: u64| {
        events.push(&json!({
            "ph": "X", "name": name, "cat": category, "pid": PROCESS, "tid": thread,
            "ts": from, "dur": until - from, "args": {"job": job.index},
        }));
    };
    let JobMoments { admitted_us, started_us, finished_us, delivered_us, .. } = *job;
    slice(&format!("job {}", job.index), "job", admitted_us, delivered_us);
    if started_us > admitted_us {
        slice("wait", "phase", admitted_us, started_us);
    }
    let service = match job.lost {
        true if started_us == finished_us => "lost", // shed, or as short
        true => "service, then panic",
        false => "service",
    };
    slice(service, "phase", started_us, finished_us);
    if delivered_us > finished_us {
        slice("blocked", "phase", finished_us, delivered_us);
    }
}

/// Jobs in flight, and the memory of the other process.
fn counters(events: &mut Events, trace: &TraceFile, moments: &[JobMoments]) {
    let mut changes: BTreeMap<u64, i64> = BTreeMap::new();
    for job in moments {
        *changes.entry(job.started_us).or_default() += 1;
        *changes.entry(job.finished_us).or_default() -= 1;
    }
    let mut counter = |name: &str, unit: &str, time: u64, value: Value| {
        let args = json!({unit: value});
        let event = json!({"ph": "C", "name": name, "pid": PROCESS, "ts": time, "args": args});
        events.push(&event);
    };
    let name = match trace.every {
        1 => "in flight".to_owned(),
        every => format!("in flight, one in {every} jobs"),
    };
    let mut in_flight = 0;
    for (time, change) in changes {
        in_flight += change;
        if change == 0 {
            continue;
        }
        counter(&name, "jobs", time, in_flight.into());
    }
    let Some(memory) = &trace.memory else { return };
    let mut time = 0;
    for (gap, bytes) in memory.at_us.iter().zip(&memory.live_bytes) {
        time += gap;
        counter("live bytes (of another process)", "bytes", time, (*bytes).into());
    }
}

/// What else there is to know of it; Perfetto shows it as metadata.
fn about(trace: &TraceFile, left_out: usize) -> Value {
    json!({
        "schema": trace.schema, "strategy": trace.strategy, "executor": trace.executor,
        "executor_version": trace.executor_version, "workers": trace.workers,
        "workload": trace.workload, "limit": trace.limit, "window": trace.window,
        "seed": trace.seed, "round": trace.round, "commit": trace.commit,
        "compiler": trace.compiler, "processor": trace.processor, "time": trace.time,
        "jobs": trace.jobs, "every": trace.every, "jobs_without_slice": left_out,
    })
}

/// A list of events that grows.
struct Events {
    json: String,
}

impl Events {
    fn push(&mut self, event: &Value) {
        if self.json.ends_with('}') {
            self.json.push_str(",\n");
        }
        self.json.push_str(&event.to_string());
    }

    fn end(self, about: &Value) -> String {
        self.json + &format!("\n],\"displayTimeUnit\":\"ms\",\"otherData\":{about}}}\n")
    }
}
