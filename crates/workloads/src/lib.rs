//! What there is to do: simulated services, a contended one, and real files.
//!
//! Three workloads ([`Simulated`], [`Contended`], [`Files`]), as one type ([`AnyWorkload`]), and one
//! decorator ([`Scenario`]), in which paced arrivals, a slow consumer and faults are *values*: each
//! type costs the registry an instance of every strategy on every executor.
//!
//! All that is random about a job follows from a seed and the job's index, so that what a run must
//! yield is known beforehand: see [`Tally::expected`].

mod any;
mod attempts;
mod client;
mod contended;
mod error;
mod fetch;
mod files;
mod given;
mod law;
mod lookup;
mod own;
mod payload;
mod scenario;
mod schedule;
mod seeded;
mod service_times;
mod simulated;
mod taken;
mod tally;
mod urls;

pub use crate::{
    any::{AnyWorkload, Waiting},
    contended::{Contended, Service, Terms},
    error::WorkloadError,
    fetch::FetchUpload,
    files::{FileList, Files, Reading},
    given::{LEAST_PAGE, address, host_name, is_lost, page},
    law::Law,
    lookup::Lookup,
    own::{Counted, Numbered, Own},
    scenario::{Conditions, Delivery, Gate, Scenario},
    schedule::Schedule,
    service_times::{TimeUnit, mean, open_service_times, read_service_times, replayed},
    simulated::{Doing, Simulated},
    tally::{Receipt, Tally},
    urls::{UrlList, check_url, count_urls},
};
