use std::{io, process::ExitCode};

use bp_record::StoreError;
use bp_report::ReportError;

/// Everything that keeps a bench from doing what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A name that could not stand in the id of a cell.
    #[error(
        "`{0}` cannot be the name of a workload: take lower-case letters, digits and -, and none \
         of the names that `backpressure list workloads` shows"
    )]
    Name(String),
    /// A workload that has nothing to do.
    #[error("the workload `{0}` has no jobs: at least one is needed")]
    NoJobs(String),
    /// A cell that the registry does not take.
    #[error("{id}: {reason}")]
    Refused {
        /// The cell.
        id: String,
        /// What the registry says.
        reason: String,
    },
    /// A test that was named exactly and does not exist.
    #[error("no cell is called `{0}`; `--list` shows all")]
    NoSuchCell(String),
    /// What the harness says.
    #[error(transparent)]
    Harness(#[from] bp_harness::Error),
    /// The files of the run.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The figures of the run.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The pipes of a child.
    #[error("a child cannot read its request or write its answer: {0}")]
    Pipe(#[source] io::Error),
}

impl Error {
    /// The numbers are those of the main program.
    pub(crate) fn exit_code(&self) -> ExitCode {
        const ERROR: u8 = 1;
        const USAGE: u8 = 2;
        const NOTHING: u8 = 4;
        ExitCode::from(match self {
            Self::Harness(bp_harness::Error::Nothing(_)) => NOTHING,
            Self::Harness(error) if error.is_usage() => USAGE,
            Self::Name(_) | Self::NoJobs(_) | Self::Refused { .. } | Self::NoSuchCell(_) => USAGE,
            Self::Harness(_) | Self::Store(_) | Self::Report(_) | Self::Pipe(_) => ERROR,
        })
    }
}
