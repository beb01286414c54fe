use serde::Serialize;

use super::{ALIKE, Candidate, LOSS, Outlook, Question, Row};

/// Whether a strategy is worth choosing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not judged yet.
    Open,
    /// Nothing else is at least as good in everything and better in something.
    Efficient {
        /// In what it is the best of all that are allowed.
        merits: Vec<Merit>,
    },
    /// Another is at least as good in everything.
    Dominated {
        /// That one's row.
        by: usize,
    },
    /// It breaks a condition.
    Refused(Refusal),
}

/// In what a strategy is the best of those that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Merit {
    /// It has the shortest makespan.
    Fastest,
    /// It holds least.
    LeastMemory,
    /// Of those that keep the order it has the shortest makespan.
    FastestInOrder,
    /// Its first output comes first.
    FirstResult,
}

/// Why a strategy may not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// So many jobs would be in flight.
    NoLimit {
        /// How many.
        in_flight: usize,
    },
    /// The jobs held take more than there is.
    Memory {
        /// How many are held.
        held: usize,
        /// What they hold.
        bytes: u64,
    },
    /// Outputs come as they are done, and must not.
    NoOrder,
    /// Nobody can tell how long it takes, and why.
    Unpredictable(String),
}

/// How one strategy compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The ratio of the makespans: above 1, it is slower.
    pub makespan: f64,
    /// The ratio of what the jobs held take, or of their numbers.
    pub memory: f64,
    /// The ratio of the times to the first output.
    pub first: f64,
    /// It keeps the order, and the other does not.
    pub gains_order: bool,
    /// The other keeps the order, and it does not.
    pub loses_order: bool,
}

impl Row {
    /// This row beside another; `None` if one of them has no outlook.
    pub fn beside(&self, other: &Row) -> Option<Comparison> {
        let (own, theirs) = (self.outlook?, other.outlook?);
        let ratio = |own: u64, theirs: u64| own.max(1) as f64 / theirs.max(1) as f64;
        Some(Comparison {
            makespan: ratio(own.makespan_ns.median, theirs.makespan_ns.median),
            memory: ratio(own.memory(), theirs.memory()),
            first: ratio(own.first_ns.median, theirs.first_ns.median),
            gains_order: self.ordered && !other.ordered,
            loses_order: !self.ordered && other.ordered,
        })
    }

    /// Whether the two cannot be told apart: times and memory differ by a hundredth at
    /// most, and nothing else does.
    pub(super) fn is_like(&self, other: &Row) -> bool {
        let near = |own: u64, theirs: u64| {
            let (own, theirs) = (own as f64, theirs as f64);
            (own - theirs).abs() <= ALIKE * own.min(theirs)
        };
        let outlooks = self.outlook.zip(other.outlook);
        self.ordered == other.ordered
            && self.standing == other.standing
            && outlooks.is_some_and(|(own, theirs)| {
                own.held == theirs.held
                    && near(own.memory(), theirs.memory())
                    && near(own.makespan_ns.median, theirs.makespan_ns.median)
                    && near(own.first_ns.median, theirs.first_ns.median)
            })
    }

    /// Most jobs held, if that is known.
    pub fn held(&self) -> Option<usize> {
        self.outlook.map(|outlook| outlook.held)
    }

    /// What is left of a row that is allowed.
    fn open(&self) -> Option<Outlook> {
        self.outlook.filter(|_| !matches!(self.standing, Standing::Refused(_)))
    }
}

/// Why the question does not allow a candidate, if it does not.
pub(super) fn refusal(
    question: &Question,
    candidate: &Candidate,
    outlook: Option<&Outlook>,
) -> Option<Refusal> {
    if let Err(why) = &candidate.rule {
        return Some(Refusal::Unpredictable(why.clone()));
    }
    let outlook = outlook?;
    let in_flight = question.jobs.get();
    if candidate.limit.is_none() && question.limit.is_some_and(|limit| limit.get() < in_flight) {
        return Some(Refusal::NoLimit { in_flight });
    }
    let bytes = outlook.held_bytes.unwrap_or(0);
    if question.memory_bytes.is_some_and(|memory| memory < bytes) {
        return Some(Refusal::Memory { held: outlook.held, bytes });
    }
    (question.ordered && !candidate.ordered).then_some(Refusal::NoOrder)
}

/// Judges every row that is allowed, and says which one to use.
pub(super) fn standings(rows: &mut [Row]) -> Option<usize> {
    let choice = choice(rows)?;
    let found: Vec<Option<Standing>> = (0..rows.len())
        .map(|index| {
            rows[index].open()?;
            Some(match dominator(rows, index, choice) {
                Some(by) => Standing::Dominated { by },
                None => Standing::Efficient { merits: merits(rows, index) },
            })
        })
        .collect();
    for (row, standing) in rows.iter_mut().zip(found) {
        if let Some(standing) = standing {
            row.standing = standing;
        }
    }
    Some(choice)
}

/// Of all rows that are at most a tenth slower than the fastest, the one that holds least; of
/// those the one whose first output comes first.
fn choice(rows: &[Row]) -> Option<usize> {
    let open = || rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.open()?)));
    let fastest = open().map(|(_, outlook)| outlook.makespan_ns.median).min().unwrap_or(0) as f64;
    let near = open().filter(|(_, it)| it.makespan_ns.median as f64 <= fastest * (1.0 + LOSS));
    let best = near.min_by_key(|(_, it)| (it.memory(), it.makespan_ns.median, it.first_ns.median));
    Some(best?.0)
}

/// Who is at least as good in everything and better in something: the one to use, or else the
/// fastest.
fn dominator(rows: &[Row], index: usize, choice: usize) -> Option<usize> {
    let own = rows[index].open()?;
    let dominates = |(other, row): (usize, &Row)| {
        let theirs = row.open()?;
        let pairs = [
            (theirs.makespan_ns.median, own.makespan_ns.median),
            (theirs.memory(), own.memory()),
            (theirs.first_ns.median, own.first_ns.median),
            (u64::from(!row.ordered), u64::from(!rows[index].ordered)),
        ];
        let better = pairs.iter().any(|(theirs, own)| theirs < own);
        let as_good = pairs.iter().all(|(theirs, own)| theirs <= own);
        (better && as_good).then_some((other != choice, theirs.makespan_ns.median, other))
    };
    rows.iter().enumerate().filter_map(dominates).min().map(|(.., other)| other)
}

/// In what a row is the best, alone or with others.
fn merits(rows: &[Row], index: usize) -> Vec<Merit> {
    let Some(own) = rows[index].open() else { return Vec::new() };
    let least = |of: fn(&Outlook) -> u64, ordered: bool| {
        let rows = rows.iter().filter(|row| row.ordered || !ordered);
        rows.filter_map(Row::open).map(|outlook| of(&outlook)).min() == Some(of(&own))
    };
    let makespan = |outlook: &Outlook| outlook.makespan_ns.median;
    let mut merits = Vec::new();
    if least(makespan, false) {
        merits.push(Merit::Fastest);
    } else if rows[index].ordered && least(makespan, true) {
        merits.push(Merit::FastestInOrder);
    }
    if least(Outlook::memory, false) {
        merits.push(Merit::LeastMemory);
    }
    if least(|outlook| outlook.first_ns.median, false) {
        merits.push(Merit::FirstResult);
    }
    merits
}
