use std::{
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bp_harness::{Filters, units};
use clap::Parser;
use regex::Regex;

/// Run every strategy on every executor on this workload.
#[derive(Debug, Parser)]
#[command(
    after_help = "With --test in place of these, each cell is only checked; see --test --help."
)]
pub(crate) struct Arguments {
    /// Only cells whose name contains this, such as semaphore/tokio
    pub(crate) filter: Option<String>,
    /// Strategies whose name matches; may be repeated
    #[arg(short, long = "strategy", value_name = "REGEX")]
    strategies: Vec<Regex>,
    /// Executors whose name matches; may be repeated
    #[arg(short = 'x', long = "executor", value_name = "REGEX")]
    executors: Vec<Regex>,
    /// Most jobs in flight, such as 10,100
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "64")]
    pub(crate) limit: Vec<NonZeroUsize>,
    /// How many jobs a run has, or all if the workload has fewer
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) jobs: NonZeroU64,
    /// How often each cell is timed; fewer than 5 is a preview, not to be quoted
    #[arg(long, value_name = "N", default_value = "3")]
    pub(crate) rounds: NonZeroU32,
    /// How long a child process may take
    #[arg(long, value_name = "TIME", value_parser = units::positive_duration, default_value = "60s")]
    pub(crate) timeout: Duration,
    /// Where the run is written; an earlier run there is replaced [default: below target]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    pub(crate) fn filters(&self) -> Filters {
        Filters {
            workloads: vec![],
            strategies: self.strategies.clone(),
            executors: self.executors.clone(),
        }
    }
}
