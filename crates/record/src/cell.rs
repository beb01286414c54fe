use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::Real;

/// One point of the matrix: workload × strategy × executor × parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What there is to do.
    pub work: Work,
    /// The strategy's name in the registry, a variant being a name of its own.
    pub strategy: String,
    /// The executor's name in the registry.
    pub executor: String,
    /// How many worker threads are asked of the executor.
    pub threads: NonZeroUsize,
    /// Most jobs in flight (for batching: the batch; for pools: the workers). `None` where the
    /// strategy takes none.
    pub limit: Option<NonZeroUsize>,
    /// How many jobs may wait in the queue of a channel; `None` where the strategy has no queue.
    pub capacity: Option<NonZeroUsize>,
    /// Most jobs admitted and not yet delivered; `None` where the strategy takes none.
    pub window: Option<NonZeroUsize>,
    /// How long to pause before each spawn; `None` where the strategy does not.
    pub pause_ns: Option<u64>,
    /// Most jobs started a second; `None` where the strategy does not pace its jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<NonZeroU32>,
}

impl Cell {
    /// The readable, stable name of this cell: `workload/strategy/executor/limit=200`.
    ///
    /// Everything in which two cells of one run can differ is part of it, so it is a key.
    pub fn id(&self) -> String {
        let parameters = [
            ("limit", self.limit.map(|limit| limit.get() as u64)),
            ("capacity", self.capacity.map(|capacity| capacity.get() as u64)),
            ("window", self.window.map(|window| window.get() as u64)),
            ("pause_ns", self.pause_ns),
            ("rate", self.rate_per_second.map(|rate| rate.get().into())),
        ];
        let given: Vec<_> = parameters
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")))
            .collect();
        let given = if given.is_empty() { "-".to_owned() } else { given.join(",") };
        format!("{}/{}/{}/{given}", self.work.label(), self.strategy, self.executor)
    }
}

/// A workload: its name in the registry, how much of it, and its decorators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The workload's name in the registry.
    pub name: String,
    /// How many jobs, or for how long.
    pub extent: Extent,
    /// The mean service time asked for; workloads without a timer ignore it.
    pub service_ns: u64,
    /// How many bytes a job holds while it is in service.
    pub payload_bytes: usize,
    /// What all that is random follows from.
    pub seed: u64,
    /// How many requests a contended service serves at once.
    pub places: NonZeroUsize,
    /// How many more may wait for a place before the contended service refuses.
    pub queue: usize,
    /// Where the `files` workload reads.
    pub directory: Option<PathBuf>,
    /// Which service times the `replay` workload has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_times: Option<ServiceTimes>,
    /// What real work meets.
    #[serde(default, skip_serializing_if = "Real::is_none")]
    pub real: Real,
    /// When jobs become available.
    pub arrivals: Arrivals,
    /// Who takes the outputs, and how long that lasts.
    pub consumer: Consumer,
    /// Which jobs fail and which panic.
    pub faults: Faults,
}

impl Work {
    /// The name with everything that was not left at its usual value, such as `exponential` or
    /// `exponential+poisson(2000ps)+serial(1000000ns)`. The extent is not part of it.
    pub fn label(&self) -> String {
        let mut label = self.name.clone();
        match self.arrivals {
            Arrivals::Drain => {}
            Arrivals::Constant { per_second } => label += &format!("+constant({per_second}ps)"),
            Arrivals::Poisson { per_second } => label += &format!("+poisson({per_second}ps)"),
        }
        match self.consumer {
            Consumer::Instant => {}
            Consumer::Serial { time_ns } => label += &format!("+serial({time_ns}ns)"),
            Consumer::Parallel { time_ns } => label += &format!("+parallel({time_ns}ns)"),
        }
        let Faults { fail_per_million, panic_per_million } = self.faults;
        if fail_per_million > 0 {
            label += &format!("+fail({fail_per_million}ppm)");
        }
        if panic_per_million > 0 {
            label += &format!("+panic({panic_per_million}ppm)");
        }
        for part in self.real.labels() {
            label += "+";
            label += &part;
        }
        label
    }

    /// The same for people, as one types it: `exponential, poisson:2000/s, serial:1ms, fail 5%`.
    pub fn title(&self) -> String {
        let mut parts = vec![self.name.clone()];
        match self.arrivals {
            Arrivals::Drain => {}
            Arrivals::Constant { per_second } => parts.push(format!("constant:{per_second}/s")),
            Arrivals::Poisson { per_second } => parts.push(format!("poisson:{per_second}/s")),
        }
        match self.consumer {
            Consumer::Instant => {}
            Consumer::Serial { time_ns } => parts.push(format!("serial:{}", typed_time(time_ns))),
            Consumer::Parallel { time_ns } => {
                parts.push(format!("parallel:{}", typed_time(time_ns)));
            }
        }
        let Faults { fail_per_million, panic_per_million } = self.faults;
        for (what, per_million) in [("fail", fail_per_million), ("panic", panic_per_million)] {
            if per_million > 0 {
                parts.push(format!("{what} {}%", f64::from(per_million) / 10_000.0));
            }
        }
        parts.extend(self.real.titles());
        parts.join(", ")
    }
}

/// A time as one types it: `250us`, `1.5ms`.
fn typed_time(ns: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    // The largest unit in which it is whole or has a digit behind the point.
    let short = |&&(unit, _): &&(u64, &str)| ns >= unit && ns.is_multiple_of(unit / 10);
    UNITS.iter().find(short).map_or_else(
        || format!("{ns}ns"),
        |(unit, name)| format!("{}{name}", ns as f64 / *unit as f64),
    )
}

/// A file of service times, as it was when the run was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTimes {
    /// Where it is.
    pub path: PathBuf,
    /// The CRC-32 of its bytes.
    pub checksum: u32,
}

/// How much of a workload there is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// So many jobs.
    Jobs(u64),
    /// An endless source that is closed after so many nanoseconds.
    ForNs(u64),
}

impl Extent {
    /// The number of jobs or of nanoseconds: by how much a cell is the larger of two that differ
    /// in their extent only.
    pub fn amount(self) -> u64 {
        match self {
            Self::Jobs(amount) | Self::ForNs(amount) => amount,
        }
    }
}

/// When jobs become available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// All jobs are there from the start.
    #[default]
    Drain,
    /// One job every `1/per_second`: an open loop.
    Constant {
        /// The arrival rate.
        per_second: u32,
    },
    /// Exponential gaps of mean `1/per_second`: an open loop.
    Poisson {
        /// The mean arrival rate.
        per_second: u32,
    },
}

/// Who takes the outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consumer {
    /// An output is taken at once.
    #[default]
    Instant,
    /// One consumer for all outputs, whatever the strategy.
    Serial {
        /// What it needs for one output.
        time_ns: u64,
    },
    /// Each output is consumed where it is delivered.
    Parallel {
        /// What that takes for one output.
        time_ns: u64,
    },
}

impl Consumer {
    /// What one output takes; zero if it is taken at once.
    #[inline]
    pub fn time(self) -> Duration {
        Duration::from_nanos(self.time_ns().unwrap_or(0))
    }

    /// The same in nanoseconds; `None` if it is taken at once.
    #[inline]
    pub fn time_ns(self) -> Option<u64> {
        match self {
            Self::Instant => None,
            Self::Serial { time_ns } | Self::Parallel { time_ns } => Some(time_ns),
        }
    }

    /// The same consumer, but one who needs `time_ns` for an output; who needs none still needs none.
    pub fn taking(self, time_ns: u64) -> Self {
        match self {
            Self::Instant => Self::Instant,
            Self::Serial { .. } => Self::Serial { time_ns },
            Self::Parallel { .. } => Self::Parallel { time_ns },
        }
    }
}

/// How many of a million jobs end badly; which ones follows from the seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Jobs that yield an error.
    pub fail_per_million: u32,
    /// Jobs that panic.
    pub panic_per_million: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_what_one_types() {
        let times = [0, 7, 999, 1_000, 250_000, 1_500_000, 1_234_567, 2_000_000_000];
        let typed = ["0ns", "7ns", "999ns", "1us", "250us", "1.5ms", "1234567ns", "2s"];
        assert_eq!(times.map(typed_time), typed);
        let work = Work {
            name: "fixed".into(),
            extent: Extent::Jobs(1),
            service_ns: 1,
            payload_bytes: 0,
            seed: 1,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Poisson { per_second: 500 },
            consumer: Consumer::Parallel { time_ns: 2_000_000 },
            faults: Faults { fail_per_million: 50_000, panic_per_million: 1_000 },
        };
        assert_eq!(work.title(), "fixed, poisson:500/s, parallel:2ms, fail 5%, panic 0.1%");
    }
}
