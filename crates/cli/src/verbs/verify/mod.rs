//! Which promises are kept: the laws in the virtual world, and a few short jobs in every cell.

mod again;
pub(crate) mod laws;
mod lines;
mod table;

use std::{fs, io::IsTerminal};

use anyhow::{Context, Result};
use bp_harness::{Interrupts, Launcher, verification};
use bp_record::{Outcome, Sample};

use self::laws::Finding;
use crate::{
    arguments::{self, overrides},
    contestants,
    exit::Status,
};

/// Holds the strategies against the laws, runs every cell once, and says which promises were kept.
pub(crate) fn verify(arguments: &arguments::Verify) -> Result<Status> {
    if let Some(schedule) = &arguments.laws.schedule {
        return laws::replayed(arguments, schedule);
    }
    let stop = Interrupts::listen()?;
    let findings = if arguments.wants_laws() { laws::hold(arguments, &stop)? } else { vec![] };
    let wanted = arguments.wants_cells() && !stop.asked();
    let samples = if wanted { run_cells(arguments, &stop)? } else { vec![] };
    table::print(&findings, &samples, &arguments.typed.cells, arguments.format)?;
    tell!("{}", table::summary(&findings, &samples));
    if stop.asked() {
        tell!("interrupted: the table has what was tried until then, and not more");
    }
    let broken = findings.iter().any(Finding::is_broken) || samples.iter().any(is_broken);
    Ok(match (stop.asked(), broken) {
        (true, _) => Status::Interrupted,
        (false, true) => Status::Broken,
        (false, false) => Status::Done,
    })
}

/// How a finding is worded.
const KEPT: &str = "kept";
const BROKEN: &str = "broken";
const NOT_CLAIMED: &str = "not claimed";
const NOT_SEEN: &str = "not seen";

/// Which order was kept.
const INPUT: &str = "input";
const COMPLETION: &str = "completion";

/// What somebody's program says that it cannot do is no promise.
fn is_broken(sample: &Sample) -> bool {
    !matches!(sample.outcome, Outcome::Ok | Outcome::Unsupported)
}

/// How many files there are for those who read some, unless a directory is named.
const FILES: usize = 16;

/// Each cell once, with a few short jobs.
fn run_cells(arguments: &arguments::Verify, stop: &Interrupts) -> Result<Vec<Sample>> {
    let mut catalogue = bp_registry::catalogue();
    let contestants = contestants::enter(&arguments.select.contestants, &mut catalogue)?;
    let mut flags = overrides(&arguments.select, &arguments.size);
    // The files that happen to lie here, or to go, are nobody's fault.
    let files = tempfile::tempdir().and_then(|place| {
        (0..FILES)
            .try_for_each(|file| fs::write(place.path().join(file.to_string()), [7; 1_000]))?;
        Ok(place)
    });
    let files = files.context("cannot make some files to read; name another place with TMPDIR")?;
    flags.directory.get_or_insert_with(|| files.path().to_owned());
    let mut plan = verification(arguments.seed, &flags, &arguments.select.filters(), &catalogue)?;
    if let Some(timeout) = arguments.bounds.timeout {
        plan.items.iter_mut().for_each(|item| item.timeout = timeout);
    }
    plan.check()?;
    let launcher =
        Launcher::this_program(arguments.bounds.memory_cap_bytes())?.with_contestants(contestants);
    let count = counter(plan.items.len(), "cells verified");
    Ok(bp_harness::verify(&plan.items, &launcher, stop, count)?)
}

/// Counts on a terminal what is done, in a line that is written over.
fn counter(planned: usize, what: &str) -> impl Fn(usize) {
    let drawn = std::io::stderr().is_terminal();
    move |done| {
        if drawn && (done % 20 == 0 || done == planned || planned < 40) {
            eprint!("\r{done} of {planned} {what}");
        }
        if drawn && done == planned {
            tell!("");
        }
    }
}
