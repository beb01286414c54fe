//! Whatever panics frees its slot, and is not kept from whoever awaits the run.

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict, eight,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "failure",
    sentence: "A panic in a job is an output, by the contract; one there, in its drop, in the source \
               or in the consumer frees its slot, and the last two reach whoever awaits the run.",
    judge: Some(judge),
    probes: &[
        Probe { name: "every other job panics", run: every_other },
        Probe { name: "a job that panics when it is dropped", run: in_drop },
    ],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    match evidence.ending {
        Ending::Completed if ledger.fatal => {
            Some("the source or the consumer panicked, and the run completed as if not".to_owned())
        }
        Ending::Panicked if ledger.panicked > 0 && !ledger.fatal && !ledger.drop_panicked => {
            Some("a job panicked, and the run with it".to_owned())
        }
        Ending::Deadlock | Ending::Livelock if ledger.hurt() => Some(format!(
            "after a panic the run never ends: {} jobs of {} have",
            ledger.finished + ledger.panicked,
            ledger.pulled
        )),
        _ => None,
    }
}

/// More panics than there are slots.
fn every_other(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 100;
    let script = |index| Script { panics: index % 2 == 0, ..Script::pause(Pause::Yield) };
    let evidence = politely(subject, Scenario::plain(Given::limit(eight()), JOBS, script))?;
    let (delivered, lost) = (evidence.ledger.delivered, evidence.ledger.panicked);
    Ok(match judge(subject, &evidence) {
        Some(why) => Verdict::breach(why),
        None if evidence.ending != Ending::Completed || delivered + lost != JOBS => {
            Verdict::breach(format!(
                "{lost} of {JOBS} jobs panicked and {delivered} outputs were delivered: {:?}",
                evidence.ending
            ))
        }
        None => Verdict::Kept(format!("{lost} panics of {JOBS} jobs, the others delivered")),
    })
}

/// What panics when it is dropped has ended; its output may be lost with it, or the run end.
fn in_drop(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 20;
    let script = |index| Script { drop_panics: index == 3, ..Script::pause(Pause::Yield) };
    let evidence = politely(subject, Scenario::plain(Given::limit(eight()), JOBS, script))?;
    let ledger = &evidence.ledger;
    Ok(match evidence.ending {
        Ending::Completed if ledger.delivered + 1 < JOBS => Verdict::breach(format!(
            "one job panicked when it was dropped, and {} outputs of {JOBS} were delivered",
            ledger.delivered
        )),
        Ending::Completed => Verdict::Kept("a panic in a drop is contained".to_owned()),
        Ending::Panicked => Verdict::Kept("a panic in a drop ends the run".to_owned()),
        ending => Verdict::breach(format!("one job panicked when it was dropped: {ending:?}")),
    })
}
