use std::path::Path;

use anyhow::{Context, Result, bail};
use bp_harness::{Interrupts, Launcher};
use bp_record::Store;
use clap::Parser;

use crate::{
    arguments::{self, Arguments, Verb},
    exit::Status,
    verbs::run::{Session, go, planned},
};

/// Runs exactly what is missing of a run that was stopped.
///
/// The plan is made again from the arguments of the run; the store refuses it if it is another.
pub(crate) fn resume(directory: &Path) -> Result<Status> {
    let run = Store::description(directory)?;
    let (arguments, usual) = read(&run.arguments)
        .with_context(|| format!("cannot go on with {}", directory.display()))?;
    let planned = planned(&arguments, usual(), &bp_registry::catalogue())?;
    let launcher = Launcher::this_program(arguments.bounds.memory_cap_bytes())?;
    let stop = Interrupts::listen()?;
    let machine = bp_harness::environment();
    let (store, earlier) = Store::resume(directory, &planned.fingerprint, &machine)?;
    if let Some(torn) = earlier.torn {
        let (line, bytes) = (torn.line, torn.bytes);
        tell!("note: line {line} of the events was not finished; its {bytes} bytes are cut off");
    }
    let there = planned.part.items.len() as u64 - earlier.missing();
    let all = planned.part.items.len();
    tell!("{}: {there} of {all} samples are there", directory.display());
    go(Session { plan: planned.part, launcher, store, stop, earlier, arguments: &arguments })
}

/// The arguments of an earlier run, and the suite that they select from.
fn read(recorded: &[String]) -> Result<(arguments::Run, fn() -> bp_harness::Suite)> {
    let program = std::iter::once("backpressure");
    let arguments = Arguments::try_parse_from(program.chain(recorded.iter().map(String::as_str)));
    // Clap's message is made for a terminal: its first line is what went wrong.
    let arguments = arguments.map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        anyhow::anyhow!("its arguments are not understood: {first}")
    })?;
    let (run, usual): (_, fn() -> _) = match arguments.verb {
        None => (arguments.run, bp_harness::Suite::preview),
        Some(Verb::Run(run)) => (*run, super::run::selection),
        Some(_) => bail!("its arguments are those of no run"),
    };
    if run.resume.is_some() {
        bail!("its arguments are those of no run that could have begun");
    }
    Ok((run, usual))
}
