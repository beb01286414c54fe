//! What one model is about, drawn by shuttle, so that a schedule says it too.

use std::num::NonZeroUsize;

use shuttle::rand::{Rng, thread_rng};

/// The parameters of a strategy; it takes those that it has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Most jobs in flight.
    pub limit: NonZeroUsize,
    /// Most jobs admitted and not delivered, at least the limit.
    pub window: NonZeroUsize,
    /// How many jobs may wait in a queue.
    pub capacity: NonZeroUsize,
}

/// A run: so few jobs that their orders are soon tried.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) given: Given,
    pub(crate) jobs: Vec<JobPlan>,
    /// After how many polls the run is dropped; it is polled at every turn then.
    pub(crate) dropped_after: Option<usize>,
    /// At whose output the consumer panics.
    pub(crate) consumer_panics: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct JobPlan {
    pub(crate) steps: Vec<Step>,
    pub(crate) panics: bool,
    /// What its consumer does.
    pub(crate) consumer: Vec<Step>,
}

/// A place in a job where others may come in between.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// In the midst of a poll.
    Preempt,
    /// Its task yields.
    Yield,
    /// It sleeps.
    Sleep,
    /// It waits until another task wakes it.
    Nudge,
}

impl Plan {
    pub(crate) fn drawn() -> Self {
        let jobs = up_to(6) + 1;
        let limit = few(3);
        Self {
            given: Given { limit, window: limit.saturating_add(up_to(3)), capacity: few(2) },
            jobs: (0..jobs).map(|_| JobPlan::drawn()).collect(),
            dropped_after: one_in(3).then(|| up_to(40)),
            consumer_panics: one_in(8).then(|| up_to(jobs)),
        }
    }
}

impl JobPlan {
    fn drawn() -> Self {
        Self { steps: steps(4), panics: one_in(8), consumer: steps(3) }
    }
}

/// Fewer than `bound` steps.
fn steps(bound: usize) -> Vec<Step> {
    const ALL: [Step; 4] = [Step::Preempt, Step::Yield, Step::Sleep, Step::Nudge];
    (0..up_to(bound)).map(|_| ALL[up_to(ALL.len())]).collect()
}

/// Less than `bound`.
fn up_to(bound: usize) -> usize {
    thread_rng().gen_range(0..bound)
}

/// At least one, and `most` at most.
fn few(most: usize) -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(up_to(most))
}

fn one_in(many: usize) -> bool {
    up_to(many) == 0
}
