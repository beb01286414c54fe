use std::fmt;

use serde::{Deserialize, Serialize};

/// Every name that a plan may use, with what a reader needs to know of it.
///
/// The registry is where it comes from; a run carries a copy, so that a report needs no registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The strategies and their variants.
    pub strategies: Vec<StrategyEntry>,
    /// The executors.
    pub executors: Vec<ExecutorEntry>,
    /// The workloads.
    pub workloads: Vec<WorkloadEntry>,
}

impl Catalogue {
    /// The strategy of that name.
    pub fn strategy(&self, name: &str) -> Option<&StrategyEntry> {
        self.strategies.iter().find(|entry| entry.name == name)
    }

    /// The executor of that name.
    pub fn executor(&self, name: &str) -> Option<&ExecutorEntry> {
        self.executors.iter().find(|entry| entry.name == name)
    }

    /// The workload of that name.
    pub fn workload(&self, name: &str) -> Option<&WorkloadEntry> {
        self.workloads.iter().find(|entry| entry.name == name)
    }

    /// True if the executor runs the workload, both by their names: a program of somebody else may
    /// not know it, and a simulated clock has no sockets.
    pub fn goes_together(&self, workload: &str, executor: &str) -> bool {
        let served = self.workload(workload).is_some_and(|entry| entry.served);
        self.executor(executor)
            .is_some_and(|entry| entry.runs(workload) && !(served && entry.simulated))
    }
}

/// A strategy, or one variant of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrategyEntry {
    /// Its name in plans, such as `semaphore-inside`.
    pub name: String,
    /// Its name for people, such as `semaphore inside the task`.
    pub title: String,
    /// The sentence that a textbook would print.
    pub sentence: String,
    /// The document it comes from.
    pub source: String,
    /// What kind of rule it is.
    pub family: Family,
    /// What it promises, for people.
    pub claims: String,
    /// The parameters that it takes.
    pub takes: Vec<Parameter>,
    /// The executors that it runs on.
    pub executors: Vec<String>,
}

impl StrategyEntry {
    /// True if it is for jobs that come whether or not they can be served: it sheds them, paces
    /// them, or finds a limit in the course of thousands. Of jobs that are all there from the start
    /// its figures say little.
    pub fn is_for_overload(&self) -> bool {
        let claims = |what: &str| self.claims.split(", ").any(|claim| claim.starts_with(what));
        claims("sheds") || claims("adapted") || self.takes.contains(&Parameter::Rate)
    }
}

/// An executor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutorEntry {
    /// Its name in plans.
    pub name: String,
    /// What it is, for people.
    pub sentence: String,
    /// True if its authors have stopped maintaining it.
    pub legacy: bool,
    /// True if its time is simulated: its figures are exact and are not measurements.
    pub simulated: bool,
    /// True if it has one thread, whatever is asked for.
    pub single_threaded: bool,
    /// What is said of it if it is a program of somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contestant: Option<ContestantEntry>,
}

impl ExecutorEntry {
    /// True if it runs the workload of that name.
    pub fn runs(&self, workload: &str) -> bool {
        self.contestant
            .as_ref()
            .is_none_or(|contestant| contestant.workloads.iter().any(|name| name == workload))
    }
}

/// A program of somebody else, which stands as an executor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestantEntry {
    /// Its command, program first.
    pub command: Vec<String>,
    /// The workloads that it runs.
    pub workloads: Vec<String>,
    /// Why it did not take part, if it did not.
    pub skipped: Option<String>,
    /// What it says of its version, if it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The files of which it is made, each with its [`digest`](crate::digest).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<(String, String)>,
}

/// A workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadEntry {
    /// Its name in plans.
    pub name: String,
    /// What its jobs do, for people.
    pub sentence: String,
    /// True if `service_ns` is its mean service time; false where there is no timer.
    pub timed: bool,
    /// True if its jobs talk to a server: a simulated clock has no sockets.
    #[serde(default)]
    pub served: bool,
}

/// The kind of rule by which the next job starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Nothing limits the number of jobs in flight.
    NoLimit,
    /// All of a group start and end together.
    Barrier,
    /// One ends, the next starts.
    Refill,
    /// One ends, the next starts, and outputs leave in the order of the input.
    Ordered,
}

/// What can be set of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// Most jobs in flight.
    Limit,
    /// A queue's bound.
    Capacity,
    /// Most jobs admitted and not yet delivered.
    Window,
    /// The pause before each spawn.
    Pause,
    /// Most jobs started a second.
    Rate,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NoLimit => "no limit",
            Self::Barrier => "barrier",
            Self::Refill => "refill",
            Self::Ordered => "ordered",
        })
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Limit => "limit",
            Self::Capacity => "capacity",
            Self::Window => "window",
            Self::Pause => "pause",
            Self::Rate => "rate",
        })
    }
}
