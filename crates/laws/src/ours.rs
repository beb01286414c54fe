use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
};

use bp_core::Strategy;
use bp_record::{
    Arrivals, Cell, Consumer, Extent, Faults,
    Parameter::{self, Capacity, Limit, Pause, Rate, Window},
    Real, Work,
};
use bp_registry::{Visit, catalogue, check, is_peer, polls_itself, rule, visit};
use bp_virtual::Virtual;

use crate::{Driven, Drives, Given, Subject};

/// All strategies of the registry that run in the virtual world, in its order.
///
/// One that belongs to a single runtime is not among them.
pub fn subjects() -> Vec<Subject> {
    let entries = catalogue().strategies.into_iter();
    let everywhere = entries.filter(|entry| entry.executors.iter().any(|name| name == "virtual"));
    everywhere.map(|entry| subject(entry.name, entry.takes)).collect()
}

/// How the command line begins of a program that has the strategy of that name: crates of others
/// are only in one that is built with them.
pub fn program(strategy: &str) -> &'static str {
    if is_peer(strategy) { "cargo run --release --features peers --" } else { "backpressure" }
}

fn subject(name: String, takes: Vec<Parameter>) -> Subject {
    let drives = if polls_itself(&name) { Drives::InTask } else { Drives::Spawned };
    let program = program(&name);
    let cell = move |given: &Given| cell(&name, &takes, given);
    let ruled = cell.clone();
    let one = cell(&Given::limit(NonZeroUsize::MIN));
    let zero = of_zero(&one);
    let subject = Subject::fallible(one.strategy, drives, move |given| {
        let cell = cell(given);
        check(&cell).map_err(|refusal| refusal.to_string())?;
        let strategy = &cell.strategy;
        visit(&cell, Forget).map_err(|_| format!("no strategy {strategy} runs everywhere"))
    })
    .with_rule(move |given| rule(&ruled(given)).map_err(str::to_owned))
    .within(program);
    match zero {
        Some(zero) => subject.with_zero(Ok(zero)),
        None => subject,
    }
}

/// The strategy of this cell with a limit of 0, if it has one whose type allows that.
fn of_zero(cell: &Cell) -> Option<Arc<dyn Driven>> {
    let limited = |driven: &Arc<dyn Driven>| driven.claims().limit.is_some();
    let made = |cell: &Cell| visit(cell, Forget).ok();
    made(cell).filter(limited)?;
    made(&Cell { limit: None, ..cell.clone() }).filter(|zero| !limited(zero))
}

/// Forgets the type of a strategy.
struct Forget;

impl Visit<Virtual> for Forget {
    type Output = Arc<dyn Driven>;

    fn visit<S: Strategy<Virtual>>(self, strategy: S) -> Arc<dyn Driven> {
        Arc::new(strategy)
    }
}

/// A cell of which only the strategy and its parameters are used.
fn cell(strategy: &str, takes: &[Parameter], given: &Given) -> Cell {
    let taken = |parameter, value| takes.contains(&parameter).then_some(value);
    Cell {
        work: Work {
            name: "fixed".to_owned(),
            extent: Extent::Jobs(1),
            service_ns: 0,
            payload_bytes: 0,
            seed: 0,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: strategy.to_owned(),
        executor: "virtual".to_owned(),
        threads: NonZeroUsize::MIN,
        limit: taken(Limit, given.limit),
        capacity: taken(Capacity, given.capacity),
        window: taken(Window, given.window),
        pause_ns: takes.contains(&Pause).then_some(1_000_000),
        rate_per_second: takes.contains(&Rate).then_some(NonZeroU32::MAX), // nobody waits for it
    }
}
