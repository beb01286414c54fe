use std::{
    panic::resume_unwind,
    sync::mpsc::{self, Sender},
    thread::{self, ScopedJoinHandle},
};

use anyhow::{Result, bail};
use bp_harness::{Error, Interrupts, Item, Launcher, Plan};
use bp_record::{Catalogue, Extent, Family, Outcome, Pass, Sample};
use bp_report::units::counted;
use bp_watch::{Event, Kind, Lane, Model, Race};

use super::{check_terminal, show};
use crate::{
    arguments::{self, overrides},
    exit::Status,
    verbs::run::selection,
};

/// So many processes at once disturb each other enough.
const MOST: usize = 12;

/// One of each family, for those who do not choose.
const USUAL: [&str; 3] =
    ["stragglers", "(unbounded-spawn|batching|semaphore|materialize)", "tokio"];

/// Starts cells, all at once, and shows how they go on.
pub(super) fn watch(arguments: &mut arguments::Watch) -> Result<Status> {
    let catalogue = bp_registry::catalogue();
    let items = items(arguments, &catalogue)?;
    check_terminal("`backpressure run` runs the same cells and prints what they took")?;
    let launcher = Launcher::this_program_watched(arguments.bounds.memory_cap_bytes())?;
    let stop = Interrupts::listen()?;
    let (events, happened) = mpsc::channel();
    let mut model = Model::new(vec![race(&items, &catalogue)]);
    let (shown, outcomes) = thread::scope(|scope| {
        // Whoever leaves, by whatever way, ends the children.
        let end = EndOnDrop(&stop);
        let mut runs = Vec::new();
        for (lane, item) in items.iter().enumerate() {
            let (events, launcher, stop) = (events.clone(), &launcher, &stop);
            runs.push(scope.spawn(move || run(lane, item, launcher, stop, &events)));
        }
        let shown = show(&mut model, &happened, &stop);
        drop(end);
        let ended = |run: ScopedJoinHandle<_>| run.join().unwrap_or_else(|it| resume_unwind(it));
        (shown, runs.into_iter().map(ended).collect::<Vec<_>>())
    });
    let status = shown?;
    for (lane, reason) in model.failed() {
        tell!("{} on {}: {reason}", lane.strategy, lane.executor);
    }
    if status == Status::Done { judged(&outcomes) } else { Ok(status) }
}

/// How it ends after runs that ended so; `None` is one that could not be started.
fn judged(outcomes: &[Option<Outcome>]) -> Result<Status> {
    if outcomes.contains(&Some(Outcome::Wrong)) {
        return Ok(Status::Broken);
    }
    // Who leaves early ends the others, and that is no failure.
    let well = |end: &&Option<Outcome>| matches!(end, Some(Outcome::Ok | Outcome::Interrupted));
    let failed = outcomes.len() - outcomes.iter().filter(well).count();
    if failed > 0 {
        bail!("{failed} of {} did not end well", counted(outcomes.len(), "run"));
    }
    Ok(Status::Done)
}

/// The cells to run, each once; those of a family side by side.
fn items(arguments: &mut arguments::Watch, catalogue: &Catalogue) -> Result<Vec<Item>> {
    let refused = |reason: String| Err(Error::Contradiction(reason).into());
    let [workload, strategy, executor] = USUAL;
    arguments.select.default_to(workload, strategy, executor);
    let arguments::Watch { select, size, seed, threads, bounds, .. } = &*arguments;
    if !select.contestants.is_empty() {
        return refused("a contestant says nothing before it ends, so it cannot be watched".into());
    }
    let mut suite = selection().overridden(&overrides(select, size));
    suite.seed = seed.unwrap_or(suite.seed);
    suite.threads = threads.or(suite.threads);
    suite.timeout = bounds.timeout.unwrap_or(suite.timeout);
    let plan = Plan::new(&suite, &select.filters(), catalogue)?;
    plan.check()?;
    let simulated = |name: &str| catalogue.executor(name).is_some_and(|entry| entry.simulated);
    if let Some(cell) = plan.cells.iter().find(|cell| simulated(&cell.executor)) {
        let name = &cell.executor;
        return refused(format!(
            "time on `{name}` is simulated and passes at once; run it, and watch its traces"
        ));
    }
    if plan.cells.iter().any(|cell| cell.work.label() != plan.cells[0].work.label()) {
        return refused("more than one workload matches; choose one with -w".into());
    }
    if plan.cells.len() > MOST {
        let count = plan.cells.len();
        return refused(format!(
            "{count} cells match, and at most {MOST} are watched at once; choose with -s and -x"
        ));
    }
    let traced = plan.items.into_iter().filter(|it| it.pass == Pass::Trace && it.round == 0);
    let mut items: Vec<_> = traced.collect();
    let place = |item: &Item| plan.cells.iter().position(|cell| *cell == item.cell);
    items.sort_by_key(|item| (family(item, catalogue), place(item)));
    Ok(items)
}

fn family(item: &Item, catalogue: &Catalogue) -> Family {
    let strategy = catalogue.strategy(&item.cell.strategy);
    strategy.expect("a plan has strategies of the catalogue only").family
}

fn race(items: &[Item], catalogue: &Catalogue) -> Race {
    let work = &items.first().expect("a plan has a cell, and a cell is traced").cell.work;
    let lane = |item: &Item| {
        let claims = bp_registry::claims(&item.cell);
        let limit = claims.and_then(|claims| claims.limit).map(|limit| limit.get() as u64);
        Lane::of_cell(&item.cell, family(item, catalogue), limit)
    };
    Race {
        workload: work.title(),
        jobs: match work.extent {
            Extent::Jobs(jobs) => Some(jobs),
            Extent::ForNs(_) => None,
        },
        kind: Kind::Live,
        lanes: items.iter().map(lane).collect(),
    }
}

/// Runs an item, and says what is seen of it and how it ended.
fn run(
    lane: usize,
    item: &Item,
    launcher: &Launcher,
    stop: &Interrupts,
    events: &Sender<Event>,
) -> Option<Outcome> {
    // Nobody takes an event who has left.
    let seen = {
        let events = events.clone();
        move |glance| drop(events.send(Event::Seen(lane, glance)))
    };
    let (outcome, ending) = match launcher.watch(item, stop, seen) {
        Ok(sample) => (Some(sample.outcome), ending(&sample)),
        Err(error) => (None, Err(error.to_string())),
    };
    drop(events.send(Event::Ended(lane, ending)));
    outcome
}

fn ending(sample: &Sample) -> Result<(), String> {
    match (sample.outcome, &sample.message) {
        (Outcome::Ok, _) => Ok(()),
        (outcome, None) => Err(outcome.to_string()),
        (outcome, Some(message)) => Err(format!("{outcome}: {message}")),
    }
}

/// Ends all children when dropped, unless somebody did so already.
struct EndOnDrop<'stop>(&'stop Interrupts);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        if !self.0.asked() {
            self.0.interrupt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_end_well_is_no_success_whatever_its_message() {
        use Outcome::{Crashed, Interrupted, Ok as Well, Timeout, Wrong};
        let of =
            |outcomes: &[Outcome]| judged(&outcomes.iter().copied().map(Some).collect::<Vec<_>>());
        assert_eq!(of(&[Well, Interrupted]).unwrap(), Status::Done);
        assert_eq!(of(&[Timeout, Wrong]).unwrap(), Status::Broken);
        let said = of(&[Well, Timeout, Crashed]).unwrap_err().to_string();
        assert_eq!(said, "2 of 3 runs did not end well");
        assert!(judged(&[None]).is_err(), "one could not be started");
    }
}
