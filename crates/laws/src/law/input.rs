//! The source may be endless, close early or be used within itself.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use bp_core::yield_once;
use bp_virtual::Virtual;
use futures::FutureExt;

use super::{Entry, Probe};
use crate::{
    Driven, Effort, Given, Subject, Verdict, eight,
    scenario::{Act, Pause, Scenario, Script},
    stage::{Ending, Evidence, nested, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "input",
    sentence: "From an endless source no more is taken than delivered + window + 1; it may close \
               early, be late, and be nested to depth 8 with a limit of 1.",
    judge: Some(judge),
    probes: &[
        Probe { name: "an endless source", run: endless },
        Probe { name: "nested to depth 8", run: deep },
    ],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    let hangs = matches!(evidence.ending, Ending::Deadlock | Ending::Livelock);
    if ledger.closed && hangs && !ledger.hurt() {
        return Some(format!("the source closed after {} jobs, and it never ends", ledger.pulled));
    }
    ledger.over_window.clone()
}

/// A source that closes once a thousand outputs have been delivered, or more taken than anyone
/// should. Where nothing is promised the jobs are slow, so that it shows.
fn endless(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const MOST: u64 = 4_000;
    let given = Given::limit(eight());
    let promised = subject.make(&given)?.claims().window.is_some();
    let pause = if promised { Pause::Yield } else { Pause::Sleep(Duration::from_secs(3_600)) };
    let plain = Scenario::plain(given, MOST, move |_| Script::pause(pause.clone()));
    let scenario = Scenario { jobs: None, closes_at: Some(1_000), most: MOST, ..plain };
    let evidence = politely(subject, scenario)?;
    let held = evidence.ledger.held_peak;
    if let Some(why) = judge(subject, &evidence) {
        return Ok(Verdict::breach(why));
    }
    if evidence.ending != Ending::Completed {
        return Ok(Verdict::breach(format!("the source closed: {:?}", evidence.ending)));
    }
    Ok(match subject.make(&given)?.claims().window {
        Some(window) => Verdict::Kept(format!("{held} held of a window of {window}")),
        None => Verdict::NotClaimed(format!("{held} held of an endless source cut off at {MOST}")),
    })
}

/// Each job runs the same strategy within itself.
fn deep(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const DEPTH: u32 = 8;
    let given = Given::limit(NonZeroUsize::MIN);
    let driven = subject.make(&given)?;
    let sheds = driven.claims().sheds;
    let leaves: Arc<AtomicU32> = Arc::default();
    let scenario = two(given, within(driven, given, DEPTH - 1, leaves.clone()));
    let evidence = politely(subject, scenario)?;
    let leaves = leaves.load(Relaxed);
    // Who sheds runs one of two.
    let whole = leaves == 1 << DEPTH || (sheds && leaves > 0);
    Ok(if evidence.ending == Ending::Completed && whole {
        Verdict::Kept(format!("nested to depth {DEPTH}"))
    } else {
        Verdict::breach(format!("{leaves} of {} leaves: {:?}", 1 << DEPTH, evidence.ending))
    })
}

fn two(given: Given, act: Act) -> Scenario {
    let scenario = Scenario::plain(given, 2, move |_| Script::pause(Pause::Act(act.clone())));
    Scenario { patience: 10_000_000, ..scenario }
}

/// What a job does that runs two jobs of its own, so many levels deep.
fn within(driven: Arc<dyn Driven>, given: Given, depth: u32, leaves: Arc<AtomicU32>) -> Act {
    Arc::new(move |_, world: &Virtual| {
        if depth == 0 {
            leaves.fetch_add(1, Relaxed);
            return yield_once().boxed();
        }
        let inner = within(driven.clone(), given, depth - 1, leaves.clone());
        nested(driven.clone(), two(given, inner), world.clone()).boxed()
    })
}
