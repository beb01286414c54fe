use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use bp_analysis::{disturbed, median};
use bp_record::{Outcome, Role, RoundRecord, Sample, Store};

use crate::{
    Error, Interrupts, Item, Launcher, Ledger, Plan, Precision, canary, forecast::Forecast,
    traces::put_aside, verify::verify, weather::Weather,
};

/// What is told between the child processes. Nothing is told while one of them measures.
pub trait Progress {
    /// So many cells are about to be verified, before anything is timed.
    fn verifies(&mut self, cells: usize) {
        let _ = cells;
    }

    /// An item begins.
    fn begins(&mut self, item: &Item, state: &State);

    /// A sample is on the disk.
    fn ended(&mut self, sample: &Sample, state: &State) {
        let _ = (sample, state);
    }

    /// A round is over.
    fn round_over(&mut self, round: &RoundRecord, repeats: bool) {
        let _ = (round, repeats);
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Samples that are on the disk.
    pub done: usize,
    /// Samples that there will be, as far as is known.
    pub planned: usize,
    /// How long the rest will take, from the plan's guess and from how wrong it was so far.
    pub left: Duration,
}

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many samples ended in each way, those of earlier rounds and of a failed verification
    /// included.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// How many rounds were disturbed, and how many of those were repeated.
    pub disturbed: (usize, usize),
    /// Of how many cells the makespan is not known as exactly as was asked; `None` if nothing was.
    pub not_precise: Option<usize>,
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

/// Runs what is missing of a plan, one child process after the other, and stores each sample
/// before the next begins.
///
/// First every cell is verified with a few short jobs; one that fails is not timed, its row says
/// why. Then come the rounds, with a canary around each. A round that was disturbed is repeated
/// once, unless the run is a preview, and stays on the disk. If the plan asks for precision, rounds
/// follow in which only those cells are timed whose makespan is not yet known so exactly; whether
/// strategies differ never decides that. What the ledger has is not run again, but for the canary of
/// a round that was not over.
///
/// # Errors
/// If a child cannot be started or a sample cannot be stored. What is stored then stays readable.
pub fn run(
    plan: &Plan,
    launcher: &Launcher,
    store: &mut Store,
    stop: &Interrupts,
    progress: &mut impl Progress,
    ledger: Ledger,
) -> Result<Tally, Error> {
    let forecast = Forecast::new(plan.items.iter().filter(|item| !ledger.has(item)));
    let tally = Tally::default();
    let mut session = Session { plan, launcher, store, stop, progress, ledger, forecast, tally };
    session.verify()?;
    for round in plan.rounds() {
        session.round(round)?;
    }
    if let Some(precision) = plan.precision {
        session.further_rounds(precision)?;
    }
    session.tally.interrupted = stop.asked();
    let tally = session.tally;
    if !tally.interrupted {
        store.finish()?;
    }
    Ok(tally)
}

struct Session<'a, P> {
    plan: &'a Plan,
    launcher: &'a Launcher,
    store: &'a mut Store,
    stop: &'a Interrupts,
    progress: &'a mut P,
    ledger: Ledger,
    forecast: Forecast,
    tally: Tally,
}

impl<P: Progress> Session<'_, P> {
    /// Nothing is timed here, so as many children run at once as there are processors.
    fn verify(&mut self) -> Result<(), Error> {
        let mut items = self.plan.verification();
        items.retain(|item| !self.ledger.has(item));
        if items.is_empty() {
            return Ok(());
        }
        self.progress.verifies(items.len());
        for mut sample in verify(&items, self.launcher, self.stop, |_| {})? {
            if let Some(measured) = &mut sample.measured {
                // Of a cell in miniature nothing is drawn.
                measured.series = Default::default();
            }
            self.keep(&mut sample, false)?;
            if sample.outcome != Outcome::Ok {
                self.count(&sample);
            }
            self.ledger.add(&sample);
        }
        Ok(())
    }

    /// A round, and its repetition if it was disturbed.
    fn round(&mut self, items: &[Item]) -> Result<(), Error> {
        let Some(first) = items.first() else { return Ok(()) };
        let noisy = self.attempt(items, first.round, 0)?;
        if noisy && !self.plan.preview {
            let items = self.plan.repetition(items);
            self.forecast.add(items.iter().filter(|item| !self.ledger.has(item)));
            self.attempt(&items, first.round, 1)?;
        }
        Ok(())
    }

    /// Whether the round was disturbed.
    fn attempt(&mut self, items: &[Item], round: u32, attempt: u32) -> Result<bool, Error> {
        let known = self.ledger.round(round, attempt);
        let is_noisy = |round: &RoundRecord| round.noisy.is_some();
        if let Some(noisy) = known.map(is_noisy)
            && items.iter().all(|item| self.is_settled(item))
        {
            return Ok(noisy);
        }
        let mut record = RoundRecord { round, attempt, ..RoundRecord::default() };
        let launcher = self.launcher.of_a_round()?;
        record.canary_before_ns = self.canary(&launcher, round, attempt)?;
        let weather = Weather::now();
        for item in items {
            if self.stop.asked() {
                return Ok(false);
            }
            if !self.is_settled(item) {
                self.item(&launcher, item)?;
            }
        }
        weather.since(&mut record);
        record.canary_after_ns = self.canary(&launcher, round, attempt)?;
        if self.stop.asked() {
            return Ok(false);
        }
        record.noisy = disturbed(&record, self.ledger.rounds());
        self.store.append_round(&record)?;
        let (noisy, repeats) = (is_noisy(&record), attempt == 0 && !self.plan.preview);
        self.tally.disturbed.0 += usize::from(noisy);
        self.tally.disturbed.1 += usize::from(noisy && repeats);
        self.progress.round_over(&record, repeats);
        self.ledger.add_round(record);
        self.store.retain_traces(&self.ledger.standing_traces())?;
        Ok(noisy)
    }

    /// Whether an item needs no process: its sample is there, or its cell failed its verification.
    fn is_settled(&self, item: &Item) -> bool {
        self.ledger.has(item) || self.ledger.is_broken(&item.cell)
    }

    fn item(&mut self, launcher: &Launcher, item: &Item) -> Result<(), Error> {
        self.progress.begins(item, &self.forecast.state());
        let mut sample = launcher.sample(item, self.stop)?;
        if sample.outcome == Outcome::Ok
            && launcher.is_contestant(&item.cell.executor)
            && let Some(doubt) = self.ledger.doubt(&sample)
        {
            (sample.outcome, sample.message) = (Outcome::Wrong, Some(doubt));
        }
        self.forecast.ended(item);
        let draws = self.ledger.wants_trace(&item.cell);
        self.keep(&mut sample, draws)?;
        self.count(&sample);
        self.ledger.add(&sample);
        Ok(())
    }

    /// Puts a sample onto the disk, before it the moments of its jobs if they are to be drawn, and
    /// only then says so.
    fn keep(&mut self, sample: &mut Sample, draws: bool) -> Result<(), Error> {
        put_aside(sample, self.store, draws)?;
        self.store.append(sample)?;
        self.progress.ended(sample, &self.forecast.state());
        Ok(())
    }

    /// The median of a few runs of the canary; `None` if it did not succeed or the user wants the
    /// end.
    fn canary(
        &mut self,
        launcher: &Launcher,
        round: u32,
        attempt: u32,
    ) -> Result<Option<u64>, Error> {
        let item = canary::item(round, attempt);
        let mut makespans = Vec::new();
        for _ in 0..canary::TIMES {
            if self.stop.asked() {
                return Ok(None);
            }
            let mut sample = launcher.sample(&item, self.stop)?;
            sample.role = Role::Canary;
            self.keep(&mut sample, false)?;
            makespans.extend(
                sample
                    .measured
                    .filter(|_| sample.outcome == Outcome::Ok)
                    .map(|measured| measured.makespan_ns),
            );
        }
        Ok(median(&mut makespans))
    }

    /// Rounds for those cells alone whose makespan is not known exactly enough.
    fn further_rounds(&mut self, precision: Precision) -> Result<(), Error> {
        let began = Instant::now();
        for round in self.plan.rounds.. {
            let wanted = |cell: &_| {
                let makespans = self.ledger.makespans(cell, round);
                bp_analysis::half_width(&makespans).is_some_and(|width| width > precision.relative)
            };
            let items = self.plan.further_round(round, wanted);
            let cells: HashSet<_> = items.iter().map(|item| item.cell.id()).collect();
            self.tally.not_precise = Some(cells.len());
            if items.is_empty() || self.stop.asked() || began.elapsed() >= precision.at_most {
                return Ok(());
            }
            self.forecast.add(items.iter().filter(|item| !self.ledger.has(item)));
            self.round(&items)?;
        }
        Ok(())
    }

    fn count(&mut self, sample: &Sample) {
        *self.tally.outcomes.entry(sample.outcome).or_default() += 1;
    }
}
