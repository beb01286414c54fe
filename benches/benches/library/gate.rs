//! Instructions a job, which repeat exactly: a gate against growing.

use anyhow::{Context, Result, bail, ensure};

use crate::{
    callgrind,
    job::{AtOnce, Jobs, Sum, YieldsOnce},
    rivals,
    runtime::{Runtime, TokioCurrentThread},
};

/// The hidden command of a child: who, which jobs, limit, number of jobs.
pub(crate) const INSTRUCTIONS: &str = "__instructions";

const KINDS: [&str; 2] = ["at-once", "yields-once"];

/// Who is counted, and the most that a job may take of each kind: a few percent above what was
/// reached. Nothing is asked of others.
const ROWS: [(&str, Option<[f64; 2]>); 7] = [
    ("materialize", Some([117.0, 198.0])),
    ("as-completed", Some([107.0, 190.0])),
    ("spawned", Some([376.0, 475.0])),
    ("slot-loop", None),
    ("futures-buffered-ordered", None),
    ("buffered", None),
    ("semaphore-spawn", None),
];

/// What a job costs more with a limit of 10,000 than with one of 16.
const GROWTH: f64 = 1.5;

/// Runs one rival, for callgrind to count.
pub(crate) fn child(words: &[&str]) -> Result<()> {
    let [name, kind, limit, jobs] = words else { bail!("{INSTRUCTIONS} NAME KIND LIMIT JOBS") };
    let (limit, jobs) = (limit.parse()?, jobs.parse()?);
    let sum = match *kind {
        "at-once" => run::<AtOnce>(name, limit, jobs)?,
        "yields-once" => run::<YieldsOnce>(name, limit, jobs)?,
        _ => bail!("{kind} is neither of {KINDS:?}"),
    };
    ensure!(sum.same_jobs(Sum::of(jobs)), "{name}: {sum:?}");
    Ok(())
}

fn run<J: Jobs>(name: &str, limit: usize, jobs: u64) -> Result<Sum> {
    type Here = TokioCurrentThread;
    Ok(match name {
        "materialize" => Here::run(rivals::ours::<J>(jobs, limit)),
        "as-completed" => Here::run(rivals::ours_as_completed::<J>(jobs, limit)),
        "spawned" => Here::run(rivals::ours_spawned::<Here, J>(jobs, limit)),
        "slot-loop" => Here::run(rivals::slot_loop::<J>(jobs, limit)),
        "futures-buffered-ordered" => Here::run(rivals::futures_buffered::<J>(jobs, limit)),
        "buffered" => Here::run(rivals::buffered::<J>(jobs, limit)),
        "semaphore-spawn" => Here::run(rivals::semaphore_spawn::<Here, J>(jobs, limit)),
        _ => bail!("nobody is called {name}"),
    })
}

/// Instructions of one more job.
fn instructions(name: &str, kind: &str, limit: usize) -> Result<f64> {
    const SMALL: u64 = 20_000;
    const LARGE: u64 = 60_000;
    let count = |jobs: u64| {
        let words = [INSTRUCTIONS, name, kind, &limit.to_string(), &jobs.to_string()];
        callgrind::instructions(&words).with_context(|| format!("{name}, {kind}"))
    };
    Ok((count(LARGE)? as f64 - count(SMALL)? as f64) / (LARGE - SMALL) as f64)
}

/// Prints the table and fails if a figure is above its bound.
pub(crate) fn check() -> Result<()> {
    if !callgrind::valgrind() {
        println!("\nvalgrind is not installed: instructions are skipped");
        return Ok(());
    }
    println!("\nInstructions a job, without those of the allocator; tokio, current thread");
    println!("{:<26}{:>20}{:>20}", "limit 200", "ready at once", "yields once");
    let mut beyond = vec![];
    for (name, bounds) in ROWS {
        let counts = KINDS.map(|kind| instructions(name, kind, 200));
        let [at_once, yields_once] = counts;
        let counts = [at_once?, yields_once?];
        println!("{name:<26}{:>20.0}{:>20.0}", counts[0], counts[1]);
        for place in 0..KINDS.len() {
            if let Some(bounds) = bounds
                && !(1.0..=bounds[place]).contains(&counts[place])
            {
                let [count, bound] = [counts[place], bounds[place]];
                beyond.push(format!("{name}, {}: {count:.0}, at most {bound}", KINDS[place]));
            }
        }
    }
    let [few, many] = [16, 10_000].map(|limit| instructions("materialize", KINDS[1], limit));
    let growth = many? / few?;
    println!("materialize with a limit of 10,000 ÷ with one of 16, yields once: {growth:.2}");
    if growth > GROWTH {
        beyond.push(format!("it grows {growth:.2} times with the limit, at most {GROWTH}"));
    }
    ensure!(beyond.is_empty(), "a job takes more instructions than it may:\n{}", beyond.join("\n"));
    Ok(())
}
