use std::{io, path::PathBuf};

use bp_record::StoreError;

/// Everything that keeps the harness from doing what it was asked.
///
/// What goes wrong *inside* a child process is no error but a row of the run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value that does not read as what it should be.
    #[error("`{text}` is not {expected}")]
    Value {
        /// What was given.
        text: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A name that the catalogue does not have.
    #[error("{kind} `{name}` is unknown; {}", nearest(.near))]
    Unknown {
        /// `strategy`, `executor`, `workload` or `suite`.
        kind: &'static str,
        /// What was given.
        name: String,
        /// The names that come nearest, the best first.
        near: Vec<String>,
    },
    /// A plan that cannot be opened.
    #[error("cannot read the plan {}: {cause}", .path.display())]
    PlanFile {
        /// Where it was looked for.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// A plan, or a contestant's file, that is no TOML or has keys or values that it should not.
    #[error("{origin}: {cause}")]
    PlanText {
        /// The file, or the name of a built-in suite.
        origin: String,
        /// What is wrong, with line and column.
        cause: Box<toml::de::Error>,
    },
    /// A contestant's file that cannot be opened.
    #[error("cannot read the contestant {}: {cause}", .path.display())]
    ContestantFile {
        /// Where it was looked for.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// A gate that cannot be opened.
    #[error("cannot read the gate {}: {cause}", .path.display())]
    GateFile {
        /// Where it was looked for.
        path: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// A contestant's file that says what cannot be.
    #[error("{}: {reason}", .path.display())]
    Contestant {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A gate that is no TOML, or has a metric or a unit that there is not.
    #[error("{origin}:{line}:{column}: {reason}")]
    GateText {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A metric that there is not.
    #[error("there is no metric `{name}`; the nearest: {near}")]
    Metric {
        /// What was given.
        name: String,
        /// The names that come nearest, or some if none does.
        near: String,
    },
    /// A program that was to be compared and does not answer as one of ours does.
    #[error("{} does not run a cell as this program does ({message}): name another build of it", .program.display())]
    Stranger {
        /// The program.
        program: PathBuf,
        /// What it did instead.
        message: String,
    },
    /// There is no room for temporary files.
    #[error(
        "cannot make a directory for copies of the program: {0}; name another place with TMPDIR"
    )]
    Room(io::Error),
    /// A program cannot be copied, or its copy not started.
    #[error("cannot copy {} to {}: {cause}; name another place with TMPDIR", .from.display(), .to.display())]
    Copy {
        /// The program.
        from: PathBuf,
        /// Where to.
        to: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// Settings that contradict each other.
    #[error("{0}")]
    Contradiction(String),
    /// Two cells that differ in something that their name leaves out.
    #[error("two different cells are called {id}: give them to two plans")]
    Ambiguous {
        /// Their name.
        id: String,
    },
    /// A cell that the registry does not take.
    #[error("{id}: {reason}")]
    Refused {
        /// The cell.
        id: String,
        /// What the registry says.
        reason: String,
    },
    /// A plan without a cell.
    #[error("nothing selected: {0}")]
    Nothing(String),
    /// A directory for the `files` workload that cannot be listed.
    #[error("{0}")]
    Directory(String),
    /// A child process that could not be started at all.
    #[error("cannot start {}: {cause}", .program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why it failed.
        cause: io::Error,
    },
    /// The system does not say where this program is.
    #[error("cannot find this program: {0}")]
    Lost(io::Error),
    /// A file of service times that does not read as one.
    #[error(transparent)]
    ServiceTimes(#[from] bp_registry::WorkloadError),
    /// The system does not let this process listen for interrupts.
    #[error("cannot listen for interrupts: {0}")]
    Interrupts(#[source] ctrlc::Error),
    /// The files of a run.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// True if the command or the plan is at fault, and not the machine.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Value { .. }
                | Self::Unknown { .. }
                | Self::PlanText { .. }
                | Self::Contestant { .. }
                | Self::GateText { .. }
                | Self::Metric { .. }
                | Self::Contradiction(_)
                | Self::Ambiguous { .. }
                | Self::Refused { .. }
        )
    }
}

fn nearest(names: &[String]) -> String {
    match names {
        [] => "see `backpressure list`".to_owned(),
        names => format!("the nearest: {}", names.join(", ")),
    }
}
