//! How the program ends, and what it says then.

use std::{io, process::ExitCode};

/// How a verb ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is well.
    Done,
    /// A strategy broke a promise.
    Broken,
    /// The user stopped it.
    Interrupted,
}

const ERROR: u8 = 1;
const USAGE: u8 = 2;
const NOTHING: u8 = 4;
const BROKEN: u8 = 6;

/// Reports an error on standard error and gives the exit code.
pub(crate) fn code(result: anyhow::Result<Status>) -> ExitCode {
    let error = match result {
        Ok(Status::Done) => return ExitCode::SUCCESS,
        Ok(Status::Broken) => return BROKEN.into(),
        Ok(Status::Interrupted) => return bp_harness::INTERRUPTED_EXIT.into(),
        Err(error) if reader_left(&error) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    anstream::eprintln!("{RED}error:{RESET} {error:#}");
    match error.downcast_ref::<bp_harness::Error>() {
        Some(bp_harness::Error::Nothing(_)) => NOTHING.into(),
        Some(error) if error.is_usage() => USAGE.into(),
        _ => ERROR.into(),
    }
}

// `anstream` takes them out where they do not belong: no terminal, or NO_COLOR.
const RED: &str = "\u{1b}[1;31m";
const RESET: &str = "\u{1b}[0m";

/// Whoever read our standard output has seen enough, as `head` does.
fn reader_left(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
