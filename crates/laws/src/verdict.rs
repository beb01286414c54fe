use std::fmt;

use crate::{Law, Schedule};

/// Whether a law was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was, as far as was tried; what was seen.
    Kept(String),
    /// It was not.
    Broken(Broken),
    /// The subject does not promise it; what was seen of that.
    NotClaimed(String),
    /// It could not be seen here, and why.
    Unseen(String),
}

impl Verdict {
    /// True if the law was broken.
    pub fn broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// In a word or two: `kept`, `broken`, `not claimed` or `not seen`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Broken(_) => "broken",
            Self::NotClaimed(_) => "not claimed",
            Self::Unseen(_) => "not seen",
        }
    }

    /// What was seen, or why nothing was.
    pub fn seen(&self) -> &str {
        match self {
            Self::Broken(broken) => &broken.why,
            Self::Kept(seen) | Self::NotClaimed(seen) | Self::Unseen(seen) => seen,
        }
    }

    /// Broken, by a probe that needs no schedule.
    pub(crate) fn breach(why: String) -> Self {
        Self::Broken(Broken {
            why,
            seed: None,
            schedule: None,
            steps: vec![],
            replay: String::new(),
        })
    }

    /// Of two findings the one that weighs more; where they weigh the same, both.
    pub(crate) fn and(self, other: Self) -> Self {
        let join = |a: String, b: String| {
            [a, b].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
        };
        match (self, other) {
            (Self::Broken(broken), _) | (_, Self::Broken(broken)) => Self::Broken(broken),
            (Self::NotClaimed(a), Self::NotClaimed(b)) => Self::NotClaimed(join(a, b)),
            (Self::NotClaimed(seen), _) | (_, Self::NotClaimed(seen)) => Self::NotClaimed(seen),
            (Self::Unseen(a), Self::Unseen(b)) => Self::Unseen(join(a, b)),
            (Self::Unseen(why), _) | (_, Self::Unseen(why)) => Self::Unseen(why),
            (Self::Kept(a), Self::Kept(b)) => Self::Kept(join(a, b)),
        }
    }
}

/// In a line: the [word](Verdict::word), and what was seen.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        let seen = self.seen();
        if seen.is_empty() { Ok(()) } else { write!(f, ": {seen}") }
    }
}

/// How a law was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What was seen.
    pub why: String,
    /// The seed of the schedule that was found first; `None` where a probe found it without one.
    pub seed: Option<u64>,
    /// The shortest schedule found that still breaks the law.
    pub schedule: Option<Schedule>,
    /// That schedule in words: what there was to do, and what happened until the law was broken; the
    /// middle of a long one is left out.
    pub steps: Vec<String>,
    /// The line that shows it again: a command for a strategy of ours, an expression for others.
    pub replay: String,
}

/// In several lines, as a failing test prints it: what was seen, the steps that led there, and the
/// line that shows it again.
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        if let Some(seed) = self.seed {
            write!(f, " (seed {seed})")?;
        }
        for (number, step) in (1..).zip(&self.steps) {
            write!(f, "\n  {number}. {step}")?;
        }
        write!(f, "\nagain: {}", self.replay)
    }
}

/// What was found of one law.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose.
    pub subject: String,
    /// Which.
    pub law: Law,
    /// What was found, in all.
    pub verdict: Verdict,
    /// What each probe found, by its name; none if a schedule had broken the law before.
    pub probes: Vec<(&'static str, Verdict)>,
    /// Over how many schedules; 0 where a probe needs none.
    pub schedules: u64,
}
