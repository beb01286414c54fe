use std::time::Duration;

use bp_record::{Counts, Measured, Trace};
use bp_registry::{Failure, attest};
use serde::Deserialize;

use crate::{Contestant, Item, protocol::Reply};

/// What a contestant may answer. What follows from it is not asked for: nobody vouches for himself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Ok(Box<Told>),
    Unsupported(String),
    Invalid(String),
    Panic(String),
    Oom { live_bytes: u64 },
}

/// What only the program itself can know of a run; what it left out was not measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    counts: ToldCounts,
    makespan_ns: u64,
    cpu_user_ns: Option<u64>,
    cpu_system_ns: Option<u64>,
    switches_voluntary: Option<u64>,
    switches_involuntary: Option<u64>,
    threads_found: Option<u64>,
    live_peak_bytes: Option<u64>,
    allocations: Option<u64>,
    rss_peak_bytes: Option<u64>,
    trouble: Option<String>,
    trace: Option<ToldTrace>,
}

/// How the jobs ended; ends that are left out did not happen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldCounts {
    admitted: u64,
    succeeded: u64,
    #[serde(default)]
    failed: u64,
    #[serde(default)]
    refused: u64,
    #[serde(default)]
    panicked: u64,
    #[serde(default)]
    cancelled: u64,
    #[serde(default)]
    shed: u64,
    delivered: u64,
    checksum: u64,
    #[serde(default)]
    lost: u64,
}

/// The moments of each admitted job, by index, in nanoseconds since the start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldTrace {
    admitted_ns: Vec<Option<u64>>,
    started_ns: Vec<Option<u64>>,
    finished_ns: Vec<Option<u64>>,
    delivered_ns: Vec<Option<u64>>,
    lost_ns: Option<Vec<Option<u64>>>,
    order: Vec<u64>,
}

impl Contestant {
    /// Reads the answer to `item` of a process that lived so long, and judges what it says.
    pub(crate) fn read(
        &self,
        output: &[u8],
        item: &Item,
        lifetime: Duration,
    ) -> Result<Reply, serde_json::Error> {
        Ok(match serde_json::from_slice(output)? {
            Answer::Ok(told) => {
                let told = Measured::from(*told);
                match attest(&item.cell, told, lifetime, self.single_threaded()) {
                    Ok(measured) => Reply::Ok(Box::new(measured)),
                    Err(Failure::Wrong(message, measured)) => Reply::Wrong { message, measured },
                    Err(failure) => Reply::Invalid(failure.to_string()),
                }
            }
            Answer::Unsupported(message) => Reply::Unsupported(message),
            Answer::Invalid(message) => Reply::Invalid(message),
            Answer::Panic(message) => Reply::Panic(message),
            Answer::Oom { live_bytes } => Reply::Oom { live_bytes },
        })
    }
}

impl From<Told> for Measured {
    fn from(told: Told) -> Self {
        Self {
            counts: told.counts.into(),
            makespan_ns: told.makespan_ns,
            cpu_user_ns: told.cpu_user_ns,
            cpu_system_ns: told.cpu_system_ns,
            switches_voluntary: told.switches_voluntary,
            switches_involuntary: told.switches_involuntary,
            threads_found: told.threads_found,
            live_peak_bytes: told.live_peak_bytes,
            allocations: told.allocations,
            rss_peak_bytes: told.rss_peak_bytes,
            trouble: told.trouble,
            trace: told.trace.map(Trace::from),
            ..Self::default()
        }
    }
}

impl From<ToldCounts> for Counts {
    fn from(told: ToldCounts) -> Self {
        let ToldCounts { admitted, succeeded, failed, refused, panicked, .. } = told;
        let ToldCounts { cancelled, delivered, checksum, lost, .. } = told;
        Self {
            admitted,
            succeeded,
            failed,
            refused,
            panicked,
            cancelled,
            shed: told.shed,
            retried: 0,
            delivered,
            checksum,
            lost,
        }
    }
}

/// The arrivals follow from the cell and are entered with the verdict.
impl From<ToldTrace> for Trace {
    fn from(told: ToldTrace) -> Self {
        let jobs = told.started_ns.len();
        Self {
            arrived_ns: Vec::new(),
            admitted_ns: told.admitted_ns,
            started_ns: told.started_ns,
            finished_ns: told.finished_ns,
            delivered_ns: told.delivered_ns,
            lost_ns: told.lost_ns.unwrap_or_else(|| vec![None; jobs]),
            order: told.order,
        }
    }
}
