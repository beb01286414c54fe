//! Plain data: a cell, a sample, a run and its environment; nothing here runs, measures or draws.
//!
//! Durations are whole nanoseconds and sizes whole bytes, with the unit in the name. `None` means
//! *not measured*, which is never zero.

mod axis;
mod catalogue;
mod cell;
mod csv;
mod directory;
mod error;
mod files;
mod line;
mod measured;
mod read;
mod round;
mod run;
mod sample;
mod store;
mod table;

pub use crate::{
    axis::Axis,
    catalogue::{Catalogue, ExecutorEntry, Family, Parameter, StrategyEntry, WorkloadEntry},
    cell::{Arrivals, Cell, Consumer, Extent, Faults, Work},
    csv::{cell_columns, samples_csv},
    error::StoreError,
    files::write_atomically,
    measured::{Counts, Measured, OpenLoop, Quantiles, Series, Trace},
    read::{Recorded, TornTail},
    round::RoundRecord,
    run::{Environment, Run, SCHEMA},
    sample::{Outcome, Pass, Role, Sample},
    store::Store,
    table::Table,
};
