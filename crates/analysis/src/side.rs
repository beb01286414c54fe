use std::collections::{BTreeMap, HashMap};

use bp_record::{Cell, Measured, Outcome, Pass, Role, Sample};

use crate::Metric;

/// One of two runs, its samples by cell.
pub(crate) struct Side<'a> {
    /// The cells in order of first appearance.
    pub(crate) cells: Vec<CellSamples<'a>>,
    places: HashMap<String, usize>,
}

/// The samples of one cell at its full extent, but those that the user stopped. A cell that failed
/// its verification was not measured; it has the samples of that.
pub(crate) struct CellSamples<'a> {
    pub(crate) id: String,
    pub(crate) cell: &'a Cell,
    samples: Vec<&'a Sample>,
}

impl<'a> Side<'a> {
    pub(crate) fn new(samples: &'a [Sample]) -> Self {
        let mut side = Self { cells: Vec::new(), places: HashMap::new() };
        for sample in samples.iter().filter(|sample| counts(sample)) {
            let id = sample.cell.id();
            let place = *side.places.entry(id).or_insert_with_key(|id| {
                let cell = &sample.cell;
                side.cells.push(CellSamples { id: id.clone(), cell, samples: Vec::new() });
                side.cells.len() - 1
            });
            side.cells[place].samples.push(sample);
        }
        for cell in &mut side.cells {
            cell.keep_full_extent();
        }
        side
    }

    pub(crate) fn cell(&self, id: &str) -> Option<&CellSamples<'a>> {
        self.places.get(id).map(|&place| &self.cells[place])
    }
}

impl<'a> CellSamples<'a> {
    /// Memory is weighed at a quarter of the jobs, too; those samples say nothing here.
    fn keep_full_extent(&mut self) {
        if self.samples.iter().any(|sample| sample.role == Role::Measured) {
            self.samples.retain(|sample| sample.role == Role::Measured);
        }
        let cells = self.samples.iter().map(|sample| &sample.cell);
        if let Some(full) = cells.max_by_key(|cell| cell.work.extent.amount()) {
            self.cell = full;
            self.samples.retain(|sample| sample.cell.work.extent == full.work.extent);
        }
    }

    /// True if it failed before anything was measured.
    pub(crate) fn is_unverified(&self) -> bool {
        self.samples.iter().all(|sample| sample.role == Role::Verification)
    }

    /// The samples of a pass, in the order in which they were made.
    pub(crate) fn of_pass(&self, pass: Pass) -> impl Iterator<Item = &'a Sample> + '_ {
        self.samples.iter().copied().filter(move |sample| sample.pass == pass)
    }

    /// The passes of which there are samples.
    pub(crate) fn passes(&self) -> impl Iterator<Item = Pass> + '_ {
        let all = [Pass::Time, Pass::Trace, Pass::Memory];
        all.into_iter().filter(|&pass| self.of_pass(pass).next().is_some())
    }

    /// A metric of the samples that succeeded, by round; where a round was repeated, that of its
    /// repetition.
    ///
    /// None where the metric says nothing of such a workload.
    pub(crate) fn values(&self, metric: &Metric) -> BTreeMap<u32, f64> {
        if metric.is_moot(&self.cell.work) {
            return BTreeMap::new();
        }
        let good =
            self.of_pass(metric.pass).filter_map(|sample| Some((sample.round, good(sample)?)));
        good.filter_map(|(round, measured)| Some((round, metric.of(measured)?))).collect()
    }

    /// A metric of this cell and of another, round by round.
    pub(crate) fn pairs(&self, other: &Self, metric: &Metric) -> Vec<(f64, f64)> {
        let others = other.values(metric);
        let mine = self.values(metric).into_iter();
        mine.filter_map(|(round, value)| Some((value, *others.get(&round)?))).collect()
    }

    /// How many samples of a pass ended in each way, the most frequent first.
    pub(crate) fn outcomes(&self, pass: Pass) -> Vec<(Outcome, u32)> {
        let mut counts: Vec<(Outcome, u32)> = Vec::new();
        for sample in self.of_pass(pass) {
            match counts.iter_mut().find(|(outcome, _)| *outcome == sample.outcome) {
                Some((_, count)) => *count += 1,
                None => counts.push((sample.outcome, 1)),
            }
        }
        counts.sort_by_key(|&(outcome, count)| (std::cmp::Reverse(count), outcome));
        counts
    }
}

/// What a sample measured if it succeeded.
fn good(sample: &Sample) -> Option<&Measured> {
    sample.measured.as_ref().filter(|_| sample.outcome == Outcome::Ok)
}

/// The canary is not of the cell that it looks like, and a verification counts if it failed.
fn counts(sample: &Sample) -> bool {
    sample.outcome != Outcome::Interrupted
        && match sample.role {
            Role::Measured => true,
            Role::Verification => sample.outcome != Outcome::Ok,
            Role::Canary => false,
        }
}
