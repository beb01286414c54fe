//! Every admitted job ends once, of who says so also by being shed, every output is delivered once, and the counts add up.

use super::Entry;
use crate::{
    Subject,
    stage::{Ending, Evidence},
};

pub(super) const ENTRY: Entry = Entry {
    name: "exactly-once",
    sentence: "Every admitted job ends once, every output is delivered once, the counts add up.",
    judge: Some(judge),
    probes: &[],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    if evidence.ending == Ending::Completed && !ledger.fatal && !ledger.drop_panicked {
        let ended = ledger.ended();
        let due = evidence.jobs.filter(|_| !ledger.closed);
        if let Some(due) = due.filter(|&due| due != ledger.pulled) {
            return Some(format!("it completed after {} of {due} jobs", ledger.pulled));
        }
        if ledger.shed_unclaimed() > 0 {
            let (shed, pulled) = (ledger.shed_unclaimed(), ledger.pulled);
            return Some(format!("it shed {shed} of {pulled} jobs, and claims to run them all"));
        }
        if ended != ledger.pulled {
            return Some(format!("it completed when {ended} of {} jobs had ended", ledger.pulled));
        }
        let (delivered, consumed) = (ledger.delivered, ledger.consumed);
        if delivered != ledger.finished || consumed != delivered {
            return Some(format!(
                "it completed when {} outputs were there, {delivered} delivered and {consumed} \
                 consumed",
                ledger.finished
            ));
        }
    }
    ledger.not_once.clone()
}
