//! Options of `advise`.

use std::{num::NonZeroUsize, path::PathBuf, str::FromStr};

use bp_harness::units;
use bp_record::Consumer;
use bp_registry::TimeUnit;
use clap::{ArgGroup, Args};
use regex::Regex;

use super::Format;
use crate::values;

pub(crate) const ADVISE_ABOUT: &str = "\
Say which strategy to use, from how long the jobs take.

The rule of every strategy is replayed on service times that are drawn anew again and again from \
those given. What is left are the strategies that no other beats in everything: makespan, jobs held \
(which is memory), order, and when the first result comes. Of those at most a tenth slower than the \
fastest, the one that holds least is recommended, with the limit and the window to use, how far it \
is from what nothing can beat, and code to paste.

Nothing is run: starting and waking a task are taken to cost nothing, and service times not to \
depend on load. So it holds for jobs that take a millisecond or more; for others, measure: \
`backpressure run`, `backpressure sweep`.";

pub(crate) const ADVISE_EXAMPLES: &str = "\
Examples:
  backpressure advise times.csv --unit ms --limit 64
  cut -d, -f3 requests.csv | backpressure advise - --unit ms --limit 64 --ordered
  backpressure advise --service lognormal:20ms --jobs 10000 --memory 64MiB --job-bytes 256KiB
  backpressure advise --service stragglers:5ms --limit 32 --ordered --consumer serial:1ms
  backpressure advise --run reports/latest --cell '^stragglers/' --limit 10";

/// Options of `advise`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("times").required(true).args(["file", "service", "run"]))]
#[command(group = ArgGroup::new("bound").required(true).multiple(true).args(["limit", "memory"]))]
pub(crate) struct Advise {
    /// Service times, one a line, such as 20ms; `-` is standard input. A header is passed over and
    /// may name the unit, as service_ms does
    #[arg(value_name = "FILE", help_heading = "How long jobs take")]
    pub(crate) file: Option<PathBuf>,
    /// The unit of numbers that have none: ns, us, ms, s, m or h
    #[arg(long, value_name = "UNIT", requires = "file", help_heading = "How long jobs take")]
    pub(crate) unit: Option<TimeUnit>,
    /// A law of service times and their mean, such as exponential:20ms; see `list workloads`
    #[arg(long, value_name = "LAW:TIME", help_heading = "How long jobs take")]
    pub(crate) service: Option<Law>,
    /// A recorded run, whose traces say how long jobs took
    #[arg(long, value_name = "RUN", help_heading = "How long jobs take")]
    pub(crate) run: Option<PathBuf>,
    /// The cells of the run whose jobs are taken; may be repeated [default: all]
    #[arg(
        long = "cell",
        value_name = "REGEX",
        requires = "run",
        help_heading = "How long jobs take"
    )]
    pub(crate) cells: Vec<Regex>,
    /// How many jobs there will be [default: as many as are given, of a run as a cell had, of a law 1,000]
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroUsize>, help_heading = "What is wanted")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Most jobs that may be in flight
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroUsize>, help_heading = "What is wanted")]
    pub(crate) limit: Option<NonZeroUsize>,
    /// Most memory that the jobs may hold together, such as 64MiB
    #[arg(long, value_name = "SIZE", value_parser = units::bytes, requires = "job_bytes", help_heading = "What is wanted")]
    pub(crate) memory: Option<u64>,
    /// What a job holds from when it is taken from the source until its output is delivered
    #[arg(long, value_name = "SIZE", value_parser = units::bytes, help_heading = "What is wanted")]
    pub(crate) job_bytes: Option<u64>,
    /// A recorded run in which it was measured what each strategy takes for a job besides, which is
    /// then counted as well
    #[arg(long, value_name = "RUN", requires = "job_bytes", help_heading = "What is wanted")]
    pub(crate) measured: Option<PathBuf>,
    /// Outputs are needed in the order of the jobs
    #[arg(long, help_heading = "What is wanted")]
    pub(crate) ordered: bool,
    /// Who takes the outputs: instant, serial:1ms (one for all) or parallel:1ms
    #[arg(long, value_name = "KIND", value_parser = units::consumer, default_value = "instant", help_heading = "What is wanted")]
    pub(crate) consumer: Consumer,
    /// What the draws follow from
    #[arg(long, value_name = "N", default_value_t = 7, help_heading = "What comes of it")]
    pub(crate) seed: u64,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t, help_heading = "What comes of it")]
    pub(crate) format: Format,
}

/// A law of service times.
#[derive(Clone, Debug)]
pub(crate) struct Law {
    pub(crate) name: String,
    pub(crate) service_ns: u64,
}

impl FromStr for Law {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let laws = bp_registry::laws();
        let (name, time) = text.split_once(':').ok_or_else(|| {
            format!(
                "write a law and its mean, such as exponential:20ms; there are {}",
                laws.join(", ")
            )
        })?;
        if !laws.contains(&name) {
            return Err(format!("there is no law `{name}`; there are {}", laws.join(", ")));
        }
        let service = units::positive_duration(time).map_err(|error| error.to_string())?;
        let service_ns = u64::try_from(service.as_nanos()).map_err(|error| error.to_string())?;
        Ok(Self { name: name.to_owned(), service_ns })
    }
}
