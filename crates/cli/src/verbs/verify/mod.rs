//! Which promises are kept: the laws in the virtual world, and a few short jobs in every cell.

pub(crate) mod laws;
mod table;

use std::io::IsTerminal;

use anyhow::Result;
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
    table::print(&findings, &samples, arguments.format)?;
    let kept = table::summary(&findings, &samples);
    tell!("{kept}");
    let broken = findings.iter().any(Finding::is_broken) || samples.iter().any(is_broken);
    Ok(match (stop.asked(), broken) {
        (true, _) => Status::Interrupted,
        (false, true) => Status::Broken,
        (false, false) => Status::Done,
    })
}

fn is_broken(sample: &Sample) -> bool {
    sample.outcome != Outcome::Ok
}

/// Each cell once, with a few short jobs.
fn run_cells(arguments: &arguments::Verify, stop: &Interrupts) -> Result<Vec<Sample>> {
    let mut catalogue = bp_registry::catalogue();
    let contestants = contestants::enter(&arguments.select.contestants, &mut catalogue)?;
    let flags = overrides(&arguments.select, &arguments.size);
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
