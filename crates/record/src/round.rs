use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// What the machine was like while a round ran. It is written when the round is over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundRecord {
    /// Which round, from 0.
    pub round: u32,
    /// 0, or 1 for the repetition of a round that was disturbed.
    pub attempt: u32,
    /// Which part it is a round of, from 1, if the run was merged.
    #[serde(default)]
    pub part: Option<NonZeroU32>,
    /// The median makespan of the canary before the round.
    pub canary_before_ns: Option<u64>,
    /// The median makespan of the canary after it.
    pub canary_after_ns: Option<u64>,
    /// The share of the time in which some task waited for a processor (pressure-stall), 0 to 1.
    pub stalled: Option<f64>,
    /// The share of the processors' time that the hypervisor gave to others, 0 to 1.
    pub stolen: Option<f64>,
    /// How much longer the round took by the wall clock than by the monotonic one: a machine
    /// that slept, or a clock that was set.
    pub clock_stepped_ns: Option<i64>,
    /// Why the round is taken for disturbed; `None` if it is not.
    pub noisy: Option<String>,
}
