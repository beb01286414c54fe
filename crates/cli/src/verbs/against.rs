use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use bp_analysis::{ALPHA, Gate, LEAST_REPLICATES, least_pairs};
use bp_harness::{
    Copies, Duel, Duelled, Interrupts, Launcher, Plan, Standing, Suite, duel_items, duel_suite,
    environment, environment_of,
};
use bp_record::{Catalogue, Environment, Run, Store};
use bp_report::{Sides, units::counted};

use super::{compare, derive::derive, run};
use crate::{
    arguments::{Compare, overrides},
    exit::Status,
};

/// A cell that is not known well enough gets up to so many times the rounds that every cell gets.
const MOST_TIMES: u32 = 3;
/// The same where `--max-time` is the bound.
const MOST_TIMES_IN_TIME: u32 = 20;

/// Runs another build and this one in turns.
pub(crate) fn against(arguments: &Compare, binary: &Path, gate: &Gate) -> Result<Status> {
    let catalogue = bp_registry::catalogue();
    let plan = plan(arguments, &catalogue)?;
    let items = duel_items(&plan, gate);
    let (rounds, most_rounds) = rounds(arguments, plan.cells.len() * gate.rules.len());
    let cap = arguments.bounds.memory_cap_bytes();
    // A name without a slash is a file here, not a command.
    let binary = &std::path::absolute(binary).unwrap_or_else(|_| binary.to_owned());
    let base = Launcher::another(binary, cap);
    let new = Launcher::this_program(cap)?;
    let stop = Interrupts::listen()?;
    let duel = Duel {
        copies: &Copies::new()?,
        items: &items,
        launchers: [&base, &new],
        gate,
        seed: plan.seed,
        rounds,
        most_rounds,
        time: arguments.max_time,
    };
    duel.introduce(&stop)?;
    let environments = [environment_of(binary), Some(environment())];
    let place = Place::new(arguments)?;
    let mut stores = stores(&place, &plan, &duel, catalogue, &environments)?;
    let (cells, pairs) = (counted(plan.cells.len(), "cell"), counted(items.len(), "pair"));
    let most = counted(most_rounds as usize, "round");
    tell!("{cells}, {pairs} a round, {rounds} to {most}");
    let mut reporter = Reporter { last: Instant::now(), drawn: std::io::stderr().is_terminal() };
    let duelled = duel.run(&mut stores, &stop, |standing| reporter.tell(standing))?;
    reporter.clear();
    place.keep(stores)?;
    conclude(arguments, binary, gate, &environments, &duelled)
}

fn conclude(
    arguments: &Compare,
    binary: &Path,
    gate: &Gate,
    environments: &[Option<Environment>; 2],
    duelled: &Duelled,
) -> Result<Status> {
    if duelled.interrupted {
        tell!("interrupted in round {}: nothing is compared", duelled.rounds);
        return Ok(Status::Interrupted);
    }
    let [base_environment, new_environment] = environments;
    let sides = Sides {
        base: &named(binary, base_environment.as_ref()),
        new: &named(Path::new("this program"), new_environment.as_ref()),
        base_environment: base_environment.as_ref(),
        new_environment: new_environment.as_ref(),
    };
    compare::print(&duelled.comparison, gate, &sides, arguments.format)?;
    Ok(compare::status(&duelled.comparison, arguments.strict))
}

/// `./backpressure-main (0.1.0, 1a2b3c4)`
fn named(program: &Path, environment: Option<&Environment>) -> String {
    let revision = environment.and_then(|environment| environment.revision.as_deref());
    let version = environment.map(|environment| environment.version.as_str());
    let known: Vec<_> = version.into_iter().chain(revision).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("{}{known}", program.display())
}

fn plan(arguments: &Compare, catalogue: &Catalogue) -> Result<Plan> {
    let mut suite = match &arguments.plan {
        Some(path) => Suite::open(path)?,
        None => duel_suite(),
    };
    suite.seed = arguments.seed.unwrap_or(suite.seed);
    suite.threads = arguments.threads.or(suite.threads);
    suite.timeout = arguments.bounds.timeout.unwrap_or(suite.timeout);
    let suite = suite.overridden(&overrides(&arguments.select, &arguments.size));
    let plan = Plan::new(&suite, &arguments.select.filters(), catalogue)?;
    plan.check()?;
    Ok(plan)
}

/// How many rounds every cell gets, and how many a cell may get.
fn rounds(arguments: &Compare, rows: usize) -> (u32, u32) {
    let needed = least_pairs(rows, ALPHA);
    let times = if arguments.max_time.is_some() { MOST_TIMES_IN_TIME } else { MOST_TIMES };
    let Some(asked) = arguments.rounds else {
        let rounds = needed.max(LEAST_REPLICATES as u32);
        return (rounds, rounds * times);
    };
    let asked = asked.get();
    let most = if arguments.max_time.is_some() { asked.saturating_mul(times) } else { asked };
    if most < needed {
        let (most, rows) = (counted(most as usize, "round"), counted(rows, "figure"));
        tell!("warning: {most} cannot tell any of {rows} from chance; it takes {needed}");
    }
    (asked, most)
}

/// Where the two runs are written.
enum Place {
    /// Until the comparison is over.
    Passing(tempfile::TempDir),
    /// For good.
    Kept { directory: PathBuf, replace: bool },
}

impl Place {
    fn new(arguments: &Compare) -> Result<Self> {
        match arguments.out.clone() {
            Some(directory) => Ok(Self::Kept { directory, replace: arguments.replace }),
            None => tempfile::tempdir()
                .map(Self::Passing)
                .context("cannot make a directory for the samples; name one with --out"),
        }
    }

    fn of_side(&self, side: &str) -> PathBuf {
        match self {
            Self::Passing(directory) => directory.path().join(side),
            Self::Kept { directory, .. } => directory.join(side),
        }
    }

    fn keep(self, stores: [Store; 2]) -> Result<()> {
        if let Self::Kept { .. } = self {
            for store in &stores {
                derive(store.directory())?;
            }
        }
        Ok(())
    }
}

fn stores(
    place: &Place,
    plan: &Plan,
    duel: &Duel<'_>,
    catalogue: Catalogue,
    environments: &[Option<Environment>; 2],
) -> Result<[Store; 2]> {
    let replace = matches!(place, Place::Kept { replace: true, .. });
    let store = |side: usize, name: &str| -> Result<Store> {
        let run = Run {
            rounds: duel.rounds,
            planned: duel.items.len() as u64 * u64::from(duel.rounds),
            environment: environments[side].clone().unwrap_or_default(),
            ..run::record(plan, catalogue.clone())
        };
        Ok(Store::create(&place.of_side(name), &run, replace)?)
    };
    Ok([store(0, "base")?, store(1, "new")?])
}

/// Says how far it is, between the processes and never during one.
struct Reporter {
    last: Instant,
    drawn: bool,
}

impl Reporter {
    fn tell(&mut self, standing: Standing) {
        let Standing { round, done, pairs } = standing;
        let pairs = counted(pairs, "pair");
        let every = Duration::from_millis(if self.drawn { 250 } else { 10_000 });
        if self.last.elapsed() < every {
            return;
        }
        self.last = Instant::now();
        if self.drawn {
            eprint!("\rround {}: {done} of {pairs} ", round + 1);
        } else {
            tell!("round {}: {done} of {pairs}", round + 1);
        }
    }

    fn clear(&self) {
        if self.drawn {
            eprint!("\r{:40}\r", "");
        }
    }
}
