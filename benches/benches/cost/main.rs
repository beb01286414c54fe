//! What the contract costs: instructions and allocations of one more job, for strategies of this
//! workspace against the same written by hand for Tokio; and what the harness adds when it takes
//! the time.
//!
//! Instructions are counted by callgrind, which has to be there (Debian: `valgrind`), and without
//! those of the allocator: they are as many on both sides and would hide the rest. Counts repeat,
//! so this is a gate: `cargo bench --bench cost -- --test` fails where a figure is above its bound.

#[path = "../common/callgrind.rs"]
mod callgrind;
mod cancelling;
mod counted;
mod documented;
mod job;
mod lean;
mod variant;

use std::env;

use anyhow::{Result, bail, ensure};
use bp_observe::memory::Counting;

use crate::{
    callgrind::valgrind,
    counted::{Cost, Sizes},
    variant::Written,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The hidden commands of a child: strategy, how it is written, number of jobs.
const INSTRUCTIONS: &str = "__instructions";
const ALLOCATIONS: &str = "__allocations";

/// A strategy that is compared, and its bounds.
struct Row {
    /// Its name in the registry.
    strategy: &'static str,
    /// Most instructions, as a multiple of the leanest code that one could write by hand.
    over_lean: f64,
    /// Most instructions, as a multiple of code by hand that promises what a run needs: it cancels
    /// its tasks when it is dropped, and contains panics.
    over_cancelling: f64,
    /// Most instructions that the harness adds in a time pass.
    counted: f64,
}

/// A percent or so above what was reached: a gate against growing, not a wish.
const ROWS: [Row; 5] = [
    Row { strategy: "semaphore", over_lean: 1.17, over_cancelling: 1.06, counted: 825.0 },
    Row { strategy: "semaphore-tokio", over_lean: 1.15, over_cancelling: 1.05, counted: 873.0 },
    Row { strategy: "bounded-channel", over_lean: 1.11, over_cancelling: 1.05, counted: 927.0 },
    Row { strategy: "materialize", over_lean: 1.02, over_cancelling: 1.0, counted: 763.0 },
    Row {
        strategy: "materialize-spawned",
        over_lean: 1.095,
        over_cancelling: 1.075,
        counted: 1028.0,
    },
];

/// A listener is allocated where a waiter happens to park: a few in ten thousand jobs.
const ALLOCATIONS_MORE: f64 = 0.005;

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [INSTRUCTIONS, strategy, written, jobs] => {
            variant::run(strategy, written.parse()?, jobs.parse()?);
            Ok(())
        }
        [ALLOCATIONS, strategy, written, jobs] => {
            let count = variant::count_allocations(strategy, written.parse()?, jobs.parse()?);
            println!("{count}");
            Ok(())
        }
        _ if words.contains(&"--test") => compare(Sizes { small: 1_000, large: 3_000 }),
        _ if words.contains(&"--bench") => compare(Sizes { small: 20_000, large: 120_000 }),
        _ => bail!("run it by `cargo bench --bench cost`, or with `-- --test` for a small case"),
    }
}

/// Prints the table and fails if a figure in it is above its bound.
fn compare(sizes: Sizes) -> Result<()> {
    let valgrind = valgrind();
    if !valgrind {
        println!("valgrind is not installed: instructions are skipped, allocations are checked");
    }
    println!(
        "{:<20} {:>7} {:>11} {:>9} {:>7} {:>8} {:>10}  allocations",
        "instructions a job", "lean", "cancelling", "contract", "÷ lean", "÷ canc.", "time pass"
    );
    let mut beyond = vec![];
    for row in ROWS {
        let cost = |written| Cost::of(row.strategy, written, sizes, valgrind);
        let costs = Costs {
            lean: cost(Written::Lean)?,
            cancelling: cost(Written::Cancelling)?,
            contract: cost(Written::Contract)?,
            counted: cost(Written::Counted)?,
        };
        beyond.extend(row.check(costs)?);
    }
    println!(
        "time pass: what the harness adds to the contract there; allocations: lean, cancelling, \
         contract, time pass"
    );
    ensure!(beyond.is_empty(), "the contract costs more than it may:\n{}", beyond.join("\n"));
    Ok(())
}

/// One strategy in all its ways.
struct Costs {
    lean: Cost,
    cancelling: Cost,
    contract: Cost,
    counted: Cost,
}

impl Row {
    /// Prints the figures and hands back what is above its bound or other than documented.
    fn check(&self, costs: Costs) -> Result<Vec<String>> {
        let Costs { lean, cancelling, contract, counted } = costs;
        let ratio = |to: Cost| Some(contract.instructions? / to.instructions?);
        let shown = |number: Option<f64>, places| {
            number.map_or("-".to_owned(), |number| format!("{number:.places$}"))
        };
        let (to_lean, to_cancelling) = (ratio(lean), ratio(cancelling));
        let added = counted.instructions.zip(contract.instructions).map(|(with, bare)| with - bare);
        let allocations =
            [lean, cancelling, contract, counted].map(|cost| format!("{:.3}", cost.allocations));
        println!(
            "{:<20} {:>7} {:>11} {:>9} {:>7} {:>8} {:>10}  {}",
            self.strategy,
            shown(lean.instructions, 0),
            shown(cancelling.instructions, 0),
            shown(contract.instructions, 0),
            shown(to_lean, 3),
            shown(to_cancelling, 3),
            added.map_or("-".to_owned(), |added| format!("{added:+.0}")),
            allocations.join(" ")
        );
        let mut beyond = vec![];
        let shown = [lean, cancelling, contract].map(|cost| cost.instructions);
        if let [Some(lean), Some(cancelling), Some(contract)] = shown
            && let Some(added) = added
        {
            beyond.extend(documented::differs(self.strategy, [lean, cancelling, contract, added])?);
        }
        let mut hold = |what: &str, figure: Option<f64>, bound: f64| {
            // What is no number is above every bound.
            if let Some(figure) = figure.filter(|&figure| figure.is_nan() || figure > bound) {
                beyond.push(format!("{}: {what} {figure:.3}, and may be {bound}", self.strategy));
            }
        };
        hold("instructions ÷ lean", to_lean, self.over_lean);
        hold("instructions ÷ cancelling", to_cancelling, self.over_cancelling);
        hold("more instructions in a time pass", added, self.counted);
        let more = |cost: Cost| Some(contract.allocations - cost.allocations);
        hold("allocations more than lean", more(lean), ALLOCATIONS_MORE);
        hold("allocations more than cancelling", more(cancelling), ALLOCATIONS_MORE);
        let more = Some(counted.allocations - contract.allocations);
        hold("allocations more in a time pass", more, ALLOCATIONS_MORE);
        Ok(beyond)
    }
}
