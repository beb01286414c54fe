//! Which cells, how large, and within what bounds: what several verbs take.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bp_harness::{Filters, Listed, Matrix, Replayed, units};
use bp_record::{Arrivals, Consumer, RateLimit};
use clap::Args;
use regex::Regex;

use crate::values::{self, Parameter};

/// Which cells, by name.
#[derive(Args, Debug)]
pub(crate) struct Names {
    /// Workloads whose name matches; may be repeated
    #[arg(short, long = "workload", value_name = "REGEX")]
    workloads: Vec<Regex>,
    /// Strategies whose name matches; may be repeated
    #[arg(short, long = "strategy", value_name = "REGEX")]
    strategies: Vec<Regex>,
    /// Executors whose name matches; may be repeated
    #[arg(short = 'x', long = "executor", value_name = "REGEX")]
    executors: Vec<Regex>,
}

/// Which cells.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to run")]
pub(crate) struct Select {
    #[command(flatten)]
    names: Names,
    /// Values of a parameter: limit=64,256, capacity=1x, window=4x, pause=1ms (4x is four times
    /// the limit); may be repeated
    #[arg(short, long = "parameter", value_name = "NAME=VALUES")]
    pub(crate) parameters: Vec<Parameter>,
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
    /// The service times that the workload `replay` has, one a line, such as 20ms; a header may name
    /// the unit, as service_ms does. Their number and their mean hold for all that is run
    #[arg(long, value_name = "FILE", requires = "workloads")]
    service_times: Option<Replayed>,
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
    /// How many requests a service serves at once [default: the suite's]
    #[arg(long, help_heading = MEETS, value_name = "N", value_parser = values::count::<NonZeroUsize>)]
    places: Option<NonZeroUsize>,
    /// How many more may wait there; another one is refused [default: the suite's]
    #[arg(long, help_heading = MEETS, value_name = "N")]
    queue: Option<usize>,
    /// How many requests a second a server lets in, such as 2000/s, or 2000/s:50 with a burst of 50
    #[arg(long, help_heading = MEETS, value_name = "RATE", value_parser = units::rate_limit)]
    rate_limit: Option<RateLimit>,
    /// Share of datagrams that a server loses, such as 1%
    #[arg(long, help_heading = MEETS, value_name = "SHARE", value_parser = units::share)]
    loss: Option<u32>,
    /// How many descriptors a child process may have open
    #[arg(long, help_heading = MEETS, value_name = "N", value_parser = values::count::<NonZeroU64>)]
    descriptors: Option<NonZeroU64>,
    /// Take no more jobs once one has failed; those that run go on. Else failures are collected
    #[arg(long, help_heading = MEETS)]
    stop_at_first_error: bool,
    /// What the workload `fetch-upload` gets, one URL a line, instead of pages of a server of ours
    #[arg(long, help_heading = MEETS, value_name = "FILE", requires = "workloads")]
    urls: Option<Listed>,
    /// Where it posts what it got; without it, nothing of --urls is posted
    #[arg(long, help_heading = MEETS, value_name = "URL", requires = "urls", value_parser = url)]
    upload_to: Option<String>,
    /// How often a job of real work that failed tries again
    #[arg(long, help_heading = MEETS, value_name = "N")]
    retries: Option<u32>,
}

/// Above the options that say what real work meets.
const MEETS: &str = "What real work meets";

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

impl Select {
    /// Names, or alternatives in parentheses, for what is not chosen.
    pub(crate) fn default_to(&mut self, workload: &str, strategy: &str, executor: &str) {
        let whole = |name| Regex::new(&format!("^{name}$")).expect("names of ours are patterns");
        let Names { workloads, strategies, executors } = &mut self.names;
        for (chosen, name) in [(workloads, workload), (strategies, strategy), (executors, executor)]
        {
            if chosen.is_empty() {
                chosen.push(whole(name));
            }
        }
    }

    pub(crate) fn filters(&self) -> Filters {
        self.names.filters()
    }
}

impl Names {
    pub(crate) fn filters(&self) -> Filters {
        Filters {
            workloads: self.workloads.clone(),
            strategies: self.strategies.clone(),
            executors: self.executors.clone(),
        }
    }
}

impl Size {
    /// True if any of it was chosen.
    pub(crate) fn is_chosen(&self) -> bool {
        let Self { jobs, time, service, payload, directory, service_times, .. } = self;
        let Self { arrivals, consumer, fail, panic, .. } = self;
        jobs.is_some()
            || time.is_some()
            || service.is_some()
            || payload.is_some()
            || directory.is_some()
            || service_times.is_some()
            || arrivals.is_some()
            || consumer.is_some()
            || fail.is_some()
            || panic.is_some()
            || self.meets()
    }

    /// True if any of what real work meets was chosen.
    fn meets(&self) -> bool {
        let Self { places, queue, rate_limit, loss, descriptors, retries, .. } = self;
        let Self { stop_at_first_error, urls, upload_to, .. } = self;
        places.is_some()
            || queue.is_some()
            || rate_limit.is_some()
            || loss.is_some()
            || descriptors.is_some()
            || retries.is_some()
            || *stop_at_first_error
            || urls.is_some()
            || upload_to.is_some()
    }
}

/// A URL that can be asked for.
fn url(text: &str) -> Result<String, String> {
    bp_registry::check_url(text).map(|()| text.to_owned())
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
        service_times: size.service_times.clone(),
        arrivals: size.arrivals,
        consumer: size.consumer,
        fail: size.fail,
        panic: size.panic,
        places: size.places,
        queue: size.queue,
        rate_limit: size.rate_limit,
        loss: size.loss,
        descriptors: size.descriptors,
        retries: size.retries,
        stop: size.stop_at_first_error.then_some(true),
        urls: size.urls.clone(),
        upload_to: size.upload_to.clone(),
        ..Matrix::default()
    };
    select.parameters.iter().for_each(|parameter| parameter.set(&mut matrix));
    matrix
}
