//! The options of `verify`, and which of them exclude each other.

use std::num::NonZeroU64;

use bp_laws::{Law, Schedule};
use clap::{
    ArgMatches, Args, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{Bounds, Format, Select, Size, typed};
use crate::values;

pub(super) const VERIFY_ABOUT: &str = "\
Hold every strategy against the laws, and run every cell once with a few short jobs.

A law is a promise that can be tried: that the limit holds at every instant, that each job ends \
once, that memory does not grow with the number of jobs behind a slow one, and so on, eleven in \
all. They are tried in a simulated world whose executor means harm: it polls in any order, wakes \
late or for nothing, and drops the run in the middle. `backpressure list laws` shows them. What breaks a law is a schedule, cut down to \
the shortest, and the command that shows it again. What a strategy does not claim is not broken; \
what was seen is printed all the same.

The exit code is 6 if a law or a promise was broken.";

pub(super) const VERIFY_EXAMPLES: &str = "\
Examples:
  backpressure verify                              all laws and all cells, about a minute
  backpressure verify --law limit --law order      two laws of all strategies
  backpressure verify -s '^batching$' --format json
  backpressure verify -x tokio -w yield            cells alone: laws know neither
  backpressure list laws                           what each law says
  backpressure verify --law exactly-once -s '^wait-any$' --schedule 0001ff
  backpressure verify --soak                       ten million schedules a strategy: hours";

/// Options of `verify`.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) select: Select,
    #[command(flatten)]
    pub(crate) laws: LawOptions,
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
    #[arg(skip)]
    pub(crate) typed: Typed,
}

/// How strategies are held against the laws.
#[derive(Args, Debug)]
#[command(next_help_heading = "Laws")]
pub(crate) struct LawOptions {
    /// Only this law, and no cells; may be repeated. `backpressure list laws` shows all of them,
    /// such as limit, exactly-once and order
    #[arg(long = "law", value_name = "LAW")]
    pub(crate) laws: Vec<Law>,
    /// How many schedules each strategy is tried with [default: 100,000]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroU64>)]
    pub(crate) schedules: Option<NonZeroU64>,
    /// Try for as long as it takes: 10,000,000 schedules a strategy, memory up to 10,000,000 jobs
    #[arg(long)]
    pub(crate) soak: bool,
    /// One schedule again, as a finding names it, with one --law and one strategy
    #[arg(long, value_name = "CHOICES", requires = "laws")]
    pub(crate) schedule: Option<Schedule>,
}

impl Verify {
    /// Whether strategies are held against the laws: not if workloads or their size were chosen, or
    /// executors without the virtual one, for laws know neither.
    pub(crate) fn wants_laws(&self) -> bool {
        let filters = self.select.filters();
        let virtual_too =
            filters.executors.is_empty() || filters.executors.iter().any(|x| x.is_match("virtual"));
        let cells_only = !filters.workloads.is_empty()
            || !self.select.contestants.is_empty()
            || self.size.is_chosen();
        !self.laws.laws.is_empty() || virtual_too && !cells_only
    }

    /// Whether cells are run.
    pub(crate) fn wants_cells(&self) -> bool {
        self.laws.laws.is_empty() && !self.laws.soak
    }
}

/// What chooses cells and says how large they are, by the names that clap has for them.
const CELLS: [&str; 23] = [
    "workloads",
    "executors",
    "parameters",
    "contestants",
    "jobs",
    "time",
    "service",
    "payload",
    "directory",
    "service_times",
    "arrivals",
    "consumer",
    "fail",
    "panic",
    "places",
    "queue",
    "rate_limit",
    "loss",
    "descriptors",
    "retries",
    "stop_at_first_error",
    "urls",
    "upload_to",
];

const NO_CELLS: &str = "laws are tried in a simulated world, with jobs and parameters of their own: \
                        leave the rest out to try them, or leave this out to run cells";

const NO_LAWS: &str = "with these only cells run, and a cell has no schedules: leave the rest out to \
                       try laws, or leave this out to run cells";

const ONE_RUN: &str = "a schedule is one run of one law, and says all of it: leave the rest out to see \
                       it again";

impl Verify {
    /// Refuses what would be ignored, for a law that was tried otherwise than was asked is none.
    pub(super) fn check(&self, command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
        let refuse = |what: &str, others: &[&str], tip: &'static str| match given(matches, others) {
            found if found.is_empty() || !typed::is_typed(matches, what) => Ok(()),
            found => Err(conflict(command, what, &found, tip)),
        };
        refuse("laws", &CELLS, NO_CELLS)?;
        refuse("soak", &CELLS, NO_CELLS)?;
        let once = ["schedules", "soak", "seed", "timeout", "memory_cap"];
        refuse("schedule", &once, ONE_RUN)?;
        if self.wants_laws() {
            return Ok(());
        }
        let without_parameters: Vec<_> =
            CELLS.into_iter().filter(|&id| id != "parameters").collect();
        refuse("schedules", &without_parameters, NO_LAWS)
    }

    /// Keeps how the options were typed that have to be typed again to see the same.
    pub(super) fn keep(&mut self, command: &Command, matches: &ArgMatches) {
        let cells = CELLS.into_iter().filter(|id| !NAMED.contains(id));
        let cells: Vec<_> = cells.chain(["seed", "timeout", "memory_cap"]).collect();
        self.typed = Typed {
            cells: typed::again(command, matches, &cells),
            laws: typed::again(command, matches, &["seed", "schedules", "soak", "memory_cap"]),
        };
    }
}

/// What a command that shows one cell again names itself.
const NAMED: [&str; 3] = ["workloads", "executors", "parameters"];

/// Options as they were typed, each behind a space.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    /// Those that change what a cell does.
    pub(crate) cells: String,
    /// Those that change how a law is tried.
    pub(crate) laws: String,
}

fn given<'a>(matches: &ArgMatches, names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| typed::is_typed(matches, name)).collect()
}

/// An error as clap words it, with what would be right.
fn conflict(command: &Command, what: &str, others: &[&str], tip: &'static str) -> clap::Error {
    let shown = |name: &str| {
        let found = command.get_arguments().find(|option| option.get_id() == name);
        found.map_or_else(|| name.to_owned(), ToString::to_string)
    };
    let mut error = clap::Error::new(ErrorKind::ArgumentConflict).with_cmd(command);
    let others = match others {
        [other] => ContextValue::String(shown(other)),
        _ => ContextValue::Strings(others.iter().map(|other| shown(other)).collect()),
    };
    error.insert(ContextKind::InvalidArg, ContextValue::String(shown(what)));
    error.insert(ContextKind::PriorArg, others);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error.insert(ContextKind::Usage, ContextValue::StyledStr(command.clone().render_usage()));
    error
}
