use std::collections::HashMap;

use bp_record::{Cell, Measured, Outcome, Pass, Sample};

use crate::{Metric, group::amount};

/// One of two runs, its samples by cell.
pub(crate) struct Side<'a> {
    /// The cells in order of first appearance.
    pub(crate) cells: Vec<CellSamples<'a>>,
    places: HashMap<String, usize>,
}

/// The samples of one cell at its full extent, but those that the user stopped.
pub(crate) struct CellSamples<'a> {
    pub(crate) id: String,
    pub(crate) cell: &'a Cell,
    samples: Vec<&'a Sample>,
}

impl<'a> Side<'a> {
    pub(crate) fn new(samples: &'a [Sample]) -> Self {
        let mut side = Self { cells: Vec::new(), places: HashMap::new() };
        for sample in samples.iter().filter(|sample| sample.outcome != Outcome::Interrupted) {
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
        let largest =
            self.samples.iter().map(|sample| &sample.cell).max_by_key(|cell| amount(cell));
        if let Some(full) = largest {
            self.cell = full;
            self.samples.retain(|sample| sample.cell.work.extent == full.work.extent);
        }
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

    /// A metric of the samples that succeeded, with the round of each.
    pub(crate) fn values(&self, metric: &Metric) -> Vec<(u32, f64)> {
        let good =
            self.of_pass(metric.pass).filter_map(|sample| Some((sample.round, good(sample)?)));
        good.filter_map(|(round, measured)| Some((round, metric.of(measured)?))).collect()
    }

    /// A metric of this cell and of another, round by round; where a round was repeated, its last
    /// samples.
    pub(crate) fn pairs(&self, other: &Self, metric: &Metric) -> Vec<(f64, f64)> {
        let others: HashMap<u32, f64> = other.values(metric).into_iter().collect();
        let mut rounds: Vec<u32> = Vec::new();
        let mut mine: HashMap<u32, f64> = HashMap::new();
        for (round, value) in self.values(metric) {
            if mine.insert(round, value).is_none() {
                rounds.push(round);
            }
        }
        rounds.iter().filter_map(|round| Some((mine[round], *others.get(round)?))).collect()
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
