//! Which strategy to use, from service times alone: each is replayed by its rule on times drawn
//! again and again, and those are left that no other beats in everything.
//!
//! What is compared is the makespan, the jobs held (which is the memory), the order of the outputs,
//! and when the first one comes. Starting, waking and delivering cost nothing here, so this holds
//! for jobs that take much longer than that, and service times are taken not to depend on load.

mod draw;
mod outlook;
mod standing;
mod task;
mod window;

use std::num::NonZeroUsize;

use bp_record::{Consumer, Family};
use serde::Serialize;

use crate::replay::{Polled, Rule};

pub use self::{
    draw::{replicates, resampled},
    outlook::{Outlook, Spread},
    standing::{Comparison, Merit, Refusal, Standing},
    task::TaskMemory,
    window::{Tried, Window, smallest_window},
};
use self::{outlook::outlooks, standing::standings};

/// Times that differ by less are not told apart: a hundredth.
pub const ALIKE: f64 = 0.01;

/// By how much of the best makespan a strategy may be slower and still be recommended for holding
/// less, and how much a window may lose: a tenth.
pub const LOSS: f64 = 0.10;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// How many jobs there are, all of them from the start.
    pub jobs: NonZeroUsize,
    /// Most jobs that may be in flight; `None` if nothing but memory bounds them.
    pub limit: Option<NonZeroUsize>,
    /// Most bytes that the jobs held may take together.
    pub memory_bytes: Option<u64>,
    /// What a job holds from when it is taken from the source until its output is delivered.
    pub job_bytes: Option<u64>,
    /// What a task costs besides, at most, as somebody has measured; zero if nobody has.
    pub task_bytes: u64,
    /// Whether outputs must come in the order of the input.
    pub ordered: bool,
    /// Who takes the outputs.
    pub consumer: Consumer,
}

impl Question {
    /// For how many jobs the memory has room; `None` if that does not matter, and zero if there is
    /// none for a single one.
    ///
    /// ```
    /// # use bp_analysis::advise::Question;
    /// # use bp_record::Consumer;
    /// let question = Question {
    ///     jobs: 500.try_into().unwrap(),
    ///     limit: None,
    ///     memory_bytes: Some(1_000),
    ///     job_bytes: Some(60),
    ///     task_bytes: 4,
    ///     ordered: false,
    ///     consumer: Consumer::Instant,
    /// };
    /// assert_eq!(question.room(), Some(15));
    /// ```
    pub fn room(&self) -> Option<usize> {
        let bytes = self.job_bytes?.saturating_add(self.task_bytes);
        Some(usize::try_from(self.memory_bytes?.checked_div(bytes)?).unwrap_or(usize::MAX))
    }

    /// Most jobs in flight: what is allowed, what the memory has room for, and no more than there
    /// are.
    pub fn limit_to_use(&self) -> NonZeroUsize {
        let bounds = [self.limit.map(NonZeroUsize::get), self.room(), Some(self.jobs.get())];
        let least = bounds.into_iter().flatten().min().unwrap_or(1);
        NonZeroUsize::new(least).unwrap_or(NonZeroUsize::MIN)
    }
}

/// A strategy that could be used, with its parameters, and what it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// What kind of rule it is.
    pub family: Family,
    /// By which rule it starts jobs, or why nobody can tell how long it takes.
    pub rule: Result<Rule, String>,
    /// Who polls its jobs.
    pub polled: Polled,
    /// Most jobs in flight; `None` if there is no bound.
    pub limit: Option<NonZeroUsize>,
    /// Most jobs held; `None` if there is no bound.
    pub window: Option<NonZeroUsize>,
    /// Whether outputs come in the order of the input.
    pub ordered: bool,
    /// What a job held costs besides what it holds itself, as somebody has measured; otherwise
    /// [`Question::task_bytes`] counts.
    pub task_bytes: Option<u64>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// How often service times were drawn.
    pub replicates: u32,
    /// Most jobs in flight, for every strategy that takes a limit.
    pub limit: NonZeroUsize,
    /// What no strategy within that limit can beat.
    pub bound_ns: u64,
    /// The mean of all service times drawn.
    pub mean_service_ns: u64,
    /// Strategies in the order given; those that cannot be told apart are in the row of the first.
    pub rows: Vec<Row>,
    /// Which row to use.
    pub choice: usize,
}

/// Strategies of which the same is to be expected, and what is to be said of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Their names, the first of which stands for all.
    pub names: Vec<String>,
    /// What kind of rule the first is.
    pub family: Family,
    /// The rule of the first.
    #[serde(skip)]
    pub rule: Option<Rule>,
    /// Most jobs in flight; `None` if there is no bound.
    pub limit: Option<NonZeroUsize>,
    /// Whether outputs come in the order of the input.
    pub ordered: bool,
    /// What is to be expected; `None` if nobody can tell.
    pub outlook: Option<Outlook>,
    /// Whether to use it.
    pub standing: Standing,
}

/// Replays each candidate on the service times that `draw` gives, and compares them; `None` if the
/// question allows none of them.
///
/// `draw` is asked for times of `question.jobs` jobs in nanoseconds, for replicates from 0 up, and
/// must give the same ones for the same number. The replay of a replicate is O(N log N).
pub fn advise(
    question: &Question,
    candidates: &[Candidate],
    draw: impl Fn(u32) -> Vec<u64>,
) -> Option<Advice> {
    let replicates = replicates(question.jobs);
    let forecasts = outlooks(question, candidates, replicates, draw);
    let mut rows: Vec<Row> = Vec::new();
    for (candidate, outlook) in candidates.iter().zip(forecasts.outlooks) {
        let refusal = standing::refusal(question, candidate, outlook.as_ref());
        let standing = refusal.map_or(Standing::Open, Standing::Refused);
        let row = Row {
            names: vec![candidate.name.clone()],
            family: candidate.family,
            rule: candidate.rule.clone().ok(),
            limit: candidate.limit,
            ordered: candidate.ordered,
            outlook,
            standing,
        };
        match rows.iter_mut().find(|other| other.is_like(&row)) {
            Some(other) => other.names.extend(row.names),
            None => rows.push(row),
        }
    }
    let choice = standings(&mut rows)?;
    Some(Advice {
        replicates,
        limit: question.limit_to_use(),
        bound_ns: forecasts.bound_ns,
        mean_service_ns: forecasts.mean_service_ns,
        rows,
        choice,
    })
}
