//! Which trace of a cell is kept, of those of its rounds.

use std::collections::{BTreeMap, HashMap};

use crate::{Outcome, Pass, Recorded, Role, RoundRecord, Sample};

/// Which of these (round, attempt) stands for its cell: of the first round that was not disturbed,
/// or else of the first, and of a round that was repeated its repetition. `None` if there is none.
///
/// ```
/// use bp_record::{RoundRecord, standing};
/// let noisy = RoundRecord { noisy: Some("the canary was slow".into()), ..RoundRecord::default() };
/// assert_eq!(standing(&[(0, 0), (1, 0)], &[]), Some((0, 0)));
/// assert_eq!(standing(&[(0, 0), (1, 0)], &[noisy.clone()]), Some((1, 0)));
/// assert_eq!(standing(&[(0, 0)], &[noisy]), Some((0, 0)));
/// ```
pub fn standing(candidates: &[(u32, u32)], rounds: &[RoundRecord]) -> Option<(u32, u32)> {
    let mut latest: BTreeMap<u32, u32> = BTreeMap::new();
    for &(round, attempt) in candidates {
        let known = latest.entry(round).or_default();
        *known = attempt.max(*known);
    }
    let noisy = |&(round, attempt): &(u32, u32)| {
        let same = |known: &&RoundRecord| (known.round, known.attempt) == (round, attempt);
        rounds.iter().filter(same).any(|known| known.noisy.is_some())
    };
    latest.into_iter().min_by_key(|candidate| (noisy(candidate), *candidate))
}

impl Recorded {
    /// The samples whose traces stand for their cells, one a cell that has any, by the cell's id.
    ///
    /// In runs up to schema 2 the trace is in the sample, of cells of up to a thousand jobs; since
    /// then beside the events. See [`trace`](Self::trace).
    pub fn traced(&self) -> Vec<Sample> {
        let mut cells: BTreeMap<(String, u64), Vec<Sample>> = BTreeMap::new();
        for sample in self.counted().into_iter().filter(has_trace) {
            let key = (sample.cell.id(), sample.cell.work.extent.amount());
            cells.entry(key).or_default().push(sample);
        }
        let stands = |samples: Vec<Sample>| {
            let rounds: Vec<_> = samples.iter().map(turn).collect();
            let chosen = standing(&rounds, &self.rounds)?;
            samples.into_iter().find(|sample| turn(sample) == chosen)
        };
        cells.into_values().filter_map(stands).collect()
    }

    /// The successful memory pass of the same cell: that of the same round, if there is one, or
    /// else the first.
    pub(super) fn weighed(&self, traced: &Sample) -> Option<&Sample> {
        let mut latest: HashMap<u32, &Sample> = HashMap::new();
        for sample in &self.samples {
            let same = sample.pass == Pass::Memory
                && sample.role == Role::Measured
                && sample.outcome == Outcome::Ok
                && sample.cell == traced.cell;
            if same && latest.get(&sample.round).is_none_or(|it| it.attempt <= sample.attempt) {
                latest.insert(sample.round, sample);
            }
        }
        latest.into_values().min_by_key(|sample| (sample.round != traced.round, sample.round))
    }
}

fn turn(sample: &Sample) -> (u32, u32) {
    (sample.round, sample.attempt)
}

impl Sample {
    /// True if jobs failed, were refused or were shed though nobody asked for that. A trace does not
    /// tell all of those from others: how fast they ended says nothing.
    pub fn jobs_failed(&self) -> bool {
        let asked = self.cell.work.faults.fail_per_million > 0;
        let counts = self.measured.as_ref().map(|measured| &measured.counts);
        counts.is_some_and(|counts| {
            counts.refused > 0 || counts.shed > 0 || (!asked && counts.failed > 0)
        })
    }
}

fn has_trace(sample: &Sample) -> bool {
    let has =
        |measured: &crate::Measured| measured.trace.is_some() || measured.trace_file.is_some();
    sample.pass == Pass::Trace
        && sample.outcome == Outcome::Ok
        && sample.measured.as_ref().is_some_and(has)
}
