use std::{num::NonZeroUsize, thread, time::Instant};

use bp_record::{
    Catalogue, Cell, Examination, Extent, Outcome, Pass, Role, RoundRecord, TimerFinding, Work,
};

use crate::{Error, Interrupts, Item, Launcher, canary, environment, weather::Weather};

/// How often the canary runs, and how many pairs there are.
const TIMES: u32 = 20;
const SLEEPS: u64 = 40;
const ASKED_NS: u64 = 1_000_000;

/// Finds out what can be measured on this machine, in about five seconds: how much the same work
/// differs from run to run, how exact the executors' timers are, what a child process costs.
///
/// Ends early, with what was found until then, if the user asks for the end.
///
/// # Errors
/// If a child cannot be started.
pub fn examine(
    launcher: &Launcher,
    catalogue: &Catalogue,
    stop: &Interrupts,
) -> Result<Examination, Error> {
    let mut found = Examination { environment: environment(), ..Examination::default() };
    let mut meanwhile = RoundRecord::default();
    let weather = Weather::now();
    for _ in 0..TIMES {
        let began = Instant::now();
        let canary = makespan(launcher, &canary::item(0, 0), stop)?;
        let whole = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        found.child_ns.extend(canary.map(|canary| whole.saturating_sub(canary)));
        found.canary_ns.extend(canary);
        let twin = twin();
        let (first, second) = (makespan(launcher, &twin, stop)?, makespan(launcher, &twin, stop)?);
        found.pairs_ns.extend(first.zip(second));
    }
    for executor in catalogue.executors.iter().filter(|executor| !executor.simulated) {
        found.timers.extend(timer(launcher, &executor.name, stop)?);
    }
    weather.since(&mut meanwhile);
    found.meanwhile = meanwhile;
    Ok(found)
}

/// The time that a child measured, if it succeeded.
fn makespan(launcher: &Launcher, item: &Item, stop: &Interrupts) -> Result<Option<u64>, Error> {
    if stop.asked() {
        return Ok(None);
    }
    let sample = launcher.sample(item, stop)?;
    let measured = sample.measured.filter(|_| sample.outcome == Outcome::Ok);
    Ok(measured.map(|measured| measured.makespan_ns))
}

/// What strategies and executors cost, and nothing else: jobs that only yield, on all processors.
fn twin() -> Item {
    let usual = canary::item(0, 0);
    let work =
        Work { name: "yield".to_owned(), extent: Extent::Jobs(20_000), ..usual.cell.work.clone() };
    let cell = Cell {
        work,
        strategy: "semaphore".to_owned(),
        executor: "tokio".to_owned(),
        threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        limit: NonZeroUsize::new(64),
        ..usual.cell.clone()
    };
    Item { cell, role: Role::Canary, ..usual }
}

/// One sleep after the other, each of a millisecond.
fn timer(
    launcher: &Launcher,
    executor: &str,
    stop: &Interrupts,
) -> Result<Option<TimerFinding>, Error> {
    if stop.asked() {
        return Ok(None);
    }
    let usual = canary::item(0, 0);
    let work = Work {
        name: "fixed".to_owned(),
        extent: Extent::Jobs(SLEEPS),
        service_ns: ASKED_NS,
        ..usual.cell.work.clone()
    };
    let cell = Cell { work, executor: executor.to_owned(), ..usual.cell.clone() };
    let sample = launcher.sample(&Item { cell, pass: Pass::Trace, ..usual }, stop)?;
    let took = sample.measured.and_then(|measured| measured.service?.p50_ns);
    Ok(took.map(|took_ns| TimerFinding {
        executor: executor.to_owned(),
        asked_ns: ASKED_NS,
        took_ns,
    }))
}
