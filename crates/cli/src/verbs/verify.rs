use std::io::IsTerminal;

use anyhow::Result;
use bp_harness::{Interrupts, Launcher, Plan, verification};
use bp_record::{Outcome, Sample};

use crate::{
    arguments::{self, Format, overrides},
    contestants,
    exit::Status,
    output,
    rows::Rows,
};

/// Runs every cell with a few short jobs and says which promises were kept.
pub(crate) fn verify(arguments: &arguments::Verify) -> Result<Status> {
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
    let stop = Interrupts::listen()?;
    let planned = plan.items.len();
    let drawn = std::io::stderr().is_terminal();
    let samples = bp_harness::verify(&plan.items, &launcher, &stop, |_, done| {
        if drawn && (done % 20 == 0 || done == planned) {
            eprint!("\r{done} of {planned} cells verified");
        }
    })?;
    if drawn {
        tell!("");
    }
    let broken: Vec<_> = samples.iter().filter(|sample| sample.outcome != Outcome::Ok).collect();
    print(&plan, &samples, &broken, arguments.format)?;
    tell!("{} of {} cells kept their promises", samples.len() - broken.len(), samples.len());
    Ok(match (stop.asked(), broken.is_empty()) {
        (true, _) => Status::Interrupted,
        (false, true) => Status::Done,
        (false, false) => Status::Broken,
    })
}

/// A row a strategy, then what was broken; the other formats have a row a cell.
fn print(plan: &Plan, samples: &[Sample], broken: &[&Sample], format: Format) -> Result<()> {
    if format != Format::Table {
        let mut rows = Rows::new(["cell", "outcome", "message"]);
        for sample in samples {
            let message = sample.message.clone().unwrap_or_default();
            rows.add([sample.cell.id(), sample.outcome.to_string(), message]);
        }
        return rows.print(format);
    }
    let mut names: Vec<_> = plan.cells.iter().map(|cell| &cell.strategy).collect();
    names.sort();
    names.dedup();
    let mut rows = Rows::new(["strategy", "kept", "broken"]);
    for name in names {
        let of = |sample: &&Sample| sample.cell.strategy == *name;
        let bad = broken.iter().copied().filter(of).count();
        let all = samples.iter().filter(of).count();
        rows.add([name.clone(), (all - bad).to_string(), bad.to_string()]);
    }
    rows.print(format)?;
    let lines = broken.iter().map(|sample| {
        let message = sample.message.as_deref().unwrap_or_default();
        format!("{}: {}: {message}\n", sample.cell.id(), sample.outcome)
    });
    output::print(&lines.collect::<String>())
}
