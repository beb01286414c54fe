use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bp_record::{Outcome, Sample, Store};

use crate::{Error, Interrupts, Item, Launcher, Plan};

/// What is told between the child processes. Nothing is told while one of them measures.
pub trait Progress {
    /// An item begins.
    fn begins(&mut self, item: &Item, state: &State);

    /// An item has ended and its sample is on the disk.
    fn ended(&mut self, sample: &Sample, state: &State) {
        let _ = (sample, state);
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Samples that are on the disk.
    pub done: usize,
    /// Samples that there will be.
    pub planned: usize,
    /// How long the rest will take, from the plan's guess and from how wrong it was so far.
    pub left: Duration,
}

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many samples ended in each way.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// True if the user stopped the run before its end.
    pub interrupted: bool,
}

impl Tally {
    /// How many samples ended in that way.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// How many samples did not end well, a promise broken or not.
    pub fn failed(&self) -> usize {
        self.outcomes.iter().filter(|(outcome, _)| **outcome != Outcome::Ok).map(|(_, n)| n).sum()
    }
}

/// Runs a plan, one child process after the other, and stores each sample before the next begins.
/// What is among the `earlier` samples is not run again, unless the user had stopped it.
///
/// # Errors
/// If a child cannot be started or a sample cannot be stored. What is stored then stays readable.
pub fn run(
    plan: &Plan,
    launcher: &Launcher,
    store: &mut Store,
    stop: &Interrupts,
    progress: &mut impl Progress,
    earlier: &[Sample],
) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let mut forecast = Forecast::new(plan);
    let known = |item: &Item| {
        earlier.iter().any(|sample| {
            sample.outcome != Outcome::Interrupted
                && (&sample.cell, sample.pass, sample.role) == (&item.cell, item.pass, item.role)
                && (sample.round, sample.attempt) == (item.round, item.attempt)
        })
    };
    let items = plan.items.iter().filter(|item| !known(item));
    for (done, item) in items.enumerate() {
        if stop.asked() {
            break;
        }
        progress.begins(item, &forecast.state(done));
        let sample = launcher.sample(item, stop)?;
        store.append(&sample)?;
        *tally.outcomes.entry(sample.outcome).or_default() += 1;
        forecast.ended(item);
        progress.ended(&sample, &forecast.state(done + 1));
    }
    tally.interrupted = stop.asked();
    Ok(tally)
}

/// Corrects the plan's guess by what the items so far really took.
struct Forecast {
    began: Instant,
    planned: usize,
    expected: Duration,
    passed: Duration,
}

impl Forecast {
    fn new(plan: &Plan) -> Self {
        Self {
            began: Instant::now(),
            planned: plan.items.len(),
            expected: plan.expected(),
            passed: Duration::ZERO,
        }
    }

    fn ended(&mut self, item: &Item) {
        self.passed += item.expected;
    }

    fn state(&self, done: usize) -> State {
        let left = left(self.expected, self.passed, self.began.elapsed());
        State { done, planned: self.planned, left }
    }
}

/// The rest of the guess, times how wrong it was so far. At first the guess itself weighs most.
fn left(expected: Duration, passed: Duration, taken: Duration) -> Duration {
    const TRUST: f64 = 2.0;
    let factor = (taken.as_secs_f64() + TRUST) / (passed.as_secs_f64() + TRUST);
    expected.saturating_sub(passed).mul_f64(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_corrected_by_what_was_seen() {
        let s = Duration::from_secs;
        assert_eq!(left(s(100), s(0), s(0)), s(100));
        let slow = left(s(100), s(50), s(100)).as_secs_f64();
        assert!((95.0..100.0).contains(&slow), "{slow}");
        assert_eq!(left(s(100), s(100), s(170)), s(0));
    }
}
