//! Each cell as a test, in the protocol of cargo's own test harness and of cargo-nextest.

use std::{process::ExitCode, sync::Arc};

use bp_harness::{Filters, Interrupts, Item, Launcher, Matrix, verification};
use bp_record::Outcome;
use libtest_mimic::{Arguments, Trial};

use crate::{error::Error, subject::Subject};

/// So many jobs see every rule at work, at the limit of four that a verification has.
const JOBS: u64 = 64;

/// Checks the cells that the arguments ask for, tiny and each in a process of its own, or lists
/// them.
pub(crate) fn check(subject: &Subject, arguments: Vec<String>) -> Result<ExitCode, Error> {
    let catalogue = subject.catalogue()?;
    let executors = catalogue.executors.iter().map(|entry| entry.name.clone()).collect();
    let jobs = subject.jobs(JOBS)?.try_into().ok();
    let size = Matrix { jobs, executors: Some(executors), ..Matrix::default() };
    let plan = verification(None, &size, &Filters::default(), &catalogue)?;
    let bench = Arc::new(Bench {
        launcher: Launcher::this_program(bp_harness::usual_memory_cap())?.without_server(),
        stop: Interrupts::listen()?,
    });
    let tests = plan.items.into_iter().map(|item| {
        let bench = Arc::clone(&bench);
        (item.cell.id(), move || bench.check(&item))
    });
    run(arguments, None, tests)
}

/// Runs or lists `tests`, each a name and what it does, as `arguments` say; so many at once as
/// `threads` says, unless the arguments do, or as there are processors.
pub(crate) fn run<T>(
    arguments: Vec<String>,
    threads: Option<usize>,
    tests: impl Iterator<Item = (String, T)>,
) -> Result<ExitCode, Error>
where
    T: FnOnce() -> Result<(), String> + Send + 'static,
{
    // `cargo bench -- --test` gives both; to libtest one excludes the other.
    let words = arguments.into_iter().filter(|word| word != "--bench" && word != "--test");
    let mut arguments = Arguments::from_iter(words);
    arguments.test_threads = arguments.test_threads.or(threads);
    let trial = |(name, test): (String, T)| Trial::test(name, move || Ok(test()?));
    let trials: Vec<_> = tests.map(trial).collect();
    // libtest runs nothing then, and says that all is well.
    if let (true, false, Some(name)) = (arguments.exact, arguments.list, &arguments.filter)
        && !trials.iter().any(|trial| trial.name() == name)
    {
        return Err(Error::NoSuchCell(name.clone()));
    }
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

struct Bench {
    launcher: Launcher,
    stop: Interrupts,
}

impl Bench {
    fn check(&self, item: &Item) -> Result<(), String> {
        let sample = self.launcher.sample(item, &self.stop).map_err(|error| error.to_string())?;
        match sample.outcome {
            Outcome::Ok => Ok(()),
            outcome => Err(format!("{outcome}: {}", sample.message.unwrap_or_default())),
        }
    }
}
