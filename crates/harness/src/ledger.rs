use std::collections::HashSet;

use bp_record::{Cell, Outcome, Pass, Recorded, Role, RoundRecord, Sample};

use crate::{Item, traces::Traces};

/// How many traced runs of a cell have to be slower than a timed one before that is doubted: one
/// or two may have met a busy moment.
const ENOUGH_TRACED: usize = 3;

/// How many times slower they are then. A trace is dear where jobs take nanoseconds, but not so dear.
const TIMES_SLOWER: u64 = 100;

/// What is on the disk of a run: enough to know what is missing, without the measurements.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    done: HashSet<Key>,
    /// The makespan of each timed sample that succeeded.
    timed: Vec<(Key, u64)>,
    /// That of each traced one.
    traced: Vec<(Key, u64)>,
    broken: HashSet<String>,
    rounds: Vec<RoundRecord>,
    traces: Traces,
}

/// What makes a sample the sample of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    cell: String,
    amount: u64,
    pass: Pass,
    role: Role,
    round: u32,
    attempt: u32,
}

impl Key {
    fn new(cell: &Cell, pass: Pass, role: Role, round: u32, attempt: u32) -> Self {
        Self { cell: cell.id(), amount: cell.work.extent.amount(), pass, role, round, attempt }
    }
}

impl From<&Recorded> for Ledger {
    fn from(recorded: &Recorded) -> Self {
        let mut ledger = Self { rounds: recorded.rounds.clone(), ..Self::default() };
        recorded.samples.iter().for_each(|sample| ledger.add(sample));
        ledger
    }
}

impl Ledger {
    /// Notes a sample that is on the disk. One that the user interrupted is still to be made.
    pub(crate) fn add(&mut self, sample: &Sample) {
        self.traces.add(sample);
        let Sample { cell, pass, role, round, attempt, .. } = sample;
        let key = Key::new(cell, *pass, *role, *round, *attempt);
        match (sample.outcome, &sample.measured) {
            (Outcome::Interrupted, _) => return,
            (Outcome::Ok, Some(measured)) => match pass {
                Pass::Time => self.timed.push((key.clone(), measured.makespan_ns)),
                Pass::Trace => self.traced.push((key.clone(), measured.makespan_ns)),
                Pass::Memory => {}
            },
            (Outcome::Ok, None) => {}
            _ if *role == Role::Verification => {
                self.broken.insert(cell.id());
            }
            _ => {}
        }
        self.done.insert(key);
    }

    /// Notes a round that is over.
    pub(crate) fn add_round(&mut self, round: RoundRecord) {
        self.rounds.push(round);
    }

    /// Whether the sample of `item` is there.
    pub(crate) fn has(&self, item: &Item) -> bool {
        let Item { cell, pass, role, round, attempt, .. } = item;
        self.done.contains(&Key::new(cell, *pass, *role, *round, *attempt))
    }

    /// Whether the cell failed its verification, so that timing it would time a lie.
    pub(crate) fn is_broken(&self, cell: &Cell) -> bool {
        self.broken.contains(&cell.id())
    }

    /// Why nobody believes the makespan of a timed sample beside those of its cell that were traced,
    /// in a line for people; `None` if there is no reason.
    pub(crate) fn doubt(&self, sample: &Sample) -> Option<String> {
        let Sample { cell, pass, role, round, attempt, .. } = sample;
        let timed = sample.measured.as_ref().filter(|_| *pass == Pass::Time)?.makespan_ns;
        let key = Key::new(cell, Pass::Trace, *role, *round, *attempt);
        let twin = |other: &Key| other.cell == key.cell && other.amount == key.amount;
        let twins = self.traced.iter().filter(|(other, _)| twin(other) && other.role == key.role);
        let traced: Vec<_> = twins.map(|(_, makespan)| *makespan).collect();
        let least = *traced.iter().min().filter(|_| traced.len() >= ENOUGH_TRACED)?;
        (timed < least / TIMES_SLOWER).then(|| {
            format!("says that it took {timed} ns, and no traced run of it less than {least}")
        })
    }

    /// The rounds that are over, in the order in which they ended.
    pub(crate) fn rounds(&self) -> &[RoundRecord] {
        &self.rounds
    }

    /// What is known of a round that is over.
    pub(crate) fn round(&self, round: u32, attempt: u32) -> Option<&RoundRecord> {
        self.rounds.iter().find(|known| known.round == round && known.attempt == attempt)
    }

    /// Whether the moments of a cell's jobs are to be kept, the next time that it is traced.
    pub(crate) fn wants_trace(&self, cell: &Cell) -> bool {
        self.traces.wants(cell, &self.rounds)
    }

    /// The files of the traces that are kept.
    pub(crate) fn standing_traces(&self) -> HashSet<String> {
        self.traces.standing(&self.rounds)
    }

    /// The makespans of a cell in the rounds before `round`, a repetition in place of the round
    /// that it repeats.
    pub(crate) fn makespans(&self, cell: &Cell, round: u32) -> Vec<u64> {
        let (id, amount) = (cell.id(), cell.work.extent.amount());
        let of_cell = |key: &Key| {
            key.role == Role::Measured
                && key.cell == id
                && key.amount == amount
                && key.round < round
        };
        let own: Vec<_> = self.timed.iter().filter(|(key, _)| of_cell(key)).collect();
        let repeated = |key: &Key| {
            own.iter().any(|(other, _)| other.round == key.round && other.attempt > key.attempt)
        };
        own.iter().filter(|(key, _)| !repeated(key)).map(|(_, makespan)| *makespan).collect()
    }
}
