//! The two ways out. What a file, a path or a child says is not ours, so nothing leaves here that
//! steers a terminal but the colours that this program itself puts on.

/// Says something on standard error. If nobody listens any more, that is no reason to end.
macro_rules! tell {
    ($($text:tt)*) => { $crate::output::say("", &format!($($text)*)) };
}

use std::io::{self, Write};

use anyhow::{Context, Result};
use bp_record::{printable_json, printable_lines};

use crate::arguments::Format;

/// Says something on standard error, behind a word of our own that may have colours: they are seen
/// only on a terminal. A line is written at once, so that it stays whole beside those of others.
pub(crate) fn say(word: &str, text: &str) {
    let line = format!("{word}{}\n", printable_lines(text));
    let _ = anstream::stderr().write_all(line.as_bytes());
}

/// Writes results to standard output.
///
/// # Errors
/// If nobody takes them: a full disk, or a reader that has left, which [`exit`](crate::exit)
/// knows to be no fault.
pub(crate) fn print(text: &str) -> Result<()> {
    write(&printable_lines(text))
}

/// Writes JSON, which spells out in its own way and so still says what it said.
pub(crate) fn print_json(json: &str) -> Result<()> {
    write(&printable_json(json))
}

/// Writes results that are in this format.
pub(crate) fn print_as(format: Format, text: &str) -> Result<()> {
    if format == Format::Json { print_json(text) } else { print(text) }
}

/// Writes what is ours, every character of it.
pub(crate) fn write(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .context("cannot write to standard output")
}
