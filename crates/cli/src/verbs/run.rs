use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, bail};
use bp_harness::{
    Contestant, Copies, Interrupts, Launcher, Ledger, Plan, Precision, Suite, units::Roughly,
};
use bp_record::{
    Axis, Catalogue, Cell, Extent, Fingerprint, LATEST, Outcome, Run, SCHEMA, Store, traced_every,
};
use bp_report::units::counted;

use crate::{
    arguments::{self, overrides},
    contestants,
    exit::Status,
    progress::Reporter,
    rows::Rows,
    verbs::{derive::derive, ending::say, resume::resume},
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
    if let Some(directory) = &arguments.resume {
        return resume(directory);
    }
    let planned = planned(arguments, usual)?;
    if !planned.part.left_out.is_empty() {
        tell!("left out, for they have no such axis: {}", planned.part.left_out.join(", "));
    }
    if arguments.dry_run {
        return dry_run(&planned.part, arguments);
    }
    let (directory, replace) = destination(arguments)?;
    let launcher = planned.launcher(arguments)?;
    let stop = Interrupts::listen()?;
    let run = Run {
        fingerprint: Some(planned.fingerprint.clone()),
        partition: arguments.partition,
        ..record(&planned.part, planned.catalogue.clone())
    };
    let store = Store::create(&directory, &run, replace)?;
    announce(&planned.part, arguments, &directory);
    let (ledger, broken) = (Ledger::default(), false);
    go(Session { plan: planned.part, launcher, store, stop, ledger, broken, arguments })
}

/// All that is needed to run what is missing.
pub(crate) struct Session<'a> {
    pub(crate) plan: Plan,
    pub(crate) launcher: Launcher,
    pub(crate) store: Store,
    pub(crate) stop: Interrupts,
    /// What is there already.
    pub(crate) ledger: Ledger,
    /// Whether one of the samples that are there broke a promise.
    pub(crate) broken: bool,
    pub(crate) arguments: &'a arguments::Run,
}

/// Runs what is missing, makes everything that follows from the events, and prints the table.
pub(crate) fn go(session: Session) -> Result<Status> {
    let Session { plan, launcher, mut store, stop, ledger, broken, arguments } = session;
    let mut reporter = Reporter::new(plan.items.len(), arguments.verbose);
    let tally = bp_harness::run(&plan, &launcher, &mut store, &stop, &mut reporter, ledger)?;
    drop(reporter);
    // The lock is held until the files that are made from the events are there, too.
    let derived = derive(store.directory())?;
    let directory = store.directory().to_owned();
    drop(store);
    say(&tally, &plan, &directory);
    if tally.interrupted {
        return Ok(Status::Interrupted);
    }
    derived.print(arguments.format)?;
    derived.open(arguments.open)?;
    let off = derived.theory.is_some_and(|it| it.off > 0);
    let broken = broken || off || tally.count(Outcome::Wrong) > 0;
    if !broken && tally.failed() > 0 && tally.count(Outcome::Ok) == 0 {
        bail!("nothing ended well");
    }
    Ok(if broken { Status::Broken } else { Status::Done })
}

/// The part of a plan that is run, and what tells the whole plan from others.
pub(crate) struct Planned {
    pub(crate) part: Plan,
    pub(crate) fingerprint: Fingerprint,
    catalogue: Catalogue,
    contestants: Vec<Contestant>,
}

impl Planned {
    /// What starts the children, those of contestants included.
    pub(crate) fn launcher(&self, arguments: &arguments::Run) -> Result<Launcher> {
        let launcher = Launcher::this_program(arguments.bounds.memory_cap_bytes())?
            .with_contestants(self.contestants.clone());
        // A build for debugging is large, and nobody quotes what it measures.
        if cfg!(debug_assertions) {
            return Ok(launcher);
        }
        let copies =
            Copies::new().and_then(|copies| copies.fresh(&launcher, "first").map(|_| copies));
        Ok(match copies {
            Ok(copies) => launcher.with_copies(copies),
            Err(error) => {
                tell!(
                    "{error}; until then all rounds run one file, and where that lies is in all figures"
                );
                launcher
            }
        })
    }
}

pub(crate) fn planned(arguments: &arguments::Run, usual: Suite) -> Result<Planned> {
    let mut catalogue = bp_registry::catalogue();
    let contestants = contestants::enter(&arguments.select.contestants, &mut catalogue)?;
    let whole = plan(arguments, usual, &catalogue, &contestants)?;
    let mut fingerprint = whole.fingerprint()?;
    for contestant in &contestants {
        fingerprint.settings.extend(contestant.fingerprint()?);
    }
    Ok(Planned { part: part(whole, arguments), fingerprint, catalogue, contestants })
}

fn part(whole: Plan, arguments: &arguments::Run) -> Plan {
    match arguments.partition {
        Some(partition) => whole.part(partition),
        None => whole,
    }
}

fn plan(
    arguments: &arguments::Run,
    usual: Suite,
    catalogue: &Catalogue,
    contestants: &[Contestant],
) -> Result<Plan> {
    let Suite { name, sweep, .. } = usual.clone();
    let named = arguments.named_suite().and_then(Suite::named);
    let mut suite = match &arguments.plan {
        Some(path) => Suite::open(path)?,
        None => named.unwrap_or(usual),
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
    if arguments.partition.is_some() && matches!(&suite.sweep, Some(it) if it.axis() == Axis::Jobs)
    {
        let reason = "a sweep over the jobs has no parts: its cells have one name";
        return Err(bp_harness::Error::Contradiction(reason.to_owned()).into());
    }
    let suite = contestants::added(contestants, suite).overridden(&flags);
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
        None if arguments.named_suite() == Some("full") => Ok((dated(), false)),
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

/// What there is to say of a run that begins now, of the whole plan.
pub(super) fn record(plan: &Plan, catalogue: Catalogue) -> Run {
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
        fingerprint: None,
        partition: None,
        shards: Vec::new(),
    }
}

/// What is about to happen, and what it will be worth.
fn announce(plan: &Plan, arguments: &arguments::Run, directory: &Path) {
    if let Some(partition) = arguments.partition {
        let none = if plan.cells.is_empty() { ", which has no cell" } else { "" };
        tell!("only {partition}{none}; `backpressure merge` makes one run of all parts");
    }
    let (cells, samples) = sizes(plan);
    let (expected, directory) = (Roughly(plan.expected()), directory.display());
    tell!("{}: {cells}, {samples}, about {expected}, into {directory}", plan.suite);
    for parameter in &arguments.select.parameters {
        if !plan.cells.iter().any(|cell| parameter.is_taken(cell)) {
            tell!("none of these strategies takes a {}, so it changes nothing", parameter.name());
        }
    }
    if let Some((jobs, every)) = thinned(plan) {
        tell!("of {jobs} jobs a trace keeps one in {every}");
    }
    if plan.preview {
        tell!("a preview, not to be quoted: too few rounds (--full runs all)");
    }
}

/// The most jobs of a cell, if its trace will not have them all, and each how-manieth it has.
fn thinned(plan: &Plan) -> Option<(u64, u64)> {
    let jobs = plan.cells.iter().filter_map(|cell| match cell.work.extent {
        Extent::Jobs(jobs) => Some(jobs),
        Extent::ForNs(_) => None,
    });
    let jobs = jobs.max()?;
    Some((jobs, traced_every(jobs))).filter(|(_, every)| *every > 1)
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
    let ((cells, samples), rounds) = (sizes(plan), counted(plan.rounds as usize, "round"));
    let (suite, expected) = (&plan.suite, Roughly(plan.expected()));
    tell!("{suite}: {cells}, {samples} in {rounds}, about {expected}");
    Ok(Status::Done)
}

/// How many cells and samples there are.
fn sizes(plan: &Plan) -> (String, String) {
    (counted(plan.cells.len(), "cell"), counted(plan.items.len(), "sample"))
}
