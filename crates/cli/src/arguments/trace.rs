//! Options of `trace`.

use std::{num::NonZeroU64, path::PathBuf};

use clap::{Args, ValueEnum};

use crate::values;

pub(crate) const TRACE_ABOUT: &str = "\
List the traces of a run, write one for Perfetto, or check the files of some.

A trace has the moments of each job of one cell: when it was admitted, started, finished and \
delivered. A run keeps one of each cell, of the first round that was not disturbed, in traces/ \
beside its events; of more than 100,000 jobs each k-th. docs/TRACE.md describes the files.";

pub(crate) const TRACE_EXAMPLES: &str = "\
Examples:
  backpressure trace reports/latest                      which traces there are
  backpressure trace reports/latest batching/tokio > t.json
                                                         for ui.perfetto.dev: a slot is a thread
  backpressure trace reports/latest batching/tokio --format json
                                                         the trace itself, with the memory over time
  backpressure trace --check reports/latest/traces/*.json";

#[derive(Args, Debug)]
pub(crate) struct Trace {
    /// The directory of the run, such as reports/latest
    #[arg(value_name = "RUN", required_unless_present = "check")]
    pub(crate) run: Option<PathBuf>,
    /// Write the trace of this cell: its id, or a part of it that no other has
    #[arg(value_name = "CELL")]
    pub(crate) cell: Option<String>,
    /// Of the cell with so many jobs, where a sweep went over their number
    #[arg(long, value_name = "N", value_parser = values::count::<NonZeroU64>, requires = "cell")]
    pub(crate) jobs: Option<NonZeroU64>,
    /// What is written: table, csv, json or markdown lists the traces; chrome or json writes that
    /// of a cell [default: table, and chrome for a cell]
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) format: Option<TraceFormat>,
    /// Check these files instead
    #[arg(long, value_name = "FILE", num_args = 1.., exclusive = true)]
    pub(crate) check: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    Table,
    Csv,
    Json,
    Markdown,
    Chrome,
}
