use std::{
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
};

use bp_core::{Claims, Strategy};
use bp_record::{
    Arrivals, Cell, Consumer, Extent, Faults,
    Parameter::{self, Capacity, Limit, Pause, Rate, Window},
    Real, Work as Described,
};
use bp_registry::{Visit, catalogue, visit};
use futures::future::{BoxFuture, FutureExt};

use crate::{Given, Interleaved, Work};

/// A [`Strategy`] whose type is no longer known.
pub trait Driven: Send + Sync + 'static {
    /// What it promises.
    fn claims(&self) -> Claims;

    /// Runs all jobs of `work`.
    fn drive<'a>(&'a self, work: &'a Work, executor: &'a Interleaved) -> BoxFuture<'a, ()>;
}

impl<S: Strategy<Interleaved>> Driven for S {
    fn claims(&self) -> Claims {
        Strategy::claims(self)
    }

    fn drive<'a>(&'a self, work: &'a Work, executor: &'a Interleaved) -> BoxFuture<'a, ()> {
        self.run(work, executor).boxed()
    }
}

/// A strategy by name, made anew for any parameters.
#[derive(Clone)]
pub struct Subject {
    name: String,
    make: Arc<Make>,
}

type Make = dyn Fn(&Given) -> Arc<dyn Driven> + Send + Sync;

impl Subject {
    /// One that `make` makes.
    pub fn new<S: Driven>(
        name: impl Into<String>,
        make: impl Fn(&Given) -> S + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), make: Arc::new(move |given| Arc::new(make(given))) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn make(&self, given: &Given) -> Arc<dyn Driven> {
        (self.make)(given)
    }
}

/// All strategies of the registry that run everywhere, in its order.
pub fn subjects() -> Vec<Subject> {
    let entries = catalogue().strategies.into_iter();
    let everywhere = entries.filter(|entry| entry.executors.iter().any(|name| name == "virtual"));
    everywhere.map(|entry| registered(entry.name, entry.takes)).collect()
}

fn registered(name: String, takes: Vec<Parameter>) -> Subject {
    let strategy = name.clone();
    let make = move |given: &Given| match visit(&cell(&strategy, &takes, given), Forget) {
        Ok(driven) => driven,
        Err(Forget) => unreachable!("{strategy} runs everywhere"),
    };
    Subject { name, make: Arc::new(make) }
}

/// Forgets the type of a strategy.
#[derive(Debug)]
struct Forget;

impl Visit<Interleaved> for Forget {
    type Output = Arc<dyn Driven>;

    fn visit<S: Strategy<Interleaved>>(self, strategy: S) -> Arc<dyn Driven> {
        Arc::new(strategy)
    }
}

/// A cell of which only the strategy and its parameters are used.
fn cell(strategy: &str, takes: &[Parameter], given: &Given) -> Cell {
    let taken = |parameter, value| takes.contains(&parameter).then_some(value);
    Cell {
        work: Described {
            name: String::new(),
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
        executor: String::new(),
        threads: NonZeroUsize::MIN,
        limit: taken(Limit, given.limit),
        capacity: taken(Capacity, given.capacity),
        window: taken(Window, given.window),
        pause_ns: takes.contains(&Pause).then_some(1_000_000),
        rate_per_second: takes.contains(&Rate).then_some(NonZeroU32::MAX), // nobody waits for it
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).finish_non_exhaustive()
    }
}
