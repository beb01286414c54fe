//! Options of `compare` and `rank`.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bp_analysis::Metric;
use bp_harness::units;
use clap::Args;

use super::{Bounds, Format, Names, Select, Size};
use crate::values;

pub(crate) const COMPARE_ABOUT: &str = "\
Compare two stored runs, or two builds in turns, and say what became worse.

`compare BASE NEW` reads two runs, which must have cells in common. What the machine did between \
them does not cancel out, so a change must exceed the gate and clear the spread that rounds of the \
same run have among themselves.

`compare --against BINARY` tells more: it runs BINARY, the base, and this program in turns, pair by \
pair, a process a sample. A figure is better or worse if the median of the ratios exceeds the gate \
and the pairs differ beyond chance: an exact test, adjusted over the whole table, so that of a \
hundred comparisons of a build with itself one at most has a false verdict. Each cell gets as many \
rounds as the table needs, and up to three times as many where its ratio is not known to half of \
what the gate allows.

The gate says which figures count and by how much each may move, a line each: a part of the base, \
an amount, or both, which must then both be exceeded. Figures are the columns of samples.csv, \
cpu_ns and throughput_per_s. Without --gate it is:

  cpu_ns = \"5%\"
  makespan_ns = \"5%\"
  live_peak_bytes = \"5%|64KiB\"
  allocations = \"2%|100\"";

pub(crate) const COMPARE_EXAMPLES: &str = "\
Examples:
  backpressure compare reports/monday reports/latest
  backpressure compare reports/monday reports/latest --gate gate.toml --format markdown
  backpressure compare --against ./backpressure-main
  backpressure compare --against ./backpressure-main -s semaphore -x tokio --out reports/duel

Exit codes:
  0 no regression   1 error   2 usage   3 worse by the gate, or a cell that no longer ends well
  4 no cell in common   7 inconclusive, with --strict   130 interrupted";

pub(crate) const RANK_ABOUT: &str = "\
Rank the strategies of a run, workload by workload and executor by executor.

Strategies that share a place cannot be told from the best of their group by the rounds that there \
are (an exact test over pairs of rounds, Holm-adjusted); that is not to say that they are equal. A \
cell with a failed sample, or in which fewer jobs succeeded, is set apart.

-w, -s and -x choose among the cells of the run, and only those chosen are ranked against each \
other. The more cells are ranked, the more rounds it takes: 5 tell two strategies apart at best, 10 tell \
fifteen. Where there are too few, all share a place, and that is said.";

/// Options of `compare`.
#[derive(Args, Debug)]
pub(crate) struct Compare {
    /// Two stored runs: what it was, and what it is
    #[arg(
        value_names = ["BASE", "NEW"],
        num_args = 2,
        required_unless_present = "against",
        conflicts_with_all = [
            "against", "parameters", "Size", "Bounds", "plan", "rounds", "max_time", "seed", "threads", "out"
        ]
    )]
    pub(crate) runs: Vec<PathBuf>,
    /// Another build of this program, the base: both run the same cells in turns
    #[arg(long, value_name = "BINARY")]
    pub(crate) against: Option<PathBuf>,
    /// Which figures count, and by how much each may move [default: see above]
    #[arg(long, value_name = "FILE")]
    pub(crate) gate: Option<PathBuf>,
    /// Exit with 7 if a figure is inconclusive and none is worse
    #[arg(long)]
    pub(crate) strict: bool,
    /// How the comparison is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) size: Size,
    /// With --against: run the suite in this file
    #[arg(long, value_name = "FILE", help_heading = "What to run")]
    pub(crate) plan: Option<PathBuf>,
    /// With --against: exactly so many rounds, unless --max-time allows more [default: what the
    /// table needs]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroU32>, help_heading = "How to run it")]
    pub(crate) rounds: Option<NonZeroU32>,
    /// With --against: begin no further round after so long; those that every cell gets always run
    #[arg(long, value_name = "TIME", value_parser = units::positive_duration, help_heading = "How to run it")]
    pub(crate) max_time: Option<Duration>,
    /// With --against: what the order of the samples and all that is random follow from
    #[arg(long, value_name = "N", help_heading = "How to run it")]
    pub(crate) seed: Option<u64>,
    /// With --against: worker threads asked of each executor [default: 1]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroUsize>, help_heading = "How to run it")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
    /// With --against: keep both runs, in DIR/base and DIR/new
    #[arg(long, value_name = "DIR", help_heading = "What comes of it")]
    pub(crate) out: Option<PathBuf>,
    /// Replace earlier runs in --out
    #[arg(long, requires = "out", help_heading = "What comes of it")]
    pub(crate) replace: bool,
}

/// Options of `rank`.
#[derive(Args, Debug)]
pub(crate) struct Rank {
    /// The directory of the run, such as reports/latest
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) names: Names,
    /// By which figure
    #[arg(long, value_name = "NAME", value_parser = metric, default_value = "makespan_ns")]
    pub(crate) metric: &'static Metric,
    /// How the ranking is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

fn metric(name: &str) -> Result<&'static Metric, String> {
    bp_harness::metric(name).map_err(|error| error.to_string())
}
