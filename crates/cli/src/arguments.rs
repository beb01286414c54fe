//! The command line.

mod advise;
mod compare;

use std::{
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bp_harness::{Filters, Matrix, units};
use bp_record::{Arrivals, Consumer, Partition};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use regex::Regex;

use self::advise::{ADVISE_ABOUT, ADVISE_EXAMPLES};
use self::compare::{COMPARE_ABOUT, COMPARE_EXAMPLES, RANK_ABOUT};
pub(crate) use self::{
    advise::{Advise, Law},
    compare::{Compare, Rank},
};
use crate::values::{self, Parameter};

const ABOUT: &str = "Run strategies of backpressure against each other and see what each costs";

const LONG_ABOUT: &str = "\
Run strategies of backpressure against each other and see what each costs.

Each strategy runs on each executor, every time in a process of its own, and is timed, traced and \
weighed in separate passes. Without a verb the suite `preview` runs, in about 90 s on two cores, \
into reports/latest, and replaces only an earlier run of ours there.

Results go to standard output, everything else to standard error.";

const EXAMPLES: &str = "\
Examples:
  backpressure                                    the preview: every strategy, four executors
  backpressure run -w stragglers -p limit=200     one workload, everywhere, another limit
  backpressure run -s '^(batching|semaphore)$' -x tokio -p limit=10,100 --service 5ms
  backpressure run -w files --dir /usr/share/doc --format csv > files.csv
  backpressure run --for 30s --arrivals poisson:2000/s --consumer serial:1ms -x smol
  backpressure run --plan my.toml --dry-run       what a plan would run, and for how long
  backpressure sweep --over limit=1..=256*2       the limit to use, and why
  backpressure run --contestant contestants/python/python.toml -w yield    beside Python
  backpressure advise times.csv --limit 64        which strategy to use, and why
  backpressure report reports/latest              tables and figures again, from the events
  backpressure run --resume reports/latest        what is missing of a run that was stopped
  backpressure run --full --partition slice:1/4 --out part-1
  backpressure merge whole part-1 part-2 part-3 part-4
  backpressure --full                             everything, with rounds enough to be quoted
  backpressure --suite theory                     are the rules as slow as theory says, within 10 %?

Exit codes:
  0 done   1 error   2 usage   3 worse (compare)   4 nothing selected   6 a promise was broken
  7 inconclusive (compare --strict)   130 interrupted";

const RUN_ABOUT: &str = "\
Run a selection of the full suite.

It has every workload, every strategy and every executor that keeps real time, with as few rounds \
as the preview unless --rounds or --full asks for more. Regular expressions choose among them and \
are not anchored: `-s semaphore` takes every strategy with semaphore in its name, `-s \
'^semaphore$'` one. What the suite leaves out can be named all the same, such as `-x virtual`.

A cell that fails, be it by a time-out, by its memory cap or by a crash, is a row of the result and \
not an error. A strategy that breaks a promise is one as well: then the exit code is 6.";

const SWEEP_ABOUT: &str = "\
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

const MERGE_ABOUT: &str = "\
Make one run of the parts that `run --partition` made, be it on several machines.

All parts must be of the same plan, seed and version, and no cell may be in two of them. What is \
missing, and parts that were made under unlike conditions, are refused unless a flag allows it, \
and said in any case.";

/// What was asked for.
#[derive(Debug, Parser)]
#[command(
    name = "backpressure",
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_long_help = EXAMPLES,
    after_help = "`--help` says more and has examples.",
    args_conflicts_with_subcommands = true,
    args_override_self = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a selection of the full suite, or a plan
    #[command(long_about = RUN_ABOUT, after_long_help = EXAMPLES)]
    Run(Box<Run>),
    /// Run one cell for each value of a limit, a window or a rate, and find the knee
    #[command(long_about = SWEEP_ABOUT)]
    Sweep(Box<Sweep>),
    /// Check with a few short jobs that every strategy keeps its promises everywhere
    Verify(Box<Verify>),
    /// Judge this machine before a run: noise, timers, governor, and what to do about them
    Doctor(Doctor),
    /// Compare two runs, or two builds in turns, and say what became worse
    #[command(long_about = COMPARE_ABOUT, after_long_help = COMPARE_EXAMPLES)]
    Compare(Box<Compare>),
    /// Rank the strategies of a run, as far as its rounds tell them apart
    #[command(long_about = RANK_ABOUT)]
    Rank(Rank),
    /// Say which strategy to use for given service times, why, and with which code
    #[command(long_about = ADVISE_ABOUT, after_long_help = ADVISE_EXAMPLES)]
    Advise(Box<Advise>),
    /// Show what there is: strategies, executors, workloads, suites
    List(List),
    /// Make tables and figures of a run again, from its events
    Report(Report),
    /// Make one run of the parts that `run --partition` made, be it on several machines
    #[command(long_about = MERGE_ABOUT)]
    Merge(Merge),
    /// Remove reports/latest, if it is a run
    Clean,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

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
    /// Run a built-in suite with all its rounds: preview, full, or theory, which shows what theory
    /// says of some rules beside what they do
    #[arg(long, value_name = "NAME", value_parser = values::suite(), conflicts_with = "plan", help_heading = "What to run")]
    pub(crate) suite: Option<String>,
    /// Run the suite in this file; `list suites` shows examples
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
    #[arg(long, value_name = "N", help_heading = "How to run it")]
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

/// Options of `verify`.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) size: Size,
    /// What all that is random follows from
    #[arg(long, value_name = "N", help_heading = "How to run it")]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, help_heading = "What comes of it")]
    pub(crate) format: Format,
}

/// Which cells.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to run")]
pub(crate) struct Select {
    /// Workloads whose name matches; may be repeated
    #[arg(short, long = "workload", value_name = "REGEX")]
    workloads: Vec<Regex>,
    /// Strategies whose name matches; may be repeated
    #[arg(short, long = "strategy", value_name = "REGEX")]
    strategies: Vec<Regex>,
    /// Executors whose name matches; may be repeated
    #[arg(short = 'x', long = "executor", value_name = "REGEX")]
    executors: Vec<Regex>,
    /// Values of a parameter: limit=64,256, capacity=1x, window=4x, pause=1ms (4x is four times
    /// the limit); may be repeated
    #[arg(short, long = "parameter", value_name = "NAME=VALUES")]
    parameters: Vec<Parameter>,
    /// A program of somebody else that takes part, as docs/PROTOCOL.md says; may be repeated
    #[arg(long = "contestant", value_name = "FILE")]
    pub(crate) contestants: Vec<PathBuf>,
}

/// How large the workloads are, and what surrounds them.
#[derive(Args, Debug)]
#[command(next_help_heading = "How large")]
pub(crate) struct Size {
    /// How many jobs a run has [default: the suite's]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroU64>, conflicts_with = "time")]
    jobs: Option<NonZeroU64>,
    /// An endless source instead, closed after so long, such as 30s
    #[arg(long = "for", id = "time", value_name = "TIME", value_parser = units::positive_duration)]
    time: Option<Duration>,
    /// Service time of a job, such as 5ms [default: the suite's]
    #[arg(long, value_name = "TIME", value_parser = units::duration)]
    service: Option<Duration>,
    /// Memory that a job holds while it is in service, such as 64KiB [default: the suite's]
    #[arg(long, value_name = "SIZE", value_parser = units::bytes)]
    payload: Option<u64>,
    /// Where the workload `files` reads [default: the working directory]
    #[arg(long = "dir", value_name = "DIR")]
    directory: Option<PathBuf>,
    /// When jobs come: drain (all at once), constant:500/s or poisson:2000/s
    #[arg(long, value_name = "LAW", value_parser = units::arrivals)]
    arrivals: Option<Arrivals>,
    /// Who takes the outputs: instant, serial:1ms (one for all) or parallel:1ms
    #[arg(long, value_name = "KIND", value_parser = units::consumer)]
    consumer: Option<Consumer>,
    /// Share of jobs that fail, such as 1%
    #[arg(long, value_name = "SHARE", value_parser = units::share)]
    fail: Option<u32>,
    /// Share of jobs that panic, such as 0.1%
    #[arg(long, value_name = "SHARE", value_parser = units::share)]
    panic: Option<u32>,
}

/// What a child process may use.
#[derive(Args, Debug)]
#[command(next_help_heading = "How to run it")]
pub(crate) struct Bounds {
    /// How long a child process may take, such as 30s [default: the suite's]
    #[arg(long, value_name = "TIME", value_parser = units::positive_duration)]
    pub(crate) timeout: Option<Duration>,
    /// How much memory it may use, such as 2GiB, from 16MiB up [default: half of all]
    #[arg(long = "mem-cap", value_name = "SIZE", value_parser = values::memory_cap)]
    memory_cap: Option<u64>,
}

/// Options of `doctor`.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Options of `list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// What to show; everything if left out
    #[arg(value_enum)]
    pub(crate) what: Option<Listed>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Options of `report`.
#[derive(Args, Debug)]
pub(crate) struct Report {
    /// The directory of the run, such as reports/latest
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Options of `merge`.
#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// Where the whole run is written; it must not exist, or be empty
    #[arg(value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// The directories of the parts, in any order
    #[arg(value_name = "PART", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// Merge although parts or samples are missing
    #[arg(long)]
    pub(crate) allow_missing: bool,
    /// Merge although machines, compilers or the programs' files differ
    #[arg(long)]
    pub(crate) allow_unlike: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listed {
    Strategies,
    Executors,
    Workloads,
    Suites,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Table,
    Csv,
    Json,
    Markdown,
}

impl Run {
    /// The built-in suite that was asked for by its name.
    pub(crate) fn named_suite(&self) -> Option<&str> {
        if self.full { Some("full") } else { self.suite.as_deref() }
    }
}

impl From<Format> for bp_report::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Table => Self::Table,
            Format::Csv => Self::Csv,
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
        }
    }
}

impl Select {
    /// Names for what is not chosen.
    pub(crate) fn default_to(&mut self, workload: &str, strategy: &str, executor: &str) {
        let whole = |name| Regex::new(&format!("^{name}$")).expect("a name is no pattern");
        for (chosen, name) in [
            (&mut self.workloads, workload),
            (&mut self.strategies, strategy),
            (&mut self.executors, executor),
        ] {
            if chosen.is_empty() {
                chosen.push(whole(name));
            }
        }
    }

    pub(crate) fn filters(&self) -> Filters {
        Filters {
            workloads: self.workloads.clone(),
            strategies: self.strategies.clone(),
            executors: self.executors.clone(),
        }
    }
}

impl Bounds {
    /// How much memory a child may use, in bytes.
    pub(crate) fn memory_cap_bytes(&self) -> u64 {
        self.memory_cap.unwrap_or_else(bp_harness::usual_memory_cap).max(values::LEAST_MEMORY)
    }
}

/// What the command line sets in every matrix of a suite.
pub(crate) fn overrides(select: &Select, size: &Size) -> Matrix {
    let mut matrix = Matrix {
        jobs: size.jobs,
        duration: size.time,
        service: size.service,
        payload: size.payload,
        directory: size.directory.clone(),
        arrivals: size.arrivals,
        consumer: size.consumer,
        fail: size.fail,
        panic: size.panic,
        ..Matrix::default()
    };
    select.parameters.iter().for_each(|parameter| parameter.set(&mut matrix));
    matrix
}
