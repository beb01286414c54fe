//! From a plan to child processes to records: which cells there are, in which order they run, in
//! a process each, under limits, and what is written down when one of them fails.
//!
//! The order of reading: [`Suite`] is what a plan file says, [`Plan`] what follows from it,
//! [`Launcher`] runs one item of it in a process, [`run`](fn@run) all of them into a store.
//! Nothing here draws, prints or interprets.

mod canary;
mod child;
mod environment;
mod error;
mod estimate;
mod forecast;
mod interrupt;
mod judge;
mod ledger;
mod matrix;
mod parameters;
mod plan;
mod platform;
mod product;
mod protocol;
mod run;
mod select;
mod shuffle;
mod suite;
mod sweep;
pub mod units;
mod verify;
mod weather;

pub use crate::{
    child::Launcher,
    environment::{environment, host_name, usual_memory_cap},
    error::Error,
    interrupt::{INTERRUPTED_EXIT, Interrupts},
    ledger::Ledger,
    matrix::Matrix,
    parameters::{Pause, Size},
    plan::{Item, Plan, Precision},
    protocol::{CHILD_VERB, serve},
    run::{Progress, State, Tally, run},
    select::Filters,
    suite::Suite,
    sweep::Sweep,
    verify::{verification, verify},
};
