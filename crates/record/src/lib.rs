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
mod examination;
mod files;
mod fingerprint;
mod glance;
mod line;
mod lock;
mod log;
#[cfg(test)]
mod malformed;
mod measured;
mod merge;
mod open;
mod partition;
mod read;
mod real;
mod resume;
mod round;
mod run;
mod sample;
mod store;
mod table;
mod totals;
mod trace;
mod unlike;

pub use crate::{
    axis::Axis,
    catalogue::{
        Catalogue, ContestantEntry, ExecutorEntry, Family, Parameter, StrategyEntry, WorkloadEntry,
    },
    cell::{Arrivals, Cell, Consumer, Extent, Faults, ServiceTimes, Work},
    csv::{cell_columns, samples_csv},
    directory::LATEST,
    error::{StoreError, printable, printable_json, printable_lines, steers},
    examination::{Examination, TimerFinding},
    files::write_atomically,
    fingerprint::{Fingerprint, digest},
    glance::Glance,
    measured::{Counts, Ideal, Measured, OpenLoop, Quantiles, Series, Trace},
    merge::{Allow, Merged, merge},
    open::make_inner_directory,
    partition::{Partition, PartitionKind},
    read::{Recorded, TornTail},
    real::{RateLimit, Real, Served},
    round::RoundRecord,
    run::{Environment, Run, SCHEMA, Shard},
    sample::{Outcome, Pass, Role, Sample},
    store::Store,
    table::{Table, safe_cell},
    totals::Totals,
    trace::{
        JobMoments, MOST_TRACED, Provenance, StoredTrace, TRACE_SCHEMA, TraceFile, TracedMemory,
        standing, traced_every,
    },
};
