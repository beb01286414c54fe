//! The one place that names every strategy, executor and workload.
//!
//! Names are matched once a process; from there on everything is static: a cell runs as
//! `measure::<Runtime, Strategy, Workload>`. A strategy of one executor, such as a `JoinSet`, cannot
//! be listed under another, for that would not compile.

mod attest;
mod candidates;
mod catalogue;
mod check;
mod derive;
mod execute;
mod executors;
mod judge;
mod lookout;
mod measure;
mod rules;
mod strategies;
mod theory;
mod watch;
mod workloads;

pub use bp_tokio::Tokio;
pub use bp_workloads::{
    TimeUnit, WorkloadError, check_url, count_urls, mean, open_service_times, read_service_times,
};

pub use crate::{
    attest::{attest, service_times},
    candidates::{candidates, drawn, laws},
    catalogue::{catalogue, sources},
    check::{Refusal, check, check_directory, check_own, check_work},
    execute::{
        claims, environment, execute, execute_own, execute_own_on_tokio, instances, is_executor,
    },
    executors::Everywhere,
    lookout::Lookout,
    measure::Failure,
    rules::rule,
    strategies::{Visit, is_peer, polls_itself, visit},
    theory::theory,
    watch::Watch,
    workloads::needs_server,
};
