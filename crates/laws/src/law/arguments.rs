//! A limit of one is sequential, one above the number of jobs works, and so does the largest.

use std::{num::NonZeroUsize, time::Duration};

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, politely, politely_made},
};

pub(super) const ENTRY: Entry = Entry {
    name: "arguments",
    sentence: "A limit of 1 is sequential, one above the number of jobs works, and the largest \
               works or is refused by name; one of 0, where it can be written, is refused or \
               runs all jobs.",
    judge: None,
    probes: &[
        Probe { name: "limit 1", run: one },
        Probe { name: "a limit above the number of jobs", run: |subject, _| run(subject, 1_000) },
        Probe { name: "the largest limit", run: largest },
        Probe { name: "a limit of 0", run: zero },
    ],
};

const JOBS: u64 = 50;
const NAP: Duration = Duration::from_millis(1);

fn one(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    run(subject, 1)
}

fn run(subject: &Subject, limit: usize) -> Result<Verdict, String> {
    let limit = NonZeroUsize::new(limit).unwrap_or(NonZeroUsize::MIN);
    // They sleep: time stands still until all that may run do.
    let scenario = Scenario::plain(Given::limit(limit), JOBS, |_| Script::pause(Pause::Sleep(NAP)));
    let evidence = politely(subject, scenario)?;
    let ledger = &evidence.ledger;
    if evidence.ending != Ending::Completed || ledger.delivered + ledger.shed != JOBS {
        return Ok(Verdict::breach(format!(
            "{} of {JOBS} outputs with limit {limit}: {:?}",
            ledger.delivered, evidence.ending
        )));
    }
    let claims = subject.make(&Given::limit(limit))?.claims();
    let peak = ledger.in_flight_peak;
    if let Some(claimed) = claims.limit.filter(|claimed| *claimed > limit) {
        return Ok(Verdict::breach(format!("with limit {limit} it claims one of {claimed}")));
    }
    let fills = claims.limit == Some(limit) && !claims.adapts;
    if fills && peak < JOBS.min(limit.get() as u64) {
        return Ok(Verdict::breach(format!("{peak} of {JOBS} in flight with limit {limit}")));
    }
    if limit.get() == 1 && claims.limit.is_some() && peak != 1 {
        return Ok(Verdict::breach(format!("{peak} in flight with limit 1")));
    }
    Ok(Verdict::Kept(String::new()))
}

/// Where it means workers or places that are reserved, it may be refused if the largest is named.
fn largest(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let given = Given::limit(NonZeroUsize::MAX);
    match subject.make(&given) {
        Ok(_) => {
            run(subject, usize::MAX).map(|verdict| verdict.and(kept("the largest limit works")))
        }
        Err(refusal) if refusal.contains("largest") => Ok(kept(&refusal)),
        Err(refusal) => Ok(Verdict::breach(format!("refused without its largest: {refusal}"))),
    }
}

/// Where it can be written, somebody will: whoever neither refuses it nor runs the jobs leaves a
/// program that waits for ever, or one that has done nothing.
fn zero(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const FEW: u64 = 5;
    let driven = match subject.zero() {
        None => return Ok(kept("0 cannot be written")),
        Some(Err(refusal)) => return Ok(kept(&format!("0 is refused: {refusal}"))),
        Some(Ok(driven)) => driven,
    };
    let given = Given::limit(NonZeroUsize::MIN); // which nobody looks at: the strategy is made
    let plain = Scenario::plain(given, FEW, |_| Script::pause(Pause::Sleep(NAP)));
    let evidence = politely_made(&driven, Scenario { patience: 10_000, ..plain });
    let (delivered, peak) = (evidence.ledger.delivered, evidence.ledger.in_flight_peak);
    Ok(match (evidence.ending, evidence.message) {
        (Ending::Completed, _) if delivered < FEW => {
            Verdict::breach(format!("it completes after {delivered} of {FEW} jobs"))
        }
        (Ending::Completed, _) if peak == FEW => kept("0 is no limit"),
        (Ending::Completed, _) => kept(&format!("0 is taken for {peak}")),
        (Ending::Panicked, Some(said)) if speaks_of_zero(&said) => {
            kept(&format!("0 is refused by a panic: {said}"))
        }
        (Ending::Panicked, said) => Verdict::breach(format!(
            "a panic that does not say what is wrong: {}",
            said.as_deref().unwrap_or("without a word")
        )),
        (ending, _) => Verdict::breach(format!(
            "{delivered} of {FEW} jobs are delivered, and it never ends: {ending:?}"
        )),
    })
}

/// Whether whoever reads it learns that 0 was wrong.
fn speaks_of_zero(said: &str) -> bool {
    ["zero", "0", "limit", "capacity"].iter().any(|word| said.contains(word))
        && !said.contains("index") // which is what an array says
}

fn kept(seen: &str) -> Verdict {
    Verdict::Kept(seen.to_owned())
}
