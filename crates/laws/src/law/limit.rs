//! Started and not finished never exceeds the limit, at any instant.

use std::time::Duration;

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict, eight,
    scenario::{Pause, Scenario, Script},
    stage::{Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "limit",
    sentence: "Jobs that have started and not finished never exceed the limit, at any instant.",
    judge: Some(judge),
    probes: &[Probe { name: "many jobs that sleep", run: many }],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    evidence.ledger.over_limit.clone()
}

/// How many are in flight where nothing but the limit keeps them from it.
fn many(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 400;
    let given = Given::limit(eight());
    let second = Script::pause(Pause::Sleep(Duration::from_secs(1)));
    let evidence = politely(subject, Scenario::plain(given, JOBS, move |_| second.clone()))?;
    let peak = evidence.ledger.in_flight_peak;
    if let Some(why) = judge(subject, &evidence) {
        return Ok(Verdict::breach(why));
    }
    Ok(match subject.make(&given)?.claims().limit {
        Some(limit) => Verdict::Kept(format!("{peak} in flight of {limit} allowed")),
        None => Verdict::NotClaimed(format!("{peak} of {JOBS} in flight")),
    })
}
