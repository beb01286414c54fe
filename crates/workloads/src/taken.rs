use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// How long the consumer took for the outputs, which is what was asked for and how late timers are.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    outputs: AtomicU64,
    ns: AtomicU64,
}

impl Taken {
    pub(crate) fn add(&self, ns: u64) {
        self.outputs.fetch_add(1, Relaxed);
        self.ns.fetch_add(ns, Relaxed);
    }

    /// The mean; `None` if there was no output.
    pub(crate) fn mean(&self) -> Option<Duration> {
        let outputs = self.outputs.load(Relaxed);
        self.ns.load(Relaxed).checked_div(outputs).map(Duration::from_nanos)
    }
}

/// In half the room of a [`Duration`]: tasks hold one.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
