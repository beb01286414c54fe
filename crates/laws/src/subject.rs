use std::{collections::HashMap, fmt, num::NonZeroUsize, sync::Arc, sync::Mutex};

use bp_analysis::replay::Rule;
use bp_core::{Claims, Strategy};
use bp_virtual::Virtual;
use futures::future::{BoxFuture, FutureExt};

use crate::{Work, locked};

/// The parameters with which a subject is made; it takes those that it has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Given {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
    /// Most jobs admitted and not delivered, at least the limit.
    pub window: NonZeroUsize,
    /// How many jobs may wait in a queue.
    pub capacity: NonZeroUsize,
}

impl Given {
    /// A window and a queue as wide as the limit.
    pub fn limit(limit: NonZeroUsize) -> Self {
        Self { limit, window: limit, capacity: limit }
    }
}

/// Who polls the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drives {
    /// The task that awaits the outputs: nothing advances unless that is polled, and when it is
    /// dropped so are the jobs, at once.
    InTask,
    /// Tasks of their own: jobs advance while the consumer is busy, and end when they are next
    /// polled once the run is dropped.
    Spawned,
}

/// A [`Strategy`] whose type is no longer known. All strategies of a [`Virtual`] world are.
pub trait Driven: Send + Sync + 'static {
    /// What it promises.
    fn claims(&self) -> Claims;

    /// Runs all jobs of `work` in `world`.
    fn drive<'a>(&'a self, work: &'a Work, world: &'a Virtual) -> BoxFuture<'a, ()>;
}

impl<S: Strategy<Virtual>> Driven for S {
    fn claims(&self) -> Claims {
        Strategy::claims(self)
    }

    fn drive<'a>(&'a self, work: &'a Work, world: &'a Virtual) -> BoxFuture<'a, ()> {
        self.run(work, world).boxed()
    }
}

/// What the laws are held against: a strategy by name, made anew for any parameters.
pub struct Subject {
    name: String,
    drives: Drives,
    make: Box<Make>,
    rule: Box<RuleOf>,
    zero: Option<Made>,
    program: Option<&'static str>,
    made: Mutex<HashMap<Given, Arc<dyn Driven>>>,
}

/// A strategy, or why it cannot be made.
type Made = Result<Arc<dyn Driven>, String>;
type Make = dyn Fn(&Given) -> Made + Send + Sync;
type RuleOf = dyn Fn(&Given) -> Result<Rule, String> + Send + Sync;

impl Subject {
    /// A strategy that can be made with any parameters, and has no rule that could be replayed.
    ///
    /// ```
    /// use bp_core::{Clock, Job, Strategy, Workload};
    /// use bp_laws::{Drives, Effort, Subject, verify};
    ///
    /// struct OneByOne;
    ///
    /// impl<X: Clock> Strategy<X> for OneByOne {
    ///     async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
    ///         let mut jobs = workload.jobs(executor);
    ///         while let Some(job) = jobs.next().await {
    ///             job.delivered().await;
    ///         }
    ///     }
    /// }
    ///
    /// let subject = Subject::new("one by one", Drives::InTask, |_| OneByOne);
    /// let rows = verify(&subject, &Effort { schedules: 100, ..Effort::debug() });
    /// assert!(rows.iter().all(|row| !row.verdict.broken()), "{rows:?}");
    /// ```
    pub fn new<S: Strategy<Virtual>>(
        name: impl Into<String>,
        drives: Drives,
        make: impl Fn(&Given) -> S + Send + Sync + 'static,
    ) -> Self {
        Self::fallible(name, drives, move |given| Ok(Arc::new(make(given)) as _))
    }

    /// One that refuses some parameters, with a message that says which it would take.
    pub fn fallible(
        name: impl Into<String>,
        drives: Drives,
        make: impl Fn(&Given) -> Result<Arc<dyn Driven>, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            drives,
            make: Box::new(make),
            rule: Box::new(|_| Err("it says no rule by which it starts jobs".to_owned())),
            zero: None,
            program: None,
            made: Mutex::default(),
        }
    }

    /// The same with the rule by which it starts jobs, or why none can be replayed.
    #[must_use]
    pub fn with_rule(
        mut self,
        rule: impl Fn(&Given) -> Result<Rule, String> + Send + Sync + 'static,
    ) -> Self {
        self.rule = Box::new(rule);
        self
    }

    /// The same with what comes of a limit of 0, or why that is refused; where the type of its limit
    /// does not allow 0 there is nothing to be said.
    #[must_use]
    pub fn with_zero(mut self, made: Result<Arc<dyn Driven>, String>) -> Self {
        self.zero = Some(made);
        self
    }

    /// What comes of a limit of 0; `None` where that cannot be written.
    pub(crate) fn zero(&self) -> Option<Made> {
        self.zero.clone()
    }

    /// One that a program knows by its name: how the command line of that begins.
    pub(crate) fn within(mut self, program: &'static str) -> Self {
        self.program = Some(program);
        self
    }

    /// The program that knows it by its name.
    pub(crate) fn program(&self) -> Option<&'static str> {
        self.program
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who polls its jobs.
    pub fn drives(&self) -> Drives {
        self.drives
    }

    /// By which rule it starts jobs.
    ///
    /// # Errors
    /// Why there is none that can be replayed.
    pub fn rule(&self, given: &Given) -> Result<Rule, String> {
        (self.rule)(given)
    }

    /// The strategy, made once for each set of parameters.
    ///
    /// # Errors
    /// Why it cannot be made with these.
    pub fn make(&self, given: &Given) -> Result<Arc<dyn Driven>, String> {
        if let Some(made) = locked(&self.made).get(given) {
            return Ok(made.clone());
        }
        let made = (self.make)(given)?;
        locked(&self.made).insert(*given, made.clone());
        Ok(made)
    }

    /// What it promises with a limit of two.
    pub fn claims(&self) -> Claims {
        let two = Given::limit(NonZeroUsize::MIN.saturating_add(1));
        self.make(&two).map_or_else(|_| Claims::default(), |made| made.claims())
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).field("drives", &self.drives).finish()
    }
}
