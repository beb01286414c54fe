//! Options of `race`.

use std::path::PathBuf;

use bp_harness::Filters;
use clap::Args;
use regex::Regex;

pub(crate) const RACE_ABOUT: &str = "\
Write a page that replays the traces of a run side by side: one file, for a browser, offline.

It shows what each slot does at each moment, memory, results and their order, all of them computed \
from what was recorded, and can be played, scrubbed and linked to. It is at most 1 MiB: of more \
traces than fit, those that tell most are taken, and the page says which are left out. -w, -s and \
-x choose others.";

pub(crate) const RACE_EXAMPLES: &str = "\
Examples:
  backpressure race reports/latest --open
  backpressure race reports/latest -w '^stragglers$' -x tokio --out stragglers.html";

#[derive(Args, Debug)]
pub(crate) struct Race {
    /// The directory of the run, such as reports/latest
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// Workloads whose name matches; may be repeated
    #[arg(short, long = "workload", value_name = "REGEX")]
    pub(crate) workloads: Vec<Regex>,
    /// Strategies whose name matches; may be repeated
    #[arg(short, long = "strategy", value_name = "REGEX")]
    pub(crate) strategies: Vec<Regex>,
    /// Executors whose name matches; may be repeated
    #[arg(short = 'x', long = "executor", value_name = "REGEX")]
    pub(crate) executors: Vec<Regex>,
    /// Where the page is written; only an earlier race page is replaced [default: RUN/race.html]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
}

impl Race {
    pub(crate) fn filters(&self) -> Filters {
        Filters {
            workloads: self.workloads.clone(),
            strategies: self.strategies.clone(),
            executors: self.executors.clone(),
        }
    }
}
