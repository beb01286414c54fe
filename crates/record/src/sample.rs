use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Cell, Measured};

/// One child process: a cell, measured once in one pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What was run.
    pub cell: Cell,
    /// How it was watched.
    pub pass: Pass,
    /// What it is for.
    #[serde(default)]
    pub role: Role,
    /// In which round, from 0.
    pub round: u32,
    /// 1 if the round was disturbed and this is its repetition; else 0.
    #[serde(default)]
    pub attempt: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// The exit code, if the process had one.
    pub exit_code: Option<i32>,
    /// The signal that ended the process, if one did.
    pub signal: Option<i32>,
    /// What went wrong, in a line for people.
    pub message: Option<String>,
    /// What was measured: all of it if the outcome is `Ok`, perhaps a part otherwise.
    pub measured: Option<Measured>,
}

/// What a sample is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// To be counted: it gives the cell its figures.
    #[default]
    Measured,
    /// The cell with a few short jobs, before anything is timed: only its outcome counts.
    Verification,
    /// Always the same cell, around each round: it tells whether the machine changed.
    Canary,
}

/// What a process watches. Probes disturb, so each has a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// The makespan, and nothing inside.
    Time,
    /// The moments of each job.
    Trace,
    /// Allocations and resident memory.
    Memory,
}

/// How a sample ended. A failure is a row like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was done and verified.
    Ok,
    /// The time allowed was over.
    Timeout,
    /// The memory allowed was used up.
    Oom,
    /// The strategy or the workload panicked.
    Panic,
    /// The run ended, but a promise was broken: a count, a checksum, an order or a limit.
    Wrong,
    /// The process ended by a signal or an unexpected exit code.
    Crashed,
    /// This strategy, executor and workload do not go together.
    Unsupported,
    /// The user stopped the run.
    Interrupted,
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Time => "time",
            Self::Trace => "trace",
            Self::Memory => "memory",
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Measured => "measured",
            Self::Verification => "verification",
            Self::Canary => "canary",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Timeout => "timeout",
            Self::Oom => "oom",
            Self::Panic => "panic",
            Self::Wrong => "wrong",
            Self::Crashed => "crashed",
            Self::Unsupported => "unsupported",
            Self::Interrupted => "interrupted",
        })
    }
}
