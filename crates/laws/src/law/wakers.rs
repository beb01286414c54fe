//! Wakes may be lost by nobody, and be sent by anybody at any time.

use std::{num::NonZeroUsize, time::Duration};

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "wakers",
    sentence: "No wake is lost, no job is polled after it has ended, and polls do not grow faster \
               than jobs, whatever the wakers do.",
    judge: Some(judge),
    probes: &[Probe { name: "polls of many jobs", run: polls }],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    if let Some(again) = &ledger.polled_again {
        return Some(again.clone());
    }
    let unhurt = !ledger.fatal && ledger.panicked == 0;
    let state = || {
        format!(
            "{} jobs were taken, {} have ended, {} outputs are delivered",
            ledger.pulled, ledger.finished, ledger.delivered
        )
    };
    match evidence.ending {
        Ending::Deadlock if unhurt => {
            Some(format!("nothing is awake and no timer is set: {}", state()))
        }
        Ending::Livelock if unhurt => {
            Some(format!("it goes on for ever after {} polls: {}", evidence.polls, state()))
        }
        _ => None,
    }
}

/// A job that waits once needs two polls.
fn polls(subject: &Subject, effort: &Effort) -> Result<Verdict, String> {
    let given = Given::limit(NonZeroUsize::MIN.saturating_add(99));
    // Who has no limit may look through all handles for each output, which is no poll of a job.
    let unlimited = subject.make(&given)?.claims().limit.is_none();
    let jobs = if unlimited { effort.polls.min(2_000) } else { effort.polls };
    // No two are woken at once, so that whoever asks them all for each wake is found out.
    let nap = |index: u64| Duration::from_micros(1_000_000 + index * 7_919 % 1_000_000);
    let script = move |index| Script::pause(Pause::Sleep(nap(index)));
    let evidence = politely(subject, Scenario::plain(given, jobs, script))?;
    if let Some(why) = judge(subject, &evidence) {
        return Ok(Verdict::breach(why));
    }
    let each = |polls: u64| polls as f64 / jobs as f64;
    let [polls, of_tasks] = [evidence.ledger.job_polls, evidence.polls].map(each);
    let seen = format!("{polls:.2} polls a job, {of_tasks:.2} of tasks");
    Ok(if evidence.ledger.job_polls <= 3 * jobs {
        Verdict::Kept(seen)
    } else {
        Verdict::breach(format!("{seen}, of {jobs} jobs that wait once"))
    })
}
