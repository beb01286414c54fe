use serde::{Deserialize, Serialize};

/// How far a run is at one moment, as somebody sees it who looks in while it goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// When that was, in microseconds since the run began.
    pub at_us: u64,
    /// Jobs whose outputs were handed to the consumer.
    pub delivered: u64,
    /// Jobs that panicked, and have no output.
    pub lost: u64,
    /// Jobs started and not finished.
    pub in_flight: u64,
    /// The most there were up to now: between two looks there may have been more than at either.
    pub in_flight_peak: u64,
    /// Jobs admitted and not delivered.
    pub held: u64,
    /// The most there were up to now.
    pub held_peak: u64,
    /// Bytes allocated and not freed, above what was before the run; `None` if nobody weighed them.
    pub live_bytes: Option<u64>,
    /// The most there were up to now.
    pub live_peak_bytes: Option<u64>,
}
