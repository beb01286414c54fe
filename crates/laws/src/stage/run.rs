use std::{sync::Arc, time::Duration};

use bp_core::{Clock, Runtime};
use bp_virtual::{Mischief, Virtual, VirtualWorld};

use super::{
    adversary::{Adversary, Temper},
    driver::Run,
    ledger::Ledger,
    work::{Stage, Work},
};
use crate::{Driven, Schedule, Subject, scenario::Scenario, schedule::Choices, story::Story};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Panicked,
    /// It was dropped, as planned.
    Dropped,
    /// Nothing was ready, no timer was set, and it was not over.
    Deadlock,
    /// It went on and on.
    Livelock,
}

impl Ending {
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Completed => "it completes",
            Self::Panicked => "it panics",
            Self::Dropped => "the run is dropped",
            Self::Deadlock => "nothing is ready and no timer is set: it waits for ever",
            Self::Livelock => "it goes on and on",
        }
    }
}

/// What is known of a run once it is over.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) ending: Ending,
    /// What the panic said that ended it.
    pub(crate) message: Option<String>,
    pub(crate) jobs: Option<u64>,
    /// The books as they stood when the run was over, and whoever could be polled had been.
    pub(crate) ledger: Ledger,
    /// Jobs, outputs and consumers that existed the moment the run ended.
    pub(crate) alive_at_end: u64,
    /// Tasks that are still alive, though all that were awake have been polled.
    pub(crate) tasks_left: usize,
    pub(crate) makespan: Duration,
    /// Tasks that panicked, of which nobody was told.
    pub(crate) task_panics: u64,
    /// Handles of tasks that yielded something to the strategy.
    pub(crate) answers: u64,
    /// Polls of tasks.
    pub(crate) polls: u64,
    /// Polls of the future of the run itself.
    pub(crate) run_polls: u64,
}

/// Runs the scenario that a schedule draws, as the schedule goes on to say. The choices taken are
/// left in `choices`.
///
/// # Errors
/// If the subject refuses the parameters.
pub(crate) fn adversarial(subject: &Subject, choices: &Choices) -> Result<Evidence, String> {
    overheard(subject, choices, &Story::default())
}

/// The same, and tells what happens.
///
/// # Errors
/// If the subject refuses the parameters.
pub(crate) fn overheard(
    subject: &Subject,
    choices: &Choices,
    story: &Story,
) -> Result<Evidence, String> {
    let temper = Temper::drawn(choices);
    let scenario = Scenario { story: story.clone(), ..Scenario::drawn(choices) };
    let driven = subject.make(&scenario.given)?;
    story.begin(|| {
        let temper = temper.told().map(str::to_owned);
        scenario.told().into_iter().chain(temper).collect()
    });
    let adversary = Adversary::new(choices.clone(), temper, story.clone());
    let world = VirtualWorld::mischievous(adversary);
    Ok(perform(&driven, scenario, world, temper.last_waker_only))
}

/// Runs a scenario on a polite executor, which polls in the order of wakes.
///
/// # Errors
/// If the subject refuses the parameters.
pub(crate) fn politely(subject: &Subject, scenario: Scenario) -> Result<Evidence, String> {
    Ok(politely_made(&subject.make(&scenario.given)?, scenario))
}

/// The same with a strategy that has been made, whatever the scenario says of its parameters.
pub(crate) fn politely_made(driven: &Arc<dyn Driven>, scenario: Scenario) -> Evidence {
    perform(driven, scenario, VirtualWorld::mischievous(Polite), false)
}

/// The same, with the order of ready tasks as the schedule says, and no other mischief.
///
/// # Errors
/// If the subject refuses the parameters.
pub(crate) fn in_order_of(
    subject: &Subject,
    scenario: Scenario,
    schedule: &Schedule,
) -> Result<Evidence, String> {
    let driven = subject.make(&scenario.given)?;
    let order = Order(Choices::of_schedule(schedule));
    Ok(perform(&driven, scenario, VirtualWorld::mischievous(order), false))
}

struct Polite;

impl Mischief for Polite {
    fn patience(&self) -> u64 {
        2 // no program here waits for another that yields more often
    }
}

struct Order(Choices);

impl Mischief for Order {
    fn next(&mut self, ready: usize) -> usize {
        self.0.below(ready)
    }
}

/// A run within the job of another, with books of its own that nobody reads.
pub(crate) async fn nested(driven: Arc<dyn Driven>, scenario: Scenario, world: Virtual) {
    let ledger = Ledger::new(driven.claims());
    let work = Work(Arc::new(Stage::new(scenario, ledger, world.clone())));
    driven.drive(&work, &world).await;
}

fn perform(
    driven: &Arc<dyn Driven>,
    scenario: Scenario,
    world: VirtualWorld,
    last_waker_only: bool,
) -> Evidence {
    let mut ledger = Ledger::new(driven.claims());
    ledger.starts = scenario.keeps_starts.then(Vec::new);
    ledger.story = scenario.story.clone();
    let (drop_at, patience) = (scenario.drop_at, scenario.patience);
    let stage = Arc::new(Stage::new(scenario, ledger, world.handle().clone()));
    let run = Run::start(driven.clone(), &stage, last_waker_only);
    let story = stage.scenario.story.clone();
    let ending = loop {
        story.step(world.handle().now());
        if let Some(ending) = run.ended() {
            break ending;
        }
        let polls = world.handle().polls();
        if drop_at == Some(polls) {
            story.tell(|| Ending::Dropped.told());
            run.cancel();
            break Ending::Dropped;
        }
        if polls > patience {
            break Ending::Livelock;
        }
        if !world.step() {
            break Ending::Deadlock;
        }
    };
    let alive_at_end = stage.ledger().alive();
    let makespan = world.handle().now();
    let polls = world.handle().polls();
    if matches!(ending, Ending::Deadlock | Ending::Livelock) {
        story.tell(|| ending.told());
        story.step(makespan);
        run.cancel();
    } else {
        settle(&world, &stage);
    }
    let tasks_left = world.handle().tasks();
    let ledger = stage.ledger().clone();
    Evidence {
        ending,
        message: run.message(),
        jobs: stage.scenario.jobs,
        ledger,
        alive_at_end,
        tasks_left,
        task_panics: world.handle().panics(),
        answers: world.handle().answers(),
        makespan,
        polls,
        run_polls: run.polls(),
    }
}

/// Polls all that is awake, at this instant: whoever was cancelled has been woken for that.
fn settle(world: &VirtualWorld, stage: &Stage) {
    stage.wake_lingering();
    let enough = 10_000; // and whoever never ends by then never will
    for _ in 0..enough {
        if !world.step_now() {
            break;
        }
        stage.scenario.story.step(world.handle().now());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::subjects;

    /// What no schedule tries no law can catch.
    #[test]
    fn schedules_are_of_all_kinds() {
        let subjects = subjects();
        let semaphore = subjects.iter().find(|subject| subject.name() == "semaphore").unwrap();
        let mut endings = HashMap::new();
        let (mut panics, mut unwound, mut drops, mut closed) = (0, 0, 0, 0);
        for seed in 0..2_000 {
            let evidence = adversarial(semaphore, &Choices::random(seed)).unwrap();
            *endings.entry(format!("{:?}", evidence.ending)).or_insert(0) += 1;
            panics += u64::from(evidence.ledger.panicked > 1);
            unwound += evidence.ledger.unwound;
            drops += u64::from(evidence.ledger.drop_panicked);
            closed += u64::from(evidence.ledger.closed && evidence.jobs.is_none());
        }
        let often = |kind: &str| endings.get(kind).is_some_and(|&times| times >= 100);
        assert!(["Completed", "Panicked", "Dropped"].into_iter().all(often), "{endings:?}");
        assert_eq!(endings.len(), 3, "{endings:?}");
        let rare = [panics, unwound, drops, closed];
        assert!(rare.iter().all(|&times| times >= 40), "{rare:?}");
    }

    #[test]
    fn the_same_choices_make_the_same_run() {
        for subject in subjects() {
            for seed in 0..20 {
                let first = Choices::random(seed);
                let evidence = adversarial(&subject, &first).unwrap();
                let again = adversarial(&subject, &Choices::of_schedule(&first.taken())).unwrap();
                let told = |evidence: &Evidence| {
                    let Ledger { started, delivered, job_polls, .. } = evidence.ledger;
                    let &Evidence { ending, makespan, polls, .. } = evidence;
                    (ending, makespan, polls, started, delivered, job_polls)
                };
                assert_eq!(told(&evidence), told(&again), "{}, seed {seed}", subject.name());
            }
        }
    }
}
