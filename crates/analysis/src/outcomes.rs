use bp_record::{Outcome, Pass};
use serde::Serialize;

use crate::{Verdict, side::CellSamples};

/// How the samples of one cell ended in one pass, where the two sides differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeChange {
    /// The cell's id.
    pub id: String,
    /// The pass.
    pub pass: Pass,
    /// How the samples of the base ended, the most frequent first.
    pub base: Vec<(Outcome, u32)>,
    /// How those of the new side ended.
    pub new: Vec<(Outcome, u32)>,
    /// What that means.
    pub verdict: Verdict,
}

impl OutcomeChange {
    /// `timeout 3, ok 1, where the base had ok 4`
    pub fn sentence(&self) -> String {
        format!("{}, where the base had {}", counted(&self.new), counted(&self.base))
    }
}

/// Where the outcomes of a cell differ. Some cannot come from a busy machine: a broken promise, a
/// panic or a crash that the base has not is worse, be it one. A time-out or a full memory can, so
/// there what happens in most samples decides.
pub(crate) fn changes(base: &CellSamples<'_>, new: &CellSamples<'_>) -> Vec<OutcomeChange> {
    if base.is_unverified() || new.is_unverified() {
        return verified(base, new).into_iter().collect();
    }
    let change = |pass| {
        let (base_ends, new_ends) = (base.outcomes(pass), new.outcomes(pass));
        let verdict = verdict(&base_ends, &new_ends)?;
        Some(OutcomeChange { id: new.id.clone(), pass, base: base_ends, new: new_ends, verdict })
    };
    base.passes().filter_map(change).collect()
}

/// One side failed its verification, which is in the trace pass, so nothing was measured there.
fn verified(base: &CellSamples<'_>, new: &CellSamples<'_>) -> Option<OutcomeChange> {
    let ends = |side: &CellSamples<'_>| side.outcomes(side.passes().next().unwrap_or(Pass::Time));
    let (base, new_ends) = (ends(base), ends(new));
    let verdict = verdict(&base, &new_ends)?;
    Some(OutcomeChange { id: new.id.clone(), pass: Pass::Trace, base, new: new_ends, verdict })
}

fn verdict(base: &[(Outcome, u32)], new: &[(Outcome, u32)]) -> Option<Verdict> {
    let bugs = |ends: &[(Outcome, u32)]| ends.iter().any(|(outcome, _)| is_bug(*outcome));
    let all = |ends: &[(Outcome, u32)]| ends.iter().map(|(_, count)| count).sum::<u32>();
    let good = |ends: &[(Outcome, u32)]| {
        ends.iter().filter(|(outcome, _)| *outcome == Outcome::Ok).map(|(_, count)| count).sum()
    };
    let (base_good, new_good): (u32, u32) = (good(base), good(new));
    let mostly = |good: u32, all: u32| 2 * good > all;
    match (mostly(base_good, all(base)), mostly(new_good, all(new))) {
        _ if new.is_empty() => None,
        _ if bugs(new) && !bugs(base) => Some(Verdict::Worse),
        (true, false) => Some(Verdict::Worse),
        (false, true) => Some(Verdict::Better),
        // A few failures here or there prove nothing and are said.
        (true, true) if base_good < all(base) || new_good < all(new) => Some(Verdict::Inconclusive),
        _ => None,
    }
}

fn is_bug(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Wrong | Outcome::Panic | Outcome::Crashed)
}

fn counted(ends: &[(Outcome, u32)]) -> String {
    let texts = ends.iter().map(|(outcome, count)| format!("{outcome} {count}"));
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_samples_do_decides_but_for_bugs() {
        let ok = |n| (Outcome::Ok, n);
        let late = |n| (Outcome::Timeout, n);
        let wrong = |n| (Outcome::Wrong, n);
        assert_eq!(verdict(&[ok(4)], &[ok(4)]), None);
        assert_eq!(verdict(&[ok(4)], &[late(4)]), Some(Verdict::Worse));
        assert_eq!(verdict(&[ok(4)], &[ok(2), late(2)]), Some(Verdict::Worse));
        assert_eq!(verdict(&[late(4)], &[ok(3), late(1)]), Some(Verdict::Better));
        assert_eq!(verdict(&[ok(9)], &[ok(8), late(1)]), Some(Verdict::Inconclusive));
        assert_eq!(verdict(&[ok(9)], &[ok(8), wrong(1)]), Some(Verdict::Worse));
        assert_eq!(verdict(&[ok(8), wrong(1)], &[ok(9)]), Some(Verdict::Inconclusive));
        assert_eq!(verdict(&[late(4)], &[late(4)]), None);
        assert_eq!(verdict(&[late(4)], &[wrong(4)]), Some(Verdict::Worse));
    }
}
