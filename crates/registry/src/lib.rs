//! The one place that names every strategy, executor and workload.
//!
//! Names are matched once a process; from there on everything is static: a cell runs as
//! `measure::<Runtime, Strategy, Workload>`. A strategy of one executor, such as a `JoinSet`, cannot
//! be listed under another, for that would not compile.

mod attest;
mod catalogue;
mod check;
mod execute;
mod executors;
mod judge;
mod measure;
mod rules;
mod strategies;
mod theory;
mod workloads;

pub use crate::{
    attest::{attest, service_times},
    catalogue::catalogue,
    check::{Refusal, check, check_work},
    execute::{claims, environment, execute, instances, is_executor},
    measure::Failure,
    theory::theory,
};
