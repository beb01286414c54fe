use std::path::Path;

use anyhow::{Context, Result, bail};
use bp_harness::{Interrupts, Ledger};
use bp_record::{Outcome, Store};
use bp_report::units::counted;
use clap::Parser;

use crate::{
    arguments::{self, Arguments, Verb},
    exit::Status,
    verbs::{
        derive::derive,
        run::{Session, go, planned},
    },
};

/// Runs exactly what is missing of a run that was stopped.
///
/// The plan is made again from the arguments of the run; the store refuses it if it is another.
pub(crate) fn resume(directory: &Path) -> Result<Status> {
    let run = Store::description(directory)?;
    let (arguments, usual) = read(&run.arguments)
        .with_context(|| format!("cannot go on with {}", directory.display()))?;
    let planned = planned(&arguments, usual)?;
    let launcher = planned.launcher(&arguments)?;
    let stop = Interrupts::listen()?;
    let machine = bp_harness::environment();
    let (store, earlier) = Store::resume(directory, &planned.fingerprint, &machine)?;
    if let Some(torn) = earlier.torn {
        let (line, bytes) = (torn.line, torn.bytes);
        tell!("note: line {line} of the events was not finished; its {bytes} bytes are cut off");
    }
    if earlier.is_complete() {
        tell!("{} is complete: nothing is left to run", directory.display());
        // The run may have been stopped after its last sample and before its tables.
        derive(directory)?.print(arguments.format)?;
        return Ok(Status::Done);
    }
    let (there, all) = (earlier.planned_samples(), earlier.run.planned);
    let all = counted(usize::try_from(all)?, "sample");
    tell!("{}: {there} of {all} are there, the rest is run", directory.display());
    let broken = earlier.samples.iter().any(|sample| sample.outcome == Outcome::Wrong);
    let (plan, ledger) = (planned.part, Ledger::from(&earlier));
    go(Session { plan, launcher, store, stop, ledger, broken, arguments: &arguments })
}

/// The arguments of an earlier run, and the suite that they select from.
fn read(recorded: &[String]) -> Result<(arguments::Run, bp_harness::Suite)> {
    let program = std::iter::once("backpressure");
    let arguments = Arguments::try_parse_from(program.chain(recorded.iter().map(String::as_str)));
    // Clap's message is made for a terminal: its first line is what went wrong.
    let arguments = arguments.map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        anyhow::anyhow!("its arguments are not understood: {first}")
    })?;
    let (run, usual) = match arguments.verb {
        None => (arguments.run, bp_harness::Suite::preview()),
        Some(Verb::Run(run)) => (*run, super::run::selection()),
        Some(Verb::Sweep(sweep)) => super::sweep::prepared(*sweep),
        Some(_) => bail!("its arguments are those of no run"),
    };
    if run.resume.is_some() {
        bail!("its arguments are those of no run that could have begun");
    }
    Ok((run, usual))
}
