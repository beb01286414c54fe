//! A limit of one is sequential, one above the number of jobs works, and so does the largest.

use std::{num::NonZeroUsize, time::Duration};

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "arguments",
    sentence: "A limit of 1 is sequential, one above the number of jobs works, and the largest \
               works or is refused by name; 0 cannot be written.",
    judge: None,
    probes: &[
        Probe { name: "limit 1", run: one },
        Probe { name: "a limit above the number of jobs", run: |subject, _| run(subject, 1_000) },
        Probe { name: "the largest limit", run: largest },
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
    if evidence.ending != Ending::Completed || ledger.delivered != JOBS {
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
    if claims.limit == Some(limit) && peak < JOBS.min(limit.get() as u64) {
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

fn kept(seen: &str) -> Verdict {
    Verdict::Kept(seen.to_owned())
}
