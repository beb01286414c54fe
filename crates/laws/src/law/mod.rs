//! The laws, a file each.

mod arguments;
mod cancellation;
mod conserving;
mod failure;
mod input;
mod limit;
mod memory;
mod once;
mod order;
mod progress;
mod wakers;

use std::{fmt, str::FromStr};

use crate::{Effort, LawError, Subject, Verdict, again, stage::Evidence};

/// A law: a sentence, and how it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Law {
    /// The limit holds at any instant.
    Limit,
    /// Each job ends once and each output is delivered once.
    Once,
    /// Outputs come in the order that is claimed.
    Order,
    /// No slot is idle but by the rule.
    Conserving,
    /// What is held does not grow with the number of jobs.
    Memory,
    /// A panic frees its slot and is not kept from anyone.
    Failure,
    /// What is over starts nothing and leaves nothing.
    Cancellation,
    /// No more is taken from the source than the window allows.
    Input,
    /// All limits work, or are refused by name.
    Arguments,
    /// No wake is lost, and none does harm.
    Wakers,
    /// Whether jobs advance while the consumer is busy.
    Progress,
}

/// What is said of a law, and what sees to it.
struct Entry {
    name: &'static str,
    sentence: &'static str,
    /// What breaks it in the evidence of a schedule.
    judge: Option<fn(&Subject, &Evidence) -> Option<String>>,
    probes: &'static [Probe],
}

/// What shows a law to be kept or broken where short schedules cannot.
pub(crate) struct Probe {
    pub(crate) name: &'static str,
    run: fn(&Subject, &Effort) -> Result<Verdict, String>,
}

impl Probe {
    /// What it finds; a refusal of its parameters leaves it unseen.
    pub(crate) fn check(&self, subject: &Subject, law: Law, effort: &Effort) -> Verdict {
        match (self.run)(subject, effort) {
            Ok(Verdict::Broken(mut broken)) => {
                broken.why = format!("{}: {}", self.name, broken.why);
                broken.replay = again::of_probe(subject, law, effort);
                Verdict::Broken(broken)
            }
            Ok(verdict) => verdict,
            Err(refusal) => Verdict::Unseen(refusal),
        }
    }
}

/// Why memory is not seen.
const UNCOUNTED: &str = "the counting allocator is not installed";

impl Law {
    /// All of them, in their order.
    pub const ALL: [Self; 11] = [
        Self::Limit,
        Self::Once,
        Self::Order,
        Self::Conserving,
        Self::Memory,
        Self::Failure,
        Self::Cancellation,
        Self::Input,
        Self::Arguments,
        Self::Wakers,
        Self::Progress,
    ];

    fn entry(self) -> &'static Entry {
        match self {
            Self::Limit => &limit::ENTRY,
            Self::Once => &once::ENTRY,
            Self::Order => &order::ENTRY,
            Self::Conserving => &conserving::ENTRY,
            Self::Memory => &memory::ENTRY,
            Self::Failure => &failure::ENTRY,
            Self::Cancellation => &cancellation::ENTRY,
            Self::Input => &input::ENTRY,
            Self::Arguments => &arguments::ENTRY,
            Self::Wakers => &wakers::ENTRY,
            Self::Progress => &progress::ENTRY,
        }
    }

    /// Its number, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What it says.
    pub fn sentence(self) -> &'static str {
        self.entry().sentence
    }

    pub(crate) fn has_judge(self) -> bool {
        self.entry().judge.is_some()
    }

    /// What breaks it in this evidence.
    pub(crate) fn judge(self, subject: &Subject, evidence: &Evidence) -> Option<String> {
        self.entry().judge.and_then(|judge| judge(subject, evidence))
    }

    pub(crate) fn probes(self) -> &'static [Probe] {
        self.entry().probes
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Law {
    type Err = LawError;

    fn from_str(name: &str) -> Result<Self, LawError> {
        let law = Self::ALL.into_iter().find(|law| law.name() == name);
        law.ok_or_else(|| LawError::Law(name.to_owned()))
    }
}
