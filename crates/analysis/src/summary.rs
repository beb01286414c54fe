use std::collections::HashMap;

use bp_record::{Cell, Counts, Ideal, OpenLoop, Outcome, Quantiles, Sample, Served};
use serde::Serialize;

use crate::{Split, group::Group, split};

/// What all samples of one cell say together: a row of `summary.csv`.
///
/// `None` means that no successful sample measured it. Failed samples are counted and give no
/// figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The cell's id, which leaves the extent out.
    pub id: String,
    /// The cell at its full extent.
    pub cell: Cell,
    /// How many jobs were planned; `None` for a run of a given time.
    pub jobs: Option<u64>,
    /// How many samples succeeded, in all passes and at all extents.
    pub samples_ok: u32,
    /// How many samples ended otherwise, by outcome, in all passes and at all extents.
    pub failures: Vec<(Outcome, u32)>,
    /// What the first failed sample said; without one, why the first job failed, if one did.
    pub message: Option<String>,
    /// The makespan over the rounds (time pass).
    pub makespan_ns: Option<Spread>,
    /// Jobs that succeeded per second, which is the goodput, the median over the rounds (time pass).
    pub throughput_per_s: Option<f64>,
    /// Processor time, user and system, the median over the rounds (time pass).
    pub cpu_ns: Option<u64>,
    /// Switches because a thread waited, the median over the rounds (time pass).
    pub switches_voluntary: Option<u64>,
    /// Switches because a thread was interrupted, the median over the rounds (time pass).
    pub switches_involuntary: Option<u64>,
    /// Most threads found at the end of a run (time pass).
    pub threads_found: Option<u64>,
    /// From the start to the first delivery (median trace).
    pub first_delivery_ns: Option<u64>,
    /// Arrival to start (median trace).
    pub wait: Option<Quantiles>,
    /// Start to finish (median trace).
    pub service: Option<Quantiles>,
    /// Finish to delivery (median trace).
    pub blocked: Option<Quantiles>,
    /// Arrival to delivery (median trace).
    pub sojourn: Option<Quantiles>,
    /// Whether it kept up with arrivals that do not wait for it (median trace).
    pub open_loop: Option<OpenLoop>,
    /// Σ of all service times (median trace).
    pub service_sum_ns: Option<u64>,
    /// Most jobs in flight in any trace.
    pub in_flight_peak: Option<u64>,
    /// Jobs in flight, averaged over the makespan (median trace).
    pub in_flight_mean: Option<f64>,
    /// Most jobs admitted and not delivered in any trace.
    pub held_peak: Option<u64>,
    /// Deliveries that came after that of a later job (median trace).
    pub out_of_order: Option<u64>,
    /// What the same jobs would take without cost (median trace).
    pub ideal: Option<Ideal>,
    /// The wall time of the median trace, which is what its ideal is compared with.
    pub traced_ns: Option<u64>,
    /// True if jobs were too many to be traced one by one: times are rounded up by less than a
    /// thousandth, and nothing that needs the moments of each job is known (median trace).
    pub histograms: bool,
    /// What tracing costs: how many times as long the run was with it, the median over the rounds
    /// that have both (trace and time pass).
    pub probe_effect: Option<f64>,
    /// Peak of the live bytes at the full extent, the median over the rounds (memory pass).
    pub live_peak_bytes: Option<u64>,
    /// The small extent in jobs, and the median peak of the live bytes there (memory pass).
    pub live_peak_small: Option<(u64, u64)>,
    /// The power of the number of jobs with which the peak of the live bytes grows:
    /// `ln(peak / small peak) / ln(jobs / small jobs)`. About 0 is bounded, about 1 is O(N). Of an
    /// endless source, the power of time: from the peak of the first quarter to that of all of it.
    pub memory_growth: Option<f64>,
    /// How many allocations there were, the median over the rounds (memory pass).
    pub allocations: Option<u64>,
    /// The high-water mark of resident memory, the median over the rounds (memory pass).
    pub rss_peak_bytes: Option<u64>,
    /// Jobs refused, the median over the rounds (time pass).
    pub refused: Option<u64>,
    /// Jobs that finished with an error, the median over the rounds (time pass).
    pub failed: Option<u64>,
    /// Jobs that panicked, the median over the rounds (time pass).
    pub panicked: Option<u64>,
    /// Jobs that were shed, the median over the rounds (time pass).
    pub shed: Option<u64>,
    /// How the jobs ended, in the sample with the median makespan (time pass).
    pub ends: Option<Counts>,
    /// What their server saw of them, in the same sample.
    pub served: Option<Served>,
    /// Where the median trace stands in the samples: the one with the median makespan.
    pub trace_sample: Option<usize>,
    /// Where the median memory sample stands in the samples: the one with the median peak.
    pub memory_sample: Option<usize>,
}

/// A time over the rounds. The replicate is the process, so the spread is between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// The median.
    pub median_ns: u64,
    /// The least.
    pub min_ns: u64,
    /// The greatest.
    pub max_ns: u64,
    /// The median of the distances to the median.
    pub mad_ns: u64,
    /// How many rounds there were.
    pub rounds: u32,
}

impl Summary {
    /// Where the time of the median trace went.
    pub fn split(&self) -> Option<Split> {
        Some(split(self.ideal.as_ref()?, self.traced_ns?))
    }
}

/// One row a cell, in the order in which the cells first appear.
///
/// The samples of one id at its largest extent give the figures; those at its smallest one give
/// only the peak of the live bytes that the full one is compared with.
pub fn summarize(samples: &[Sample]) -> Vec<Summary> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, sample) in samples.iter().enumerate() {
        let id = sample.cell.id();
        let place = *places.entry(id).or_insert_with_key(|id| {
            groups.push((id.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(index);
    }
    groups.into_iter().map(|(id, members)| Group::new(samples, members).summary(id)).collect()
}
