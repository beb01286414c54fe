//! When a run is over, in whatever way, nothing of it starts and nothing of it stays.

use super::Entry;
use crate::{
    Drives, Subject,
    stage::{Ending, Evidence},
};

pub(super) const ENTRY: Entry = Entry {
    name: "cancellation",
    sentence: "Dropping the run stops in-task jobs at once and spawned ones when they are next \
               polled; nothing starts after, and nothing leaks.",
    judge: Some(judge),
    probes: &[],
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
