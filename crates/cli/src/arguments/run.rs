//! The options of `run` and `sweep`.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bp_harness::units;
use bp_record::Partition;
use clap::Args;

use super::{Bounds, Format, Select, Size};
use crate::values;

pub(super) const RUN_ABOUT: &str = "\
Run a selection of the full suite.

It has every workload, every strategy and every executor that keeps real time, with as few rounds \
as the preview unless --rounds or --full asks for more. Regular expressions choose among them and \
are not anchored: `-s semaphore` takes every strategy with semaphore in its name, `-s \
'^semaphore$'` one. What the suite leaves out can be named all the same, such as `-x virtual`.

A cell that fails, be it by a time-out, by its memory cap or by a crash, is a row of the result and \
not an error. A strategy that breaks a promise is one as well: then the exit code is 6.";

pub(super) const SWEEP_ABOUT: &str = "\
Run one cell for each value of an axis, for each strategy and executor, and find the knee.

Over the limit it says from which value on more buys nothing but latency: by Little's law (the \
highest throughput times the mean service time at the least limit), and by a fit of the universal \
scalability law, each with an interval over the rounds. Over the rate of arrivals it says up to \
which rate a strategy keeps up, with latency counted from when a job was due. From 8 rounds up the \
intervals are bootstrapped.

What is not chosen is `semaphore` (over the window, `materialize-window`) on `tokio` and the \
workload `contended`, whose service has 16 places.";

const OVER_HELP: &str = "\
The axis and its values: limit, window, jobs or rate. A value is a number, a factor's range \
(2..=256*2 is 2, 4, 8 ... 256) or a step's (10..=100+10); they are separated by commas. Rates are \
written 100/s, as ranges 100/s..=6400/s*2; gaps are exponential, or all alike with \
rate=constant:100/s,200/s.";

const PARTITION_HELP: &str = "\
Run one part of the plan: slice:1/4 the first of four, dealt in turn; hash:1/4 the first of four by \
a hash, so that what stays in the plan stays in its part when the plan grows.

What is compared stays on one machine: a part has whole workloads of one extent and one set of \
parameters, with all their strategies and executors. A strategy that takes no limit is compared at \
every limit, and so keeps these together. A part may be empty. `backpressure merge` makes one run \
of all parts. Give --threads where the machines differ in processors: it is a part of the plan.";

const RESUME_HELP: &str = "\
Go on with a run that was stopped: exactly what is missing is run, and what is there stays. The \
arguments are those of the run, so none can be given; paths among them are relative to the working \
directory, as they were. A run of another plan, another program or another machine is refused. Go on only with \
runs that you began: the arguments may name programs.";

/// Options of a run, with a verb or without.
#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) size: Size,
    /// Run the full suite with all its rounds, into reports/DATE-HOST; the same as --suite full
    #[arg(long, conflicts_with_all = ["plan", "suite"], help_heading = "What to run")]
    pub(crate) full: bool,
    /// Run a built-in suite with all its rounds: preview, full, real, which talks to servers and
    /// opens files, theory, which shows what theory says of some rules beside what they do, or
    /// overload, where jobs come whether or not they can be served
    #[arg(long, value_name = "NAME", value_parser = values::suite(), conflicts_with = "plan", help_heading = "What to run")]
    pub(crate) suite: Option<String>,
    /// Run the suite in this file; `list plan` prints one to begin with
    #[arg(long, value_name = "FILE", help_heading = "What to run")]
    pub(crate) plan: Option<PathBuf>,
    /// Show what would run and how long that would take
    #[arg(long, help_heading = "What to run")]
    pub(crate) dry_run: bool,
    /// Run one part of the plan, such as slice:1/4 or hash:1/4; see `merge`
    #[arg(long, value_name = "PART", long_help = PARTITION_HELP, help_heading = "What to run")]
    pub(crate) partition: Option<Partition>,
    /// Go on with a run that was stopped: what is missing is run, what is there stays
    #[arg(long, value_name = "RUN", exclusive = true, long_help = RESUME_HELP, help_heading = "What to run")]
    pub(crate) resume: Option<PathBuf>,
    /// How often each cell is timed; fewer than 5 is a preview [default: the suite's]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroU32>, help_heading = "How to run it")]
    pub(crate) rounds: Option<NonZeroU32>,
    /// Go on after the rounds with those cells alone whose median makespan may be off by more, such
    /// as 2%; whether strategies differ never decides that
    #[arg(long, value_name = "SHARE", value_parser = values::precision, help_heading = "How to run it")]
    pub(crate) precision: Option<f64>,
    /// With --precision, begin no further round after so long [default: 10min]
    #[arg(long, value_name = "TIME", value_parser = units::positive_duration, requires = "precision", help_heading = "How to run it")]
    pub(crate) max_time: Option<Duration>,
    /// What the order of the samples and all that is random follow from [default: the suite's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, help_heading = "How to run it")]
    pub(crate) seed: Option<u64>,
    /// Worker threads asked of each executor [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroUsize>, help_heading = "How to run it")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
    /// Where the run is written; it must not exist, or be empty [default: reports/latest]
    #[arg(long, value_name = "DIR", help_heading = "What comes of it")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an earlier run in --out; nothing but a run is ever replaced
    #[arg(long, alias = "force", requires = "out", help_heading = "What comes of it")]
    pub(crate) replace: bool,
    /// Say each sample on standard error as soon as it is on the disk
    #[arg(long, help_heading = "What comes of it")]
    pub(crate) verbose: bool,
    /// Open the report in the browser
    #[arg(long, help_heading = "What comes of it")]
    pub(crate) open: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, help_heading = "What comes of it")]
    pub(crate) format: Format,
}

/// Options of `sweep`.
#[derive(Args, Debug)]
pub(crate) struct Sweep {
    /// The axis and its values, such as limit=1..=256*2 or rate=100/s,200/s
    #[arg(long, value_name = "AXIS=VALUES", long_help = OVER_HELP, help_heading = "What to run")]
    pub(crate) over: bp_harness::Sweep,
    #[command(flatten)]
    pub(crate) run: Run,
}

impl Run {
    /// The built-in suite that was asked for by its name.
    pub(crate) fn named_suite(&self) -> Option<&str> {
        if self.full { Some("full") } else { self.suite.as_deref() }
    }
}
