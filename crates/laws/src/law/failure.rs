//! Whatever panics frees its slot, and is not kept from whoever awaits the run.

use std::time::Duration;

use super::{Entry, Probe};
use crate::{
    Drives, Effort, Given, Subject, Verdict, eight,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "failure",
    sentence: "A panic in a job is an output, by the contract; one that it does not contain, in the \
               source or in the consumer reaches whoever awaits the run, or of a spawned job its \
               handle; each, and one in a drop, frees its slot.",
    judge: Some(judge),
    probes: &[
        Probe { name: "every other job panics", run: every_other },
        Probe { name: "a job that unwinds", run: unwinding },
        Probe { name: "a job that panics when it is dropped", run: in_drop },
    ],
};

fn judge(subject: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    if ledger.unwound > 0
        && let Some(again) = &ledger.polled_again
    {
        return Some(format!("a job unwound, and {again}"));
    }
    match evidence.ending {
        Ending::Completed if ledger.fatal => {
            Some("the source or the consumer panicked, and the run completed as if not".to_owned())
        }
        Ending::Completed if ledger.unwound > 0 && !handed_on(subject, evidence) => {
            Some("a job unwound, and the run completed as if not".to_owned())
        }
        Ending::Panicked if ledger.panicked > 0 && ledger.hurt_by_jobs_alone() => {
            Some("a job panicked, and the run with it".to_owned())
        }
        Ending::Deadlock | Ending::Livelock if ledger.hurt() => Some(format!(
            "after a panic the run never ends: {} jobs of {} have",
            ledger.ended(),
            ledger.pulled
        )),
        _ => None,
    }
}

/// Whether a strategy that spawns may have handed on that a job unwound, as what a handle yields. It
/// alone sees that: what is known is whether handles yielded anything at all, and that no panic went
/// to the executor, which tells nobody.
fn handed_on(subject: &Subject, evidence: &Evidence) -> bool {
    let spawned = subject.drives() == Drives::Spawned;
    spawned && evidence.answers > 0 && evidence.task_panics == 0
}

/// More panics than there are slots.
fn every_other(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 100;
    let script = |index| Script { panics: index % 2 == 0, ..Script::pause(Pause::Yield) };
    let evidence = politely(subject, Scenario::plain(Given::limit(eight()), JOBS, script))?;
    let ledger = &evidence.ledger;
    let (delivered, lost, shed) = (ledger.delivered, ledger.panicked, ledger.shed);
    Ok(match judge(subject, &evidence) {
        Some(why) => Verdict::breach(why),
        None if evidence.ending != Ending::Completed || delivered + lost + shed != JOBS => {
            Verdict::breach(format!(
                "{lost} of {JOBS} jobs panicked and {delivered} outputs were delivered: {:?}",
                evidence.ending
            ))
        }
        None => Verdict::Kept(format!("{lost} panics of {JOBS} jobs, the others delivered")),
    })
}

/// One job unwinds through its strategy among others that sleep. What the run held then is given
/// back: the next run of the same strategy is as wide as the one before.
fn unwinding(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 40;
    let given = Given::limit(eight());
    let nap = |index| Script::pause(Pause::Sleep(Duration::from_millis(1 + index % 3)));
    let before = politely(subject, Scenario::plain(given, JOBS, nap))?;
    let script = move |index| Script { unwinds: index == 4, ..nap(index) };
    let evidence = politely(subject, Scenario::plain(given, JOBS, script))?;
    let after = politely(subject, Scenario::plain(given, JOBS, nap))?;
    let widths = [&before, &after].map(|evidence| evidence.ledger.in_flight_peak);
    if let Some(why) = judge(subject, &evidence).or_else(|| left(&evidence)) {
        return Ok(Verdict::breach(why));
    }
    if after.ending != Ending::Completed || widths[1] < widths[0] {
        return Ok(Verdict::breach(format!(
            "{} jobs were in flight, and after a run in which one unwound {}: {:?}",
            widths[0], widths[1], after.ending
        )));
    }
    Ok(match evidence.ending {
        Ending::Panicked => Verdict::Kept("a job that unwinds ends the run".to_owned()),
        Ending::Completed if evidence.ledger.delivered + evidence.ledger.shed + 1 == JOBS => {
            Verdict::Kept("a job that unwinds is lost, and the others delivered".to_owned())
        }
        ending => Verdict::breach(format!(
            "one job unwound, and {} outputs of {JOBS} were delivered: {ending:?}",
            evidence.ledger.delivered
        )),
    })
}

/// What is still there of a run that is over.
fn left(evidence: &Evidence) -> Option<String> {
    let alive = evidence.ledger.alive();
    (alive > 0).then(|| format!("a job unwound, and {alive} jobs or outputs were never dropped"))
}

/// What panics when it is dropped has ended; its output may be lost with it, or the run end.
fn in_drop(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 20;
    let script = |index| Script { drop_panics: index == 3, ..Script::pause(Pause::Yield) };
    let evidence = politely(subject, Scenario::plain(Given::limit(eight()), JOBS, script))?;
    let ledger = &evidence.ledger;
    Ok(match evidence.ending {
        Ending::Completed if ledger.delivered + ledger.shed + 1 < JOBS => Verdict::breach(format!(
            "one job panicked when it was dropped, and {} outputs of {JOBS} were delivered",
            ledger.delivered
        )),
        Ending::Completed => Verdict::Kept("a panic in a drop is contained".to_owned()),
        Ending::Panicked => Verdict::Kept("a panic in a drop ends the run".to_owned()),
        ending => Verdict::breach(format!("one job panicked when it was dropped: {ending:?}")),
    })
}
