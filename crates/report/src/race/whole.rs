//! The figures of a whole trace, as the page derives them of those that it has whole.

use bp_record::{Provenance, TraceFile};
use serde_json::{Value, json};

/// The figures of one trace; times in microseconds. `None` is not known, or does not apply.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) end: u64,
    pub(super) first: Option<u64>,
    pub(super) in_flight_peak: u64,
    pub(super) held_peak: u64,
    pub(super) p50: Option<u64>,
    pub(super) p90: Option<u64>,
    pub(super) slowest: Option<u64>,
    /// The part of all slots and all time in which a job was in service.
    pub(super) busy: Option<f64>,
    pub(super) overtaken: u64,
    pub(super) memory_peak: Option<u64>,
    /// (time, jobs in flight), thinned to a few hundred points, extremes kept.
    pub(super) in_flight: Vec<(u64, u64)>,
}

/// Derive them; O(jobs log jobs).
pub(super) fn figures(trace: &TraceFile) -> Figures {
    let jobs = trace.moments();
    let end = jobs.iter().map(|job| job.delivered_us).max().unwrap_or(0).max(1);
    let moments = bp_analysis::read(&trace.trace(), end.saturating_mul(1_000));
    let delivered = || jobs.iter().filter(|job| !job.lost);
    let mut latencies: Vec<u64> =
        delivered().map(|job| job.delivered_us - job.started_us).collect();
    let latency = bp_analysis::quantiles(&mut latencies);
    let service: u64 = jobs.iter().map(|job| job.finished_us - job.started_us).sum();
    let busy = |limit: u64| (service as f64 / (limit as f64 * end as f64)).min(1.0);
    Figures {
        end,
        first: delivered().map(|job| job.delivered_us).min(),
        in_flight_peak: moments.in_flight_peak,
        held_peak: moments.held_peak,
        p50: latency.as_ref().and_then(|latency| latency.p50_ns),
        p90: latency.as_ref().and_then(|latency| latency.p90_ns),
        slowest: latency.as_ref().map(|latency| latency.max_ns),
        busy: trace.limit.map(busy),
        overtaken: moments.out_of_order,
        memory_peak: memory_peak(trace),
        in_flight: moments.series.in_flight.iter().map(|(ns, jobs)| (ns / 1_000, *jobs)).collect(),
    }
}

/// Weighing takes real time, so it does not belong beside simulated time.
fn memory_peak(trace: &TraceFile) -> Option<u64> {
    let memory = trace.memory.as_ref().filter(|_| trace.provenance == Provenance::Recorded)?;
    memory.live_bytes.iter().max().copied()
}

/// The same under the names that the page has for them. Memory is not thinned, so it is not here.
pub(super) fn whole(trace: &TraceFile) -> Value {
    let figures = figures(trace);
    json!({
        "end": figures.end,
        "first": figures.first,
        "inFlightPeak": figures.in_flight_peak,
        "heldPeak": figures.held_peak,
        "p50": figures.p50,
        "p90": figures.p90,
        "slowest": figures.slowest,
        "busy": figures.busy,
        "overtaken": figures.overtaken,
        "in_flight": figures.in_flight,
    })
}
