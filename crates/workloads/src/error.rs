use std::{io, path::PathBuf};

use thiserror::Error;

/// Why there is nothing to do.
///
/// Each message is complete: it names the place and says what would be right, so there is no
/// `source` to print after it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkloadError {
    /// A file where a directory is needed.
    #[error("{} is not a directory: name one whose files can be read", path.display())]
    NotADirectory {
        /// What was named.
        path: PathBuf,
    },
    /// The operating system does not let us read.
    #[error("cannot read {}: {cause}; name a directory all of which can be read", path.display())]
    Unreadable {
        /// The directory or file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// There is no file to read.
    #[error("{} holds no file of at most {} MiB outside .git and target: name a directory that does", path.display(), crate::files::LARGEST >> 20)]
    Empty {
        /// What was named.
        path: PathBuf,
    },
    /// A line that does not read as a service time.
    #[error("{place}: {problem}")]
    ServiceTimes {
        /// The file, and where in it.
        place: String,
        /// What is wrong there, and what would be right.
        problem: String,
    },
    /// A list of addresses that cannot be asked for.
    #[error("{place}: {problem}")]
    Urls {
        /// The file, and where in it.
        place: String,
        /// What is wrong there, and what would be right.
        problem: String,
    },
    /// Its jobs talk to a server.
    #[error("its jobs talk to a server, which `backpressure run` starts: run it there")]
    NoServer,
    /// Not a unit of time.
    #[error("`{text}` is no unit of time: write one of ns, us, ms, s, m, h")]
    Unit {
        /// What was given.
        text: String,
    },
}
