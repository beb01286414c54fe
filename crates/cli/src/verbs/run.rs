use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use bp_harness::{Interrupts, Launcher, Ledger, Plan, Precision, Suite, Tally, units::Roughly};
use bp_record::{Catalogue, Cell, Outcome, Run, SCHEMA, Store};

use crate::{
    arguments::{self, overrides},
    exit::Status,
    progress::Reporter,
    rows::Rows,
    verbs::{LATEST, derive::derive},
};

/// The default: the suite `preview`.
pub(crate) fn preview(arguments: &arguments::Run) -> Result<Status> {
    execute(arguments, Suite::preview())
}

/// A selection of the full suite, with as few rounds as the preview.
pub(crate) fn all(arguments: &arguments::Run) -> Result<Status> {
    execute(arguments, selection())
}

/// What `run` selects from.
pub(crate) fn selection() -> Suite {
    Suite { rounds: Suite::preview().rounds, ..Suite::full() }
}

pub(crate) fn execute(arguments: &arguments::Run, usual: Suite) -> Result<Status> {
    let catalogue = bp_registry::catalogue();
    let plan = plan(arguments, usual, &catalogue)?;
    if !plan.left_out.is_empty() {
        tell!("left out, for they have no such axis: {}", plan.left_out.join(", "));
    }
    if arguments.dry_run {
        return dry_run(&plan, arguments);
    }
    let (directory, replace) = destination(arguments)?;
    let launcher = Launcher::this_program(arguments.bounds.memory_cap_bytes())?;
    let stop = Interrupts::listen()?;
    let mut store = Store::create(&directory, &record(&plan, catalogue), replace)?;
    announce(&plan, &directory);
    let mut reporter = Reporter::new(plan.items.len());
    let tally =
        bp_harness::run(&plan, &launcher, &mut store, &stop, &mut reporter, Ledger::default())?;
    drop(reporter);
    // The lock is held until the files that are made from the events are there, too.
    let derived = derive(&directory)?;
    drop(store);
    say(&tally, &plan);
    if tally.interrupted {
        return Ok(Status::Interrupted);
    }
    derived.print(arguments.format)?;
    Ok(if tally.count(Outcome::Wrong) > 0 { Status::Broken } else { Status::Done })
}

fn plan(arguments: &arguments::Run, usual: Suite, catalogue: &Catalogue) -> Result<Plan> {
    let Suite { name, sweep, .. } = usual.clone();
    let mut suite = match &arguments.plan {
        Some(path) => Suite::open(path)?,
        None if arguments.full => Suite::full(),
        None => usual,
    };
    suite.rounds = arguments.rounds.unwrap_or(suite.rounds);
    suite.seed = arguments.seed.unwrap_or(suite.seed);
    suite.threads = arguments.threads.or(suite.threads);
    suite.timeout = arguments.bounds.timeout.unwrap_or(suite.timeout);
    let flags = overrides(&arguments.select, &arguments.size);
    if let Some(sweep) = sweep {
        sweep.check(&flags)?;
        (suite.name, suite.sweep) = (name, Some(sweep));
    }
    let suite = suite.overridden(&flags);
    let mut plan = Plan::new(&suite, &arguments.select.filters(), catalogue)?;
    plan.check()?;
    plan.precision = arguments.precision.map(|relative| Precision {
        relative,
        at_most: arguments.max_time.unwrap_or(Duration::from_secs(600)),
    });
    Ok(plan)
}

/// Where the run goes, and whether an earlier one there may be replaced.
fn destination(arguments: &arguments::Run) -> Result<(PathBuf, bool)> {
    match &arguments.out {
        Some(out) => Ok((out.clone(), arguments.replace)),
        None if arguments.full => Ok((dated(), false)),
        None => Ok((LATEST.into(), true)),
    }
}

/// `reports/<date>-<host>`, with a number if there is one already: such runs are for keeping.
fn dated() -> PathBuf {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let base = format!("reports/{date}-{}", bp_harness::host_name());
    let numbered = (2..).map(|number| PathBuf::from(format!("{base}-{number}")));
    std::iter::once(PathBuf::from(&base))
        .chain(numbered)
        .find(|path| !path.exists())
        .expect("there are more numbers than directories")
}

fn record(plan: &Plan, catalogue: Catalogue) -> Run {
    Run {
        schema: SCHEMA,
        arguments: std::env::args_os()
            .skip(1)
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect(),
        suite: plan.suite.clone(),
        preview: plan.preview,
        seed: plan.seed,
        rounds: plan.rounds,
        planned: plan.items.len() as u64,
        started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        catalogue,
        environment: bp_harness::environment(),
        sweep: plan.sweep,
    }
}

/// What is about to happen, and what it will be worth.
fn announce(plan: &Plan, directory: &Path) {
    let (cells, samples) = (plan.cells.len(), plan.items.len());
    let (expected, directory) = (Roughly(plan.expected()), directory.display());
    tell!("{}: {cells} cells, {samples} samples, about {expected}, into {directory}", plan.suite);
    if plan.preview {
        tell!("a preview, not to be quoted: too few rounds (--full runs all)");
    }
}

fn dry_run(plan: &Plan, arguments: &arguments::Run) -> Result<Status> {
    let mut parts: HashMap<String, (usize, Duration)> = HashMap::new();
    for item in &plan.items {
        let (samples, expected) = parts.entry(item.cell.id()).or_default();
        *samples += 1;
        *expected += item.expected;
    }
    let mut rows = Rows::new(["cell", "samples", "about"]);
    for id in plan.cells.iter().map(Cell::id) {
        let (samples, expected) = parts.get(&id).copied().unwrap_or_default();
        rows.add([id, samples.to_string(), Roughly(expected).to_string()]);
    }
    rows.print(arguments.format)?;
    tell!(
        "{}: {} cells, {} samples in {} rounds, about {}",
        plan.suite,
        plan.cells.len(),
        plan.items.len(),
        plan.rounds,
        Roughly(plan.expected())
    );
    Ok(Status::Done)
}

/// What went wrong, in a line, for the table shows it cell by cell only.
fn say(tally: &Tally, plan: &Plan) {
    let (disturbed, repeated) = tally.disturbed;
    if disturbed > 0 {
        tell!("{disturbed} rounds were disturbed, {repeated} of them repeated; all are kept");
    }
    let all: usize = tally.outcomes.values().sum();
    let done = all - tally.count(Outcome::Interrupted);
    if tally.interrupted {
        tell!("interrupted: {done} of {} samples are done and kept", plan.items.len());
    }
    let failed: Vec<_> = tally
        .outcomes
        .iter()
        .filter(|(outcome, _)| !matches!(outcome, Outcome::Ok | Outcome::Interrupted))
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    if !failed.is_empty() {
        tell!("not all of {done} samples went well: {}", failed.join(", "));
    }
}
