use clap::CommandFactory;
use clap_complete::Shell;

use crate::{arguments::Arguments, exit::Status, output};

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "backpressure", &mut script);
    output::write(&String::from_utf8(script)?)?;
    Ok(Status::Done)
}
