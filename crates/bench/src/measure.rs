use std::{
    env,
    num::NonZeroU64,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use bp_analysis::{summarize, summary_csv};
use bp_harness::{
    Interrupts, Item, Launcher, Ledger, Plan, Progress, State, Suite, Tally, units::Roughly,
};
use bp_record::{Catalogue, Outcome, Run, SCHEMA, Store, samples_csv, write_atomically};
use bp_report::Format;
use clap::Parser;

use crate::{arguments::Arguments, error::Error, subject::Subject};

/// Runs all cells of a workload and prints their table.
pub(crate) fn measure(subject: &Subject, arguments: Vec<String>) -> Result<ExitCode, Error> {
    let parsed = Arguments::parse_from(&arguments);
    let catalogue = subject.catalogue()?;
    let plan = plan(subject, &parsed, &catalogue)?;
    if plan.cells.is_empty() {
        // As with Criterion: `cargo bench FILTER` says it to every bench, and one is meant.
        return Ok(ExitCode::SUCCESS);
    }
    let directory = parsed.out.clone().unwrap_or_else(|| usual_directory(subject.name));
    let launcher = Launcher::this_program(bp_harness::usual_memory_cap())?.without_server();
    let stop = Interrupts::listen()?;
    let run = record(&plan, arguments, catalogue)?;
    let mut store = Store::create(&directory, &run, true)?;
    let (cells, samples) = (plan.cells.len(), plan.items.len());
    eprintln!("{}: {cells} cells, {samples} samples, into {}", plan.suite, directory.display());
    let mut lines = Lines { last: Instant::now() };
    let ledger = Ledger::default();
    let tally = bp_harness::run(&plan, &launcher, &mut store, &stop, &mut lines, ledger)?;
    show(&directory)?;
    Ok(ended(&tally))
}

fn plan(subject: &Subject, given: &Arguments, catalogue: &Catalogue) -> Result<Plan, Error> {
    let text = format!("name = \"{}\"\nrounds = {}\n[[matrix]]", subject.name, given.rounds);
    let mut suite = Suite::parse(&text, subject.name)?;
    suite.timeout = given.timeout;
    for matrix in &mut suite.matrices {
        matrix.jobs = NonZeroU64::new(subject.jobs(given.jobs.get())?);
        matrix.limit = Some(given.limit.clone());
    }
    let mut plan = Plan::new(&suite, &given.filters(), catalogue)?;
    if let Some(filter) = &given.filter {
        plan.cells.retain(|cell| cell.id().contains(filter));
        plan.items.retain(|item| item.cell.id().contains(filter));
    }
    for cell in &plan.cells {
        bp_registry::check_own(cell)
            .map_err(|refusal| Error::Refused { id: cell.id(), reason: refusal.to_string() })?;
    }
    Ok(plan)
}

/// `target/backpressure/NAME`, beside what cargo has built: a bench is in `target/PROFILE/deps`.
fn usual_directory(name: &str) -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let target = program.ancestors().nth(3).unwrap_or(Path::new("target"));
    target.join("backpressure").join(name)
}

fn record(plan: &Plan, arguments: Vec<String>, catalogue: Catalogue) -> Result<Run, Error> {
    Ok(Run {
        schema: SCHEMA,
        arguments: arguments.into_iter().skip(1).collect(),
        suite: plan.suite.clone(),
        preview: plan.preview,
        seed: plan.seed,
        rounds: plan.rounds,
        planned: plan.items.len() as u64,
        started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        catalogue,
        environment: bp_harness::environment(),
        sweep: plan.sweep,
        fingerprint: Some(plan.fingerprint()?),
        partition: None,
        shards: vec![],
    })
}

/// Makes everything that follows from the events, and prints the table.
fn show(directory: &Path) -> Result<(), Error> {
    let recorded = Store::read(directory)?;
    let (samples, troubles) = recorded.counted_with_traces(directory, bp_report::MOST_DRAWN as u64);
    troubles.iter().for_each(|trouble| eprintln!("note: not drawn job by job: {trouble}"));
    let summaries = summarize(&samples);
    write_atomically(&directory.join("samples.csv"), &samples_csv(&recorded.samples))?;
    write_atomically(&directory.join("summary.csv"), &summary_csv(&summaries))?;
    let material = bp_report::Material {
        run: &recorded.run,
        samples: &samples,
        rounds: &recorded.rounds,
        sources: &bp_registry::sources(),
        race: None,
    };
    let written = bp_report::write(&material, directory)?;
    if let [markdown, html, figures @ ..] = &written[..] {
        let (markdown, html) = (markdown.display(), html.display());
        eprintln!("wrote {html}, {markdown} and {} figures", figures.len());
    }
    print!("{}", bp_report::table(&recorded.run, &samples, Format::Table));
    Ok(())
}

/// The numbers are those of the main program.
fn ended(tally: &Tally) -> ExitCode {
    const BROKEN: u8 = 6;
    if tally.interrupted {
        ExitCode::from(bp_harness::INTERRUPTED_EXIT)
    } else if tally.count(Outcome::Wrong) > 0 {
        eprintln!("{} samples broke a promise", tally.count(Outcome::Wrong));
        ExitCode::from(BROKEN)
    } else {
        ExitCode::SUCCESS
    }
}

/// A line now and then.
struct Lines {
    last: Instant,
}

impl Progress for Lines {
    fn begins(&mut self, _: &Item, state: &State) {
        const EVERY: Duration = Duration::from_secs(10);
        if self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            let left = Roughly(state.left);
            eprintln!("{} of {} samples, {left} left", state.done, state.planned);
        }
    }
}
