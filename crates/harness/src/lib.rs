//! From a plan to child processes to records: which cells there are, in which order they run, in
//! a process each, under limits, and what is written down when one of them fails.
//!
//! The order of reading: [`Suite`] is what a plan file says, [`Plan`] what follows from it,
//! [`Launcher`] runs one item of it in a process, [`run`](fn@run) all of them into a store.
//! Nothing here draws, prints or interprets.

mod against;
mod canary;
mod child;
mod contestant;
mod copies;
mod environment;
mod error;
mod estimate;
mod examine;
mod fingerprint;
mod forecast;
mod gate;
mod glances;
mod interrupt;
mod introduce;
mod judge;
mod ledger;
mod matrix;
mod parameters;
mod partition;
mod pipe;
mod plan;
mod platform;
mod product;
mod protocol;
mod run;
mod select;
mod server;
mod shuffle;
mod start_up;
mod suite;
mod sweep;
mod traces;
pub mod units;
mod verify;
mod weather;

pub use crate::{
    against::{Duel, Duelled, Standing, duel_items, duel_suite},
    child::Launcher,
    contestant::{CONTESTANT_VERB, Contestant, enter},
    copies::Copies,
    environment::{environment, host_name, usual_memory_cap},
    error::Error,
    examine::examine,
    gate::{metric, open_gate, parse_gate},
    glances::{WATCHED_VERB, serve_watched},
    interrupt::{INTERRUPTED_EXIT, Interrupts},
    introduce::{ENVIRONMENT_VERB, environment_of, introduction},
    ledger::Ledger,
    matrix::{Listed, Matrix, Replayed},
    parameters::{Pause, Rate, Size},
    plan::{Item, Plan, Precision},
    protocol::{CHILD_VERB, serve, serve_text, serve_with},
    run::{Progress, State, Tally, run},
    select::Filters,
    server::{SERVER_VERB, serve_beside},
    start_up::start_up,
    suite::Suite,
    sweep::Sweep,
    verify::{side_by_side, verification, verify},
};
