//! How the program ends, and what it says then.

use std::{io, process::ExitCode};

use crate::output;

/// How a verb ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is well.
    Done,
    /// A comparison found something that is worse.
    Worse,
    /// A strict comparison could not tell.
    Inconclusive,
    /// A strategy broke a promise.
    Broken,
    /// The user stopped it.
    Interrupted,
}

const DONE: u8 = 0;
const ERROR: u8 = 1;
const USAGE: u8 = 2;
const WORSE: u8 = 3;
const NOTHING: u8 = 4;
const BROKEN: u8 = 6;
const INCONCLUSIVE: u8 = 7;

/// Reports an error on standard error and gives the exit code.
pub(crate) fn code(result: anyhow::Result<Status>) -> ExitCode {
    let number = number(&result);
    if let Err(error) = result
        && number != DONE
    {
        output::say(ERROR_WORD, &format!("{error:#}"));
    }
    number.into()
}

fn number(result: &anyhow::Result<Status>) -> u8 {
    let error = match result {
        Ok(Status::Done) => return DONE,
        Ok(Status::Worse) => return WORSE,
        Ok(Status::Broken) => return BROKEN,
        Ok(Status::Inconclusive) => return INCONCLUSIVE,
        Ok(Status::Interrupted) => return bp_harness::INTERRUPTED_EXIT,
        Err(error) => error,
    };
    match error.downcast_ref::<bp_harness::Error>() {
        _ if reader_left(error) => DONE,
        Some(bp_harness::Error::Nothing(_)) => NOTHING,
        Some(error) if error.is_usage() => USAGE,
        _ => ERROR,
    }
}

/// `anstream` takes the colour out where it does not belong: no terminal, or NO_COLOR.
const ERROR_WORD: &str = "\u{1b}[1;31merror:\u{1b}[0m ";

/// Ends a program that was called wrongly, or was asked for its help or its version. Of a mistake
/// it is told what was typed, or what some list of files had put there: that is spelt out.
pub(crate) fn usage(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.render().to_string();
    output::say(ERROR_WORD, text.trim_end().trim_start_matches("error: "));
    std::process::exit(error.exit_code())
}

/// Whoever read our standard output has seen enough, as `head` does.
fn reader_left(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;
    use bp_harness::Error;

    use super::*;

    #[test]
    fn every_ending_has_its_number() {
        assert_eq!(number(&Ok(Status::Done)), 0);
        assert_eq!(number(&Ok(Status::Worse)), 3);
        assert_eq!(number(&Ok(Status::Broken)), 6);
        assert_eq!(number(&Ok(Status::Inconclusive)), 7);
        assert_eq!(number(&Ok(Status::Interrupted)), 130);
        assert_eq!(number(&Err(Error::Nothing("no cell".into()).into())), 4);
        assert_eq!(number(&Err(Error::Contradiction("both".into()).into())), 2);
        assert_eq!(number(&Err(anyhow::anyhow!("anything"))), 1);
    }

    #[test]
    fn a_reader_that_has_left_is_no_error() {
        let write = |kind| Err(io::Error::from(kind)).context("cannot write");
        assert_eq!(number(&write(io::ErrorKind::BrokenPipe)), 0);
        assert_eq!(number(&write(io::ErrorKind::StorageFull)), 1);
    }
}
