use serde::{Deserialize, Serialize};

use crate::{Environment, RoundRecord};

/// What was found out about a machine, to judge what can be measured on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// What it tells about itself.
    pub environment: Environment,
    /// The makespans of the canary, one after the other: always the same work.
    pub canary_ns: Vec<u64>,
    /// The makespans of the same program, run twice, one right after the other.
    pub pairs_ns: Vec<(u64, u64)>,
    /// How long a sleep really takes, by executor.
    pub timers: Vec<TimerFinding>,
    /// From the start of a child process to its end, beyond the time that it measures itself.
    pub child_ns: Vec<u64>,
    /// What the machine was like meanwhile.
    pub meanwhile: RoundRecord,
}

/// How exact the timer of an executor is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimerFinding {
    /// The executor's name.
    pub executor: String,
    /// How long the sleep was to take.
    pub asked_ns: u64,
    /// The median of how long it took.
    pub took_ns: u64,
}
