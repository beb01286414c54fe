use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use bp_analysis::{Comparison, Gate, compare_interleaved};
use bp_record::{Outcome, Pass, Sample, Store};

use crate::{
    Copies, Error, Interrupts, Item, Launcher, Plan, Suite, shuffle::shuffle, traces::put_aside,
};

/// A cell that failed so often on one side is not run again: that is known, and may be slow.
const MOST_FAILURES: usize = 3;

/// The interval of a ratio is to be no wider than this part of what the gate allows, on each side.
const PART_OF_GATE: f64 = 0.5;

/// The places of the copies. Their names are of the same length: it shifts what the program finds on
/// its stack.
const PLACES: [&str; 2] = ["place-1", "place-2"];

/// Whether the sides have changed their places, within four rounds.
const CHANGED: [usize; 4] = [0, 1, 1, 0];

/// The suite of those who bring none.
const TEXT: &str = include_str!("../suites/against.toml");

/// What two builds run if nobody says: jobs without a timer, on one worker.
pub fn duel_suite() -> Suite {
    Suite::parse(TEXT, "against").expect("a test parses it")
}

/// Two programs that run the same cells in turns.
#[derive(Debug)]
pub struct Duel<'a> {
    /// What is run, once a side and round; see [`duel_items`].
    pub items: &'a [Item],
    /// How the programs are started: the base and the new one.
    pub launchers: [&'a Launcher; 2],
    /// Each round runs fresh copies of the programs, a pair of them.
    pub copies: &'a Copies,
    /// What is compared.
    pub gate: &'a Gate,
    /// What the order follows from.
    pub seed: u64,
    /// Rounds that every cell gets.
    pub rounds: u32,
    /// Rounds that a cell may get whose ratio is not known well enough.
    pub most_rounds: u32,
    /// When no such round is begun any more, counted from the start.
    pub time: Option<Duration>,
}

/// How far a duel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The round, from 0.
    pub round: u32,
    /// Pairs that are done in it.
    pub done: usize,
    /// Pairs that there are in it.
    pub pairs: usize,
}

/// What came of a duel.
#[derive(Clone, Debug, PartialEq)]
pub struct Duelled {
    /// The verdicts.
    pub comparison: Comparison,
    /// How many rounds there were, of the cell that had most.
    pub rounds: u32,
    /// True if the user stopped it.
    pub interrupted: bool,
}

/// The items of a duel: each cell of the plan at its full extent, in the passes that measure what
/// the gate names, once.
pub fn duel_items(plan: &Plan, gate: &Gate) -> Vec<Item> {
    let passes: HashSet<Pass> = gate.rules.iter().map(|(metric, _)| metric.pass).collect();
    let first = plan.items.iter().filter(|item| item.round == 0 && passes.contains(&item.pass));
    first.filter(|item| plan.cells.contains(&item.cell)).cloned().collect()
}

impl Duel<'_> {
    /// Runs all rounds and stores each sample before the next process begins.
    ///
    /// The two processes of a pair follow each other at once, so that what the machine does it
    /// does to both; which one is first alternates, and the pairs of a round are shuffled. Rounds
    /// beyond the first ones are for figures that are not known well enough. Whether they differ
    /// has no part in that.
    ///
    /// # Errors
    /// If a program cannot be started, or if a sample cannot be stored.
    pub fn run(
        &self,
        stores: &mut [Store; 2],
        stop: &Interrupts,
        mut progress: impl FnMut(Standing),
    ) -> Result<Duelled, Error> {
        let start = Instant::now();
        let mut samples = [Vec::new(), Vec::new()];
        let mut round = 0;
        while !stop.asked() {
            let mut wanted = self.wanted(round, &samples, start.elapsed());
            if wanted.is_empty() {
                break;
            }
            let copies = self.copies(round)?;
            shuffle(&mut wanted, self.seed ^ u64::from(round).rotate_left(32));
            for (done, &index) in wanted.iter().enumerate() {
                if stop.asked() {
                    break;
                }
                progress(Standing { round, done, pairs: wanted.len() });
                self.pair(&copies, index, round, stores, &mut samples, stop)?;
            }
            round += 1;
        }
        let [base, new] = &samples;
        let comparison = compare_interleaved(base, new, self.gate);
        Ok(Duelled { comparison, rounds: round, interrupted: stop.asked() })
    }

    /// Runs the first cell once on each side, for nothing: it finds a program that is none of
    /// ours, and brings both into the cache.
    ///
    /// # Errors
    /// If a program cannot be started, or does not speak the protocol.
    pub fn introduce(&self, stop: &Interrupts) -> Result<(), Error> {
        let Some(item) = self.items.first() else { return Ok(()) };
        for launcher in self.launchers {
            let sample = launcher.sample(item, stop)?;
            if sample.outcome == Outcome::Crashed {
                return Err(Error::Stranger {
                    program: launcher.program().into(),
                    message: sample.message.unwrap_or_default(),
                });
            }
        }
        Ok(())
    }

    /// The places of the items that are to run in this round.
    fn wanted(&self, round: u32, samples: &[Vec<Sample>; 2], taken: Duration) -> Vec<usize> {
        let failing = samples.iter().flat_map(|samples| failing(samples)).collect::<HashSet<_>>();
        let all = (0..self.items.len()).filter(|&index| {
            !failing.contains(&(self.items[index].cell.id(), self.items[index].pass))
        });
        if round < self.rounds {
            return all.collect();
        }
        if round >= self.most_rounds || self.time.is_some_and(|time| taken >= time) {
            return Vec::new();
        }
        let comparison = compare_interleaved(&samples[0], &samples[1], self.gate);
        let rows = comparison.rows.iter().filter(|row| !row.is_known_within(PART_OF_GATE));
        let unknown: HashSet<_> = rows.map(|row| (row.id.clone(), row.metric.pass)).collect();
        all.filter(|&index| {
            unknown.contains(&(self.items[index].cell.id(), self.items[index].pass))
        })
        .collect()
    }

    /// The copies that a round runs, by side.
    ///
    /// A copy gets the pages that the last one in its place gave back, and as fast as they are it
    /// is, round after round. So the sides change their places: a place is noise then, and cannot
    /// pass for a change.
    fn copies(&self, round: u32) -> Result<[Launcher; 2], Error> {
        let sides = self.sides(round);
        let copy = |place: usize| self.copies.fresh(self.launchers[sides[place]], PLACES[place]);
        let (first, second) = (copy(0)?, copy(1)?);
        Ok(if sides[0] == 0 { [first, second] } else { [second, first] })
    }

    /// Which side has the first place in this round, and which the second: of four rounds each has
    /// each place twice, once where it runs first and once where it runs second. Where four rounds
    /// begin is by lot.
    fn sides(&self, round: u32) -> [usize; 2] {
        let mut sides = [0, 1];
        shuffle(&mut sides, self.seed ^ u64::from(round / 4).rotate_left(16));
        sides.rotate_left(CHANGED[round as usize % 4]);
        sides
    }

    fn pair(
        &self,
        launchers: &[Launcher; 2],
        index: usize,
        round: u32,
        stores: &mut [Store; 2],
        samples: &mut [Vec<Sample>; 2],
        stop: &Interrupts,
    ) -> Result<(), Error> {
        let item = Item { round, ..self.items[index].clone() };
        let first = self.first(index, round);
        for side in [first, 1 - first] {
            let mut sample = launchers[side].sample(&item, stop)?;
            put_aside(&mut sample, &stores[side], round == 0)?;
            stores[side].append(&sample)?;
            samples[side].push(sample);
        }
        Ok(())
    }

    /// Which side begins: by lot in the first round of an item, then in turns.
    fn first(&self, index: usize, round: u32) -> usize {
        let mut lots = [0_usize, 1];
        shuffle(&mut lots, self.seed ^ !(index as u64));
        (lots[0] + round as usize) % 2
    }
}

/// What failed too often to be run again.
fn failing(samples: &[Sample]) -> impl Iterator<Item = (String, Pass)> {
    let mut failures: HashMap<(String, Pass), usize> = HashMap::new();
    for sample in samples.iter().filter(|sample| sample.outcome != Outcome::Ok) {
        *failures.entry((sample.cell.id(), sample.pass)).or_default() += 1;
    }
    failures.into_iter().filter(|(_, count)| *count >= MOST_FAILURES).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use crate::Filters;

    use super::*;

    #[test]
    fn the_built_in_duel_has_no_timer_and_one_worker() {
        let catalogue = bp_registry::catalogue();
        let plan = Plan::new(&duel_suite(), &Filters::default(), &catalogue).unwrap();
        for cell in &plan.cells {
            assert_eq!(cell.threads.get(), 1);
            assert!(!catalogue.workload(&cell.work.name).unwrap().timed && cell.pause_ns.is_none());
        }
        let gate = Gate::default();
        let items = duel_items(&plan, &gate);
        assert_eq!(items.len(), 2 * plan.cells.len(), "a time pass and a memory pass");
        assert!(items.iter().all(|item| plan.cells.contains(&item.cell)));
    }

    #[test]
    fn who_is_first_alternates_and_who_is_where_is_drawn_by_lot() {
        let launcher = Launcher::new("true", [""; 0], 1);
        let gate = Gate::default();
        let copies = Copies::new().unwrap();
        let duel = |seed| Duel {
            items: &[],
            launchers: [&launcher, &launcher],
            copies: &copies,
            gate: &gate,
            seed,
            rounds: 2,
            most_rounds: 2,
            time: None,
        };
        for index in 0..9 {
            assert_ne!(duel(1).first(index, 0), duel(1).first(index, 1));
        }
        let begins: usize = (0..1_000).map(|index| duel(7).first(index, 3)).sum();
        assert!((440..560).contains(&begins), "{begins}");
        // Each side has each place as often, and as often where it runs first.
        for (index, rounds) in [(0, 8), (1, 12), (2, 16), (5, 40)] {
            let mut met = [[0; 2]; 2];
            for round in 0..rounds {
                met[duel(7).sides(round)[0]][duel(7).first(index, round)] += 1;
            }
            assert_eq!(met, [[rounds / 4; 2]; 2], "of {rounds} rounds");
        }
        let begins: usize = (0..1_000).map(|four| duel(7).sides(4 * four)[0]).sum();
        assert!((440..560).contains(&begins), "{begins}");
    }
}
