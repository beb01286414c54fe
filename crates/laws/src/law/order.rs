//! Outputs are delivered in the order that is claimed.

use std::time::Duration;

use bp_core::Order;

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict, eight,
    scenario::{Pause, Scenario, Script},
    stage::{Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "order",
    sentence: "Outputs are delivered in the order that is claimed: of the source, or of completion.",
    judge: Some(judge),
    probes: &[Probe { name: "the later, the shorter", run: backwards }],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    evidence.ledger.out_of_order.clone()
}

/// Jobs of which each ends before the one in front of it.
fn backwards(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 100;
    let given = Given::limit(eight());
    let script = |index| {
        let left = 8 - index % 8; // of those in flight together the last is done first
        Script::pause(Pause::Sleep(Duration::from_secs(left)))
    };
    let evidence = politely(subject, Scenario::plain(given, JOBS, script))?;
    if let Some(why) = judge(subject, &evidence) {
        return Ok(Verdict::breach(why));
    }
    let moved = evidence.ledger.backwards;
    Ok(match subject.make(&given)?.claims().order {
        Order::Input => Verdict::Kept("that of the source".to_owned()),
        Order::Completion => Verdict::Kept("that of completion".to_owned()),
        Order::Any => Verdict::NotClaimed(format!("{moved} of {JOBS} outputs came too late")),
    })
}
