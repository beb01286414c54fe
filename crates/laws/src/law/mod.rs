//! The laws, a file each.

mod limit;

use std::{fmt, str::FromStr};

use crate::{Effort, LawError, Subject, Verdict, stage::Evidence, verify::replay_line};

/// A law: a sentence, and how it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Law {
    /// The limit holds at any instant.
    Limit,
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
    name: &'static str,
    run: fn(&Subject, &Effort) -> Result<Verdict, String>,
}

impl Probe {
    /// What it finds; a refusal of its parameters leaves it unseen.
    pub(crate) fn check(&self, subject: &Subject, law: Law, effort: &Effort) -> Verdict {
        match (self.run)(subject, effort) {
            Ok(Verdict::Broken(mut broken)) => {
                broken.why = format!("{}: {}", self.name, broken.why);
                broken.replay = replay_line(subject, law, None);
                Verdict::Broken(broken)
            }
            Ok(verdict) => verdict,
            Err(refusal) => Verdict::Unseen(refusal),
        }
    }
}

impl Law {
    /// All of them, in their order.
    pub const ALL: [Self; 1] = [Self::Limit];

    fn entry(self) -> &'static Entry {
        match self {
            Self::Limit => &limit::ENTRY,
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
