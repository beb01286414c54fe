use serde::{Deserialize, Serialize};

use crate::{Served, StoredTrace};

/// What a child process measured of one cell in one pass.
///
/// A pass fills what it can measure without disturbing it; the rest is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// How the jobs ended.
    pub counts: Counts,
    /// From the start of the strategy to its end.
    pub makespan_ns: u64,
    /// From the start to the first delivery (trace pass).
    pub first_delivery_ns: Option<u64>,
    /// Arrival to start (trace pass).
    pub wait: Option<Quantiles>,
    /// Start to finish (trace pass).
    pub service: Option<Quantiles>,
    /// Finish to delivery (trace pass).
    pub blocked: Option<Quantiles>,
    /// Arrival to delivery (trace pass).
    pub sojourn: Option<Quantiles>,
    /// Whether the strategy kept up with arrivals that do not wait for it (trace pass).
    #[serde(default)]
    pub open_loop: Option<OpenLoop>,
    /// Σ of all service times (trace pass).
    pub service_sum_ns: Option<u64>,
    /// Most jobs started and not finished at one instant (trace pass).
    pub in_flight_peak: Option<u64>,
    /// The same, averaged over the makespan (trace pass).
    pub in_flight_mean: Option<f64>,
    /// Most jobs admitted and not delivered at one instant (trace pass).
    pub held_peak: Option<u64>,
    /// Deliveries that came before that of an earlier job (trace pass).
    pub out_of_order: Option<u64>,
    /// What the same jobs would take without cost (trace pass).
    #[serde(default)]
    pub ideal: Option<Ideal>,
    /// Most bytes allocated and not freed, above what was live before the run (memory pass).
    pub live_peak_bytes: Option<u64>,
    /// How many allocations there were (memory pass).
    pub allocations: Option<u64>,
    /// The operating system's high-water mark of resident memory (memory pass).
    pub rss_peak_bytes: Option<u64>,
    /// Processor time in user mode.
    pub cpu_user_ns: Option<u64>,
    /// Processor time in the kernel.
    pub cpu_system_ns: Option<u64>,
    /// Switches because a thread waited.
    pub switches_voluntary: Option<u64>,
    /// Switches because a thread was interrupted.
    pub switches_involuntary: Option<u64>,
    /// How many threads the process had at the end of the run.
    pub threads_found: Option<u64>,
    /// True if there were too many jobs to trace one by one: quantiles come from histograms and are
    /// rounded up by less than a thousandth, and there is no series in time (trace pass).
    #[serde(default)]
    pub histograms: bool,
    /// What the server saw, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<Served>,
    /// What the first job that failed for a reason of its own had to say.
    pub trouble: Option<String>,
    /// What happened over time, thinned out for drawing.
    pub series: Series,
    /// The moments of each job, of many jobs of each k-th, as the child answers. What is stored
    /// has them in a file instead; of runs up to schema 2 those of up to a thousand jobs are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// Where the moments are stored, if those of this sample are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_file: Option<StoredTrace>,
}

/// How the jobs of a run ended. `admitted` is the sum of the ends: succeeded, failed, panicked,
/// cancelled and shed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Taken from the source.
    pub admitted: u64,
    /// Finished with a value.
    pub succeeded: u64,
    /// Finished with an error.
    pub failed: u64,
    /// Refused by a service that had no place (they also count as failed).
    pub refused: u64,
    /// Panicked.
    pub panicked: u64,
    /// Dropped after they had started and before they finished.
    pub cancelled: u64,
    /// Dropped before they started, by a strategy that sheds load.
    #[serde(default)]
    pub shed: u64,
    /// Attempts that failed and were made again.
    #[serde(default)]
    pub retried: u64,
    /// Outputs handed to the consumer.
    pub delivered: u64,
    /// The sum, modulo 2⁶⁴, of what each delivered job was to yield.
    pub checksum: u64,
    /// The same of each job that panicked or was shed. Both together are known beforehand.
    #[serde(default)]
    pub lost: u64,
}

/// What became of arrivals that do not wait for completions, from when a quarter of them was due
/// until the last was: by then what a start is like is over, and nothing is draining yet. So
/// `offered = achieved + lost + growth of the backlog`, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenLoop {
    /// How many jobs were due in that time.
    pub arrivals: u64,
    /// The same a second.
    pub offered_per_s: f64,
    /// How many outputs were delivered a second.
    pub achieved_per_s: f64,
    /// By how much the number of jobs due and not gone grew a second; negative where it shrank.
    pub backlog_growth_per_s: f64,
    /// How many jobs were due and not gone when the last one was due.
    pub backlog_end: u64,
    /// Jobs that were due before the source closed and were never taken from it. They have no
    /// latency, so the quantiles leave them out and are too small.
    pub never_admitted: u64,
}

/// Order statistics of a time, in nanoseconds; a quantile without ten samples beyond it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    /// How many times there were.
    pub count: u64,
    /// The arithmetic mean.
    pub mean_ns: u64,
    /// The least.
    pub min_ns: u64,
    /// The median.
    pub p50_ns: Option<u64>,
    /// One in ten is above.
    pub p90_ns: Option<u64>,
    /// One in a hundred is above.
    pub p99_ns: Option<u64>,
    /// One in a thousand is above.
    pub p999_ns: Option<u64>,
    /// The greatest.
    pub max_ns: u64,
}

/// What the jobs of a run would take if starting, waking and delivering them cost nothing. From a
/// complete trace, with its arrivals and the consumer's time; never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ideal {
    /// What no schedule within the limit can beat.
    pub lower_bound_ns: u64,
    /// Each job starts as soon as a slot is free, and takes as long as was asked for; `None` where
    /// no service time is asked for, or none that a job has without the others.
    pub greedy_nominal_ns: Option<u64>,
    /// Each job starts as soon as a slot is free, and takes as long as it was recorded to.
    pub greedy_ns: u64,
    /// Each job starts when the strategy's own rule says so, and takes as long as it was recorded
    /// to; `None` where the rule cannot be replayed exactly.
    pub policy_ns: Option<u64>,
    /// The same with a consumer who is never late, where there is one who takes time: no run is
    /// faster, while the mean time of a consumer whose times differ is no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_least_ns: Option<u64>,
    /// How long the consumer took for an output, on average, where taking one takes time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_mean_ns: Option<u64>,
    /// Why a figure is `None`, in a line for people.
    pub missing: Option<String>,
}

/// What happened over time. Each list is thinned to a few hundred points, in order of time, and
/// keeps its extremes. Times count from the start of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// (time, jobs in flight), a step function (trace pass).
    pub in_flight: Vec<(u64, u64)>,
    /// (time, jobs admitted and not delivered), a step function (trace pass).
    pub held: Vec<(u64, u64)>,
    /// (time, jobs delivered) (trace pass).
    pub delivered: Vec<(u64, u64)>,
    /// (time, index of the job delivered then) (trace pass).
    pub order: Vec<(u64, u64)>,
    /// (fraction of jobs, service time that this fraction does not exceed) (trace pass).
    pub service: Vec<(f64, u64)>,
    /// (fraction of jobs, sojourn time that this fraction does not exceed) (trace pass).
    pub sojourn: Vec<(f64, u64)>,
    /// (time, live bytes above what was live before the run) (memory pass).
    pub live_bytes: Vec<(u64, u64)>,
}

/// The moments of each job, by index, in nanoseconds since the start; `None` never came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// When each job became available.
    pub arrived_ns: Vec<u64>,
    /// When each job was taken from the source.
    pub admitted_ns: Vec<Option<u64>>,
    /// When each job was first polled.
    pub started_ns: Vec<Option<u64>>,
    /// When each job's future completed.
    pub finished_ns: Vec<Option<u64>>,
    /// When each output was handed to the consumer.
    pub delivered_ns: Vec<Option<u64>>,
    /// When a job that panicked, was cancelled or was shed, or an output that nobody took, ceased to exist.
    pub lost_ns: Vec<Option<u64>>,
    /// The indices of the jobs in the order in which they were delivered.
    pub order: Vec<u64>,
}
