//! `bp-trace/1`: the moments of the jobs of one cell as a file of its own, for pictures that replay
//! them. docs/TRACE.md says what is in it.
//!
//! A [`TraceFile`] is checked whenever it is written and whenever it is read, by the same
//! [`check`], so whoever draws one need not ask whether it can be.

mod check;
mod pack;
mod parse;
mod standing;
pub(crate) mod stored;

use serde::{Deserialize, Serialize};

pub use self::{
    pack::{JobMoments, traced_every},
    standing::standing,
    stored::StoredTrace,
};
use crate::{Family, StoreError};

/// The version of the format, and how a file of it begins.
pub const TRACE_SCHEMA: &str = "bp-trace/1";

/// Most jobs that a trace has one by one; of more one in so many is kept.
pub const MOST_TRACED: usize = 100_000;

/// The moments of the jobs of one cell, and what must be known of it to draw them.
///
/// Times are whole microseconds since the start of the run. The lists have an entry a job, in the
/// order of their index, each the difference to another moment, so that it is short; see
/// [`moments`](Self::moments) for the moments themselves.
///
/// All text is data: a name may hold anything, and whoever shows it must escape it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceFile {
    /// Always [`TRACE_SCHEMA`].
    pub schema: String,
    /// Whether its time is that of a clock.
    pub provenance: Provenance,
    /// The id of the cell.
    pub cell: String,
    /// The name of the strategy.
    pub strategy: String,
    /// By which kind of rule it starts jobs.
    pub family: Family,
    /// The name of the executor.
    pub executor: String,
    /// The version of the crate behind it, if it is one of those that are compared.
    pub executor_version: Option<String>,
    /// How many worker threads it had.
    pub workers: u64,
    /// The workload with its conditions, such as `exponential+poisson(2000ps)`.
    pub workload: String,
    /// Most jobs in flight that the strategy promised; `None` if it promises no limit.
    pub limit: Option<u64>,
    /// Most jobs admitted and not delivered, where that is set apart from the limit.
    pub window: Option<u64>,
    /// What all that is random followed from.
    pub seed: u64,
    /// In which round it was recorded, from 0.
    pub round: u32,
    /// The revision of the program.
    pub commit: Option<String>,
    /// The compiler of the program.
    pub compiler: Option<String>,
    /// The processor's model.
    pub processor: Option<String>,
    /// When the run began, in RFC 3339.
    pub time: String,
    /// How many jobs the run had.
    pub jobs: u64,
    /// Every how-manieth of them is here: 1 if all are.
    pub every: u64,
    /// When a job was taken from the source, since the job before it was.
    #[serde(deserialize_with = "parse::admitted")]
    pub admitted: Vec<u64>,
    /// When it was first polled, since it was admitted.
    #[serde(deserialize_with = "parse::started")]
    pub started: Vec<u64>,
    /// When it completed, or ceased to exist if it panicked, since it started.
    #[serde(deserialize_with = "parse::finished")]
    pub finished: Vec<u64>,
    /// When its output was handed to the consumer, since it finished; 0 if it has none.
    #[serde(deserialize_with = "parse::delivered")]
    pub delivered: Vec<u64>,
    /// The places in these lists of the jobs that panicked or were shed, in ascending order; left
    /// out if there is none. One that was shed never started: it has the moment of its end for that,
    /// and took no time.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "parse::lost")]
    pub lost: Vec<u64>,
    /// What was allocated meanwhile; `None` if nobody weighed it.
    pub memory: Option<TracedMemory>,
}

/// Where the times of a trace come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// From a clock, of a run that took that long.
    Recorded,
    /// From an executor whose clock moves only when nothing is ready: exact, and no measurement.
    Simulated,
}

/// Memory over time, from another process than the moments: weighing disturbs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedMemory {
    /// When, in microseconds since the time before; the first since the start.
    #[serde(deserialize_with = "parse::at_us")]
    pub at_us: Vec<u64>,
    /// How many bytes were allocated and not freed then, above what was before the run.
    #[serde(deserialize_with = "parse::live_bytes")]
    pub live_bytes: Vec<u64>,
}

/// What is wrong with a trace, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Such as `` `delivered`, job 12 ``.
    pub(crate) place: String,
    /// What is there, and what would be right.
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }

    pub(crate) fn of(self, path: &std::path::Path) -> StoreError {
        let Self { place, reason } = self;
        StoreError::BadTrace { path: path.to_owned(), place, reason }
    }
}
