/// Says something on standard error, in colour only on a terminal. If nobody listens any more, that
/// is no reason to end. A line is written at once, so that it stays whole beside those of others.
macro_rules! tell {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let mut line = Vec::new();
        let _ = writeln!(line, $($text)*);
        let _ = anstream::stderr().write_all(&line);
    }};
}

use std::io::{self, Write};

use anyhow::{Context, Result};

/// Writes results to standard output.
///
/// # Errors
/// If nobody takes them: a full disk, or a reader that has left, which [`exit`](crate::exit)
/// knows to be no fault.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .context("cannot write to standard output")
}
