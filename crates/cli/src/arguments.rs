//! The command line.

mod advise;
mod compare;
mod merge;
mod race;
mod run;
mod select;
mod trace;
mod typed;
mod verify;
mod watch;

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use self::{
    advise::{ADVISE_ABOUT, ADVISE_EXAMPLES},
    compare::{COMPARE_ABOUT, COMPARE_EXAMPLES, RANK_ABOUT},
    merge::MERGE_ABOUT,
    race::{RACE_ABOUT, RACE_EXAMPLES},
    run::{RUN_ABOUT, SWEEP_ABOUT},
    trace::{TRACE_ABOUT, TRACE_EXAMPLES},
    verify::{VERIFY_ABOUT, VERIFY_EXAMPLES},
    watch::{WATCH_ABOUT, WATCH_EXAMPLES},
};
pub(crate) use self::{
    advise::{Advise, Law},
    compare::{Compare, Rank},
    merge::Merge,
    race::Race,
    run::{Run, Sweep},
    select::{Bounds, Names, Select, Size, overrides},
    trace::{Trace, TraceFormat},
    verify::Verify,
    watch::Watch,
};

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
  backpressure watch                              four strategies in the terminal, as they run
  backpressure run --resume reports/latest        what is missing of a run that was stopped
  backpressure run --full --partition slice:1/4 --out part-1
  backpressure merge whole part-1 part-2 part-3 part-4
  backpressure --full                             everything, with rounds enough to be quoted
  backpressure --suite theory                     are the rules as slow as theory says, within 10 %?

Exit codes:
  0 done   1 error   2 usage   3 worse (compare)   4 nothing selected   6 a promise was broken
  7 inconclusive (compare --strict)   130 interrupted";

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

impl Arguments {
    /// What was typed.
    ///
    /// # Errors
    /// What is wrong with it, in the words of clap; a wish for help or the version is one as well.
    pub(crate) fn typed() -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        let read = Self::from_arg_matches(&matches);
        let mut arguments = read.map_err(|error| error.format(&mut command))?;
        if let (Some(Verb::Verify(verify)), Some((name, matches))) =
            (&mut arguments.verb, matches.subcommand())
        {
            let command = command.find_subcommand(name).expect("it has just been matched");
            verify.check(command, matches)?;
            verify.keep(command, matches);
        }
        Ok(arguments)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a selection of the full suite, or a plan
    #[command(long_about = RUN_ABOUT, after_long_help = EXAMPLES)]
    Run(Box<Run>),
    /// Run one cell for each value of a limit, a window or a rate, and find the knee
    #[command(long_about = SWEEP_ABOUT)]
    Sweep(Box<Sweep>),
    /// Hold every strategy against the laws, and check with a few short jobs what it promises
    #[command(long_about = VERIFY_ABOUT, after_long_help = VERIFY_EXAMPLES)]
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
    /// Show what there is: strategies, executors, workloads, suites, laws
    List(List),
    /// Make tables and figures of a run again, from its events
    Report(Report),
    /// Write a page that replays the traces of a run side by side
    #[command(long_about = RACE_ABOUT, after_long_help = RACE_EXAMPLES)]
    Race(Race),
    /// Watch strategies side by side in the terminal, as they run or as they were recorded
    #[command(long_about = WATCH_ABOUT, after_long_help = WATCH_EXAMPLES)]
    Watch(Box<Watch>),
    /// List the traces of a run, write one for Perfetto, or check the files of some
    #[command(long_about = TRACE_ABOUT, after_long_help = TRACE_EXAMPLES)]
    Trace(Trace),
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
    /// Open the report in the browser
    #[arg(long)]
    pub(crate) open: bool,
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
    Laws,
    /// A plan to begin with, for `run --plan`
    Plan,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Table,
    Csv,
    Json,
    Markdown,
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
