//! Whether jobs advance while the consumer is busy, as is declared.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bp_core::Clock;
use bp_virtual::Virtual;
use futures::{FutureExt, lock::Mutex};

use super::{Entry, Probe};
use crate::{
    Drives, Effort, Given, Subject, Verdict,
    scenario::{Act, Pause, Scenario, Script},
    stage::{Ending, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "progress",
    sentence: "Spawned jobs are polled in the tick in which they wake though the consumer is busy; \
               in-task ones stall for as long, and that is declared.",
    judge: None,
    probes: &[
        Probe { name: "a busy consumer", run: busy },
        Probe { name: "a lock that an unpolled job holds", run: shared_lock },
    ],
};

const BUSY: Duration = Duration::from_millis(100);
const NAP: Duration = Duration::from_millis(10);

fn given() -> Given {
    Given::limit(NonZeroUsize::MIN.saturating_add(1))
}

/// The consumer of the first output is busy, while the second job has three naps to take.
fn busy(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let stall: Arc<AtomicU64> = Arc::default();
    let worst = stall.clone();
    let naps: Act = Arc::new(move |_, world: &Virtual| {
        let (world, worst) = (world.clone(), worst.clone());
        async move {
            for _ in 0..3 {
                let due = world.now() + NAP;
                world.sleep(NAP).await;
                worst.fetch_max((world.now() - due).as_nanos() as u64, Relaxed);
            }
        }
        .boxed()
    });
    let script = move |index| match index {
        0 => Script::pause(Pause::Sleep(NAP / 2)), // the second job has begun by then
        _ => Script::pause(Pause::Act(naps.clone())),
    };
    let consumer: Act = Arc::new(|index, world: &Virtual| {
        let nap = if index == 0 { BUSY } else { Duration::ZERO };
        world.sleep(nap).boxed()
    });
    let plain = Scenario::plain(given(), 2, script);
    let evidence = politely(subject, Scenario { consumer: Some(Pause::Act(consumer)), ..plain })?;
    if evidence.ending != Ending::Completed || evidence.ledger.delivered != 2 {
        return Ok(Verdict::breach(format!("two jobs are not delivered: {:?}", evidence.ending)));
    }
    let stall = Duration::from_nanos(stall.load(Relaxed));
    let seen = format!("a job stalled for {stall:?} of the consumer's {BUSY:?}");
    Ok(match subject.drives() {
        Drives::Spawned if stall > Duration::ZERO => Verdict::breach(seen),
        Drives::Spawned => Verdict::Kept("no job stalled".to_owned()),
        Drives::InTask => Verdict::NotClaimed(seen),
    })
}

/// The classic deadlock: the consumer of the first output waits for a lock which the second job
/// holds while it sleeps.
fn shared_lock(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let lock: Arc<Mutex<()>> = Arc::default();
    let held = lock.clone();
    let holds: Act = Arc::new(move |_, world: &Virtual| {
        let (nap, lock) = (world.sleep(NAP), held.clone());
        async move {
            let _held = lock.lock().await;
            nap.await;
        }
        .boxed()
    });
    let script = move |index| match index {
        0 => Script::pause(Pause::Sleep(NAP / 2)),
        _ => Script::pause(Pause::Act(holds.clone())),
    };
    let waits: Act = Arc::new(move |_, _: &Virtual| {
        let lock = lock.clone();
        async move { drop(lock.lock().await) }.boxed()
    });
    let plain = Scenario::plain(given(), 2, script);
    let scenario = Scenario { consumer: Some(Pause::Act(waits)), ..plain };
    let ending = politely(subject, scenario)?.ending;
    let said = match ending {
        Ending::Completed => "no deadlock over a shared lock",
        Ending::Deadlock => "deadlock over a shared lock",
        _ => "no end over a shared lock",
    };
    Ok(match (subject.drives(), ending) {
        (_, Ending::Completed) => Verdict::Kept(said.to_owned()),
        (Drives::InTask, _) => Verdict::NotClaimed(said.to_owned()),
        (Drives::Spawned, _) => Verdict::breach(said.to_owned()),
    })
}
