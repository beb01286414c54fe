//! Options of `watch`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

use super::{Bounds, Select, Size};
use crate::values;

pub(crate) const WATCH_ABOUT: &str = "\
Watch strategies side by side in the terminal: runs that go on, or recorded ones.

Without a RUN, cells of the full suite are started at once, a process each, and each says ten times a \
second how far it is. That disturbs them, and they share this machine, so nothing is written down \
and nothing of it is to be quoted. What is not chosen is the workload `stragglers`, one strategy of \
each family, and `tokio`.

With a RUN, or files that `backpressure trace --format json` wrote, what was recorded is replayed: \
every job of it, as slowly as one likes. -w, -s and -x choose among the traces.";

pub(crate) const WATCH_EXAMPLES: &str = "\
Examples:
  backpressure watch
  backpressure watch -w stragglers -s '^(batching|semaphore)$' -x tokio --jobs 5000
  backpressure watch -w fixed --for 30s --arrivals poisson:2000/s
  backpressure watch reports/latest -w stragglers -x smol
  backpressure watch mine.json theirs.json

Keys:
  space plays and pauses, arrows go to another moment or another strategy, + and - change the speed,
  tab goes to the next workload, ? shows all keys, q leaves";

#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Directories of runs, or files of traces, to replay
    #[arg(value_name = "RUN|TRACE.json", conflicts_with_all = [
        "Size", "Bounds", "parameters", "contestants", "seed", "threads",
    ])]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) size: Size,
    /// What all that is random follows from [default: the suite's]
    #[arg(long, value_name = "N", help_heading = "How to run it")]
    pub(crate) seed: Option<u64>,
    /// Worker threads asked of each executor [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroUsize>, help_heading = "How to run it")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
}
