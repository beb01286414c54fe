//! Which traces of a run are kept: one a cell, of a round that was not disturbed, if there is one.

use std::collections::{HashMap, HashSet};

use bp_record::{
    Cell, Outcome, Pass, Role, RoundRecord, Sample, Store, StoreError, StoredTrace, standing,
};

/// The traces that are stored of each cell, until it is known which one stands for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    of: HashMap<(String, u64), Vec<Turn>>,
}

/// A trace and when it was recorded.
#[derive(Clone, Debug)]
struct Turn {
    round: u32,
    attempt: u32,
    stored: StoredTrace,
}

impl Traces {
    /// Notes a sample that is on the disk. One of a repetition takes the place of the round that
    /// it repeats, and of its trace.
    pub(crate) fn add(&mut self, sample: &Sample) {
        let Sample { pass, role, round, attempt, .. } = *sample;
        if pass != Pass::Trace || role != Role::Measured || sample.outcome == Outcome::Interrupted {
            return;
        }
        let turns = self.of.entry(key(&sample.cell)).or_default();
        turns.retain(|turn| turn.round != round);
        if let Some(stored) = sample.measured.as_ref().and_then(|it| it.trace_file.clone()) {
            turns.push(Turn { round, attempt, stored });
        }
    }

    /// Whether a trace of the cell may still come to stand for it: as long as all were recorded in
    /// disturbed rounds.
    pub(crate) fn wants(&self, cell: &Cell, rounds: &[RoundRecord]) -> bool {
        let noisy = |turn: &Turn| {
            let same =
                |round: &&RoundRecord| (round.round, round.attempt) == (turn.round, turn.attempt);
            rounds.iter().find(same).is_some_and(|round| round.noisy.is_some())
        };
        self.of.get(&key(cell)).is_none_or(|turns| turns.iter().all(noisy))
    }

    /// The files of the traces that stand for their cells, as far as the rounds are known. The
    /// others can be removed, for none of them will.
    pub(crate) fn standing(&self, rounds: &[RoundRecord]) -> HashSet<String> {
        let one = |turns: &Vec<Turn>| {
            let all: Vec<_> = turns.iter().map(|turn| (turn.round, turn.attempt)).collect();
            let (round, attempt) = standing(&all, rounds)?;
            let stands = |turn: &&Turn| (turn.round, turn.attempt) == (round, attempt);
            turns.iter().find(stands).map(|turn| turn.stored.file.clone())
        };
        self.of.values().filter_map(one).collect()
    }
}

fn key(cell: &Cell) -> (String, u64) {
    (cell.id(), cell.work.extent.amount())
}

/// Takes the moments out of a sample that is about to be stored and, if they are wanted, puts them
/// into a file to which it refers then.
///
/// A trace that cannot be is that of a run that went wrong, however well it ended.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn put_aside(
    sample: &mut Sample,
    store: &Store,
    wanted: bool,
) -> Result<(), StoreError> {
    let Some(measured) = &mut sample.measured else { return Ok(()) };
    measured.trace_file = None; // the child has no say in this
    let trace = measured.trace.take().filter(|trace| !trace.admitted_ns.is_empty());
    let Some(trace) = trace.filter(|_| wanted && sample.outcome == Outcome::Ok) else {
        return Ok(());
    };
    match store.keep_trace(sample, &trace) {
        Ok(stored) => {
            sample.measured.as_mut().expect("it was there").trace_file = Some(stored);
        }
        Err(StoreError::BadTrace { place, reason, .. }) => {
            sample.outcome = Outcome::Wrong;
            sample.message = Some(format!("its trace cannot be: {place}: {reason}"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
