//! What the contract costs: instructions and allocations of one more job, for strategies of this
//! workspace against the same written by hand for Tokio.
//!
//! Instructions are counted by callgrind, which has to be there (Debian: `valgrind`), and without
//! those of the allocator: they are as many on both sides and would hide the rest. Counts repeat,
//! so this is a gate: `cargo bench --bench cost -- --test` fails where a figure is above its bound.

mod cancelling;
mod counted;
mod job;
mod lean;
mod variant;

use std::env;

use anyhow::{Result, bail, ensure};
use bp_observe::memory::Counting;

use crate::{
    counted::{Cost, Sizes, valgrind},
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
    /// Most instructions, as a multiple of code by hand that cancels its tasks when it is dropped,
    /// as the contract does.
    over_cancelling: f64,
    /// Most allocations a job beyond the leanest code.
    allocations: f64,
}

const ROWS: [Row; 5] = [
    Row { strategy: "semaphore", over_lean: 1.26, over_cancelling: 1.05, allocations: 0.0 },
    Row { strategy: "semaphore-tokio", over_lean: 1.25, over_cancelling: 1.05, allocations: 0.0 },
    Row { strategy: "bounded-channel", over_lean: 1.18, over_cancelling: 1.18, allocations: 0.0 },
    Row { strategy: "materialize", over_lean: 1.05, over_cancelling: 1.05, allocations: 0.0 },
    Row {
        strategy: "materialize-spawned",
        over_lean: 1.18,
        over_cancelling: 1.18,
        allocations: 1.0,
    },
];

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
        "{:<20} {:>8} {:>11} {:>9} {:>7} {:>7} {:>22}",
        "instructions a job",
        "lean",
        "cancelling",
        "contract",
        "÷ lean",
        "÷ canc.",
        "allocations (lean)"
    );
    let mut beyond = vec![];
    for row in ROWS {
        let cost = |written| Cost::of(row.strategy, written, sizes, valgrind);
        let lean = cost(Written::Lean)?;
        let cancelling = cost(Written::Cancelling)?;
        let contract = cost(Written::Contract)?;
        beyond.extend(row.check(lean, cancelling, contract));
    }
    ensure!(beyond.is_empty(), "the contract costs more than it may:\n{}", beyond.join("\n"));
    Ok(())
}

impl Row {
    /// Prints the figures and hands back what is above its bound.
    fn check(&self, lean: Cost, cancelling: Cost, contract: Cost) -> Vec<String> {
        let ratio = |to: Cost| Some(contract.instructions? / to.instructions?);
        let shown = |number: Option<f64>, places| {
            number.map_or("-".to_owned(), |number| format!("{number:.places$}"))
        };
        let (to_lean, to_cancelling) = (ratio(lean), ratio(cancelling));
        println!(
            "{:<20} {:>8} {:>11} {:>9} {:>7} {:>7} {:>12.3} ({:.3})",
            self.strategy,
            shown(lean.instructions, 0),
            shown(cancelling.instructions, 0),
            shown(contract.instructions, 0),
            shown(to_lean, 3),
            shown(to_cancelling, 3),
            contract.allocations,
            lean.allocations,
        );
        let mut beyond = vec![];
        let mut hold = |what: &str, figure: Option<f64>, bound: f64| {
            if let Some(figure) = figure.filter(|&figure| figure > bound) {
                beyond.push(format!("{}: {what} {figure:.3}, and may be {bound}", self.strategy));
            }
        };
        hold("instructions ÷ lean", to_lean, self.over_lean);
        hold("instructions ÷ cancelling", to_cancelling, self.over_cancelling);
        // A listener is allocated where a waiter happens to park: a few in ten thousand.
        let more = contract.allocations - lean.allocations;
        hold("more allocations a job", Some(more), self.allocations + 0.005);
        beyond
    }
}
