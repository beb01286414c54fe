//! A small matrix through the harness, a process a sample, with the memory and the latency that
//! Criterion does not show.

use std::{env, process::ExitCode};

use anyhow::Result;
use bp_harness::{CHILD_VERB, Filters, Interrupts, Launcher, Plan, Suite, environment, serve};
use bp_observe::memory::Counting;
use bp_record::{Run, SCHEMA};
use bp_report::{Format, table};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SUITE: &str = include_str!("memory-and-latency.toml");

fn main() -> Result<ExitCode> {
    if env::args().nth(1).as_deref() == Some(CHILD_VERB) {
        serve()?;
    } else if env::args().any(|argument| argument == "--test") {
        measure(1)?; // `cargo bench -- --test` runs each bench once
    } else if env::args().any(|argument| argument == "--bench") {
        measure(3)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the matrix and prints its tables.
fn measure(rounds: u32) -> Result<()> {
    let catalogue = bp_registry::catalogue();
    let mut suite = Suite::parse(SUITE, "memory-and-latency.toml")?;
    suite.rounds = rounds.try_into()?;
    let plan = Plan::new(&suite, &Filters::default(), &catalogue)?;
    let launcher = Launcher::this_program(bp_harness::usual_memory_cap())?;
    let stop = Interrupts::listen()?;
    let samples: Result<Vec<_>, _> =
        plan.items.iter().map(|item| launcher.sample(item, &stop)).collect();
    let run = Run {
        schema: SCHEMA,
        arguments: vec![],
        suite: plan.suite,
        preview: plan.preview,
        seed: plan.seed,
        rounds: plan.rounds,
        planned: plan.items.len() as u64,
        started: String::new(),
        catalogue,
        environment: environment(),
        sweep: None,
        fingerprint: None,
        partition: None,
        shards: vec![],
    };
    let samples = samples?;
    for format in [Format::Table, Format::Markdown] {
        println!("{}", table(&run, &samples, format));
    }
    Ok(())
}
