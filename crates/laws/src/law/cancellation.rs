//! When a run is over, in whatever way, nothing of it starts and nothing of it stays.

use std::{num::NonZeroUsize, time::Duration};

use bp_observe::memory;

use super::{Entry, Probe, UNCOUNTED};
use crate::{
    Drives, Effort, Given, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    stage::{Ending, Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "cancellation",
    sentence: "Dropping the run stops in-task jobs at once and spawned ones when they are next \
               polled; nothing starts after, and nothing leaks.",
    judge: Some(judge),
    probes: &[
        Probe { name: "dropped at each poll", run: each_poll },
        Probe { name: "a census of allocations", run: census },
    ],
};

fn judge(subject: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    if let Some(started) = &ledger.started_late {
        return Some(started.clone());
    }
    if matches!(evidence.ending, Ending::Deadlock | Ending::Livelock) {
        return None;
    }
    let how = match evidence.ending {
        Ending::Completed => "it completed",
        Ending::Panicked => "it panicked",
        _ => "it was dropped",
    };
    if ledger.drop_panicked {
        // What `await` has just yielded is leaked if its future panics when it is dropped: by the
        // compiler (rust-lang/rust#47949), and so by nobody here.
        return None;
    }
    if subject.drives() == Drives::InTask && evidence.alive_at_end > 0 {
        return Some(format!("{how} and left {} jobs or outputs alive", evidence.alive_at_end));
    }
    if ledger.alive() > 0 {
        return Some(format!(
            "{how}, and when all that was awake had been polled there were still {} jobs, {} \
             outputs and {} deliveries",
            ledger.jobs_alive, ledger.outputs_alive, ledger.consumers_alive
        ));
    }
    (evidence.tasks_left > 0)
        .then(|| format!("{how}, and {} of its tasks never end", evidence.tasks_left))
}

/// A run of a few jobs that wait in all ways, dropped at that poll.
fn dropped(drop_at: Option<u64>) -> Scenario {
    const NAP: Duration = Duration::from_millis(3);
    let script = |index| match index % 4 {
        0 => Script::pause(Pause::Sleep(NAP)),
        1 => Script::pause(Pause::Nudge),
        2 => Script::default(),
        _ => Script {
            pauses: [Some(Pause::Yield), Some(Pause::Sleep(2 * NAP))],
            ..Script::default()
        },
    };
    let given = Given::limit(NonZeroUsize::MIN.saturating_add(2));
    Scenario {
        consumer: Some(Pause::Sleep(NAP / 2)),
        drop_at,
        ..Scenario::plain(given, 12, script)
    }
}

/// A run that is dropped wherever it may stand.
fn each_poll(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let polls = politely(subject, dropped(None))?.polls;
    for drop_at in 0..polls {
        let evidence = politely(subject, dropped(Some(drop_at)))?;
        if let Some(why) = judge(subject, &evidence) {
            return Ok(Verdict::breach(format!("dropped at poll {drop_at} of {polls}: {why}")));
        }
    }
    Ok(Verdict::Kept(format!("dropped at each of {polls} polls")))
}

/// Once a run is over and its world is gone, what was allocated for it is free.
fn census(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const RUNS: u64 = 32;
    // What a process allocates once and for all is nobody's leak.
    (0..RUNS).try_for_each(|poll| politely(subject, dropped(Some(poll))).map(drop))?;
    politely(subject, dropped(None))?;
    let Some(meter) = memory::begin() else { return Ok(Verdict::Unseen(UNCOUNTED.to_owned())) };
    let mut runs = (0..RUNS).map(Some).chain([None]);
    let ended = runs.try_for_each(|poll| politely(subject, dropped(poll)).map(drop));
    let left = meter.finish().live_bytes;
    ended.map(|()| {
        if left > 0 {
            Verdict::breach(format!("{left} bytes are left of {} runs that are over", RUNS + 1))
        } else {
            Verdict::Kept(format!("nothing is left of {} runs", RUNS + 1))
        }
    })
}
