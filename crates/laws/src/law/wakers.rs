//! Wakes may be lost by nobody, and be sent by anybody at any time.

use std::{
    future::poll_fn,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
    thread,
    time::Duration,
};

use bp_core::{Executor, yield_once};
use bp_virtual::Virtual;
use futures::FutureExt;

use super::{Entry, Probe};
use crate::{
    Effort, Given, Subject, Verdict, eight,
    scenario::{Act, Pause, Scenario, Script},
    stage::{Ending, Evidence, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "wakers",
    sentence: "No wake is lost, no job is polled after it has ended, and polls do not grow faster \
               than jobs, whatever the wakers do.",
    judge: Some(judge),
    probes: &[
        Probe { name: "polls of many jobs", run: polls },
        Probe { name: "polls of the run", run: of_the_run },
        Probe { name: "wakes from other threads", run: threads },
    ],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    if let Some(again) = &ledger.polled_again {
        return Some(again.clone());
    }
    if ledger.hurt() {
        return None; // what a panic does is another law
    }
    let state = || {
        format!(
            "{} jobs were taken, {} have ended, {} outputs are delivered",
            ledger.pulled, ledger.finished, ledger.delivered
        )
    };
    match evidence.ending {
        Ending::Deadlock => Some(format!("nothing is awake and no timer is set: {}", state())),
        Ending::Livelock => {
            Some(format!("it goes on for ever after {} polls: {}", evidence.polls, state()))
        }
        Ending::Panicked => Some(format!("it panicked, and nothing else had: {}", state())),
        Ending::Completed | Ending::Dropped => None,
    }
}

/// All jobs are woken from threads that are not the executor's.
fn threads(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let act: Act = Arc::new(|_, world: &Virtual| from_a_thread(world.clone()).boxed());
    let script = move |_| Script::pause(Pause::Act(act.clone()));
    let evidence = politely(subject, Scenario::plain(Given::limit(eight()), 20, script))?;
    Ok(judge(subject, &evidence).map_or(Verdict::Kept(String::new()), Verdict::breach))
}

async fn from_a_thread(world: Virtual) {
    let woken: Arc<AtomicBool> = Arc::default();
    poll_fn(move |cx| {
        if woken.load(Relaxed) {
            return Poll::Ready(());
        }
        let (waker, woken) = (cx.waker().clone(), woken.clone());
        let wake = move || {
            woken.store(true, Relaxed);
            waker.wake();
        };
        world.spawn(async move {
            yield_once().await;
            // The thread is awaited in place, so that the schedule is the same each time.
            thread::spawn(wake).join().expect("waking does not panic");
        });
        Poll::Pending
    })
    .await;
}

/// No two are woken at once, so that whoever asks them all for each wake is found out.
fn one_by_one(index: u64) -> Script {
    Script::pause(Pause::Sleep(Duration::from_micros(1_000_000 + index * 7_919 % 1_000_000)))
}

/// A job that waits once needs two polls.
fn polls(subject: &Subject, effort: &Effort) -> Result<Verdict, String> {
    let given = Given::limit(NonZeroUsize::MIN.saturating_add(99));
    // Who has no limit may look through all handles for each output, which is no poll of a job.
    let unlimited = subject.make(&given)?.claims().limit.is_none();
    let jobs = if unlimited { effort.polls.min(500) } else { effort.polls };
    let evidence = politely(subject, Scenario::plain(given, jobs, one_by_one))?;
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

/// Most polls of the run itself for each job, whatever the limit: a few wakes that found nothing to
/// do, and no search among all that run.
const TURNS: u64 = 4;

/// No two jobs are woken at once, so that each wake is a poll of its own.
fn of_the_run(subject: &Subject, effort: &Effort) -> Result<Verdict, String> {
    let limits = [1, 16, 200];
    let mut seen = [0.0; 3];
    for (limit, seen) in limits.into_iter().zip(&mut seen) {
        let given = Given::limit(NonZeroUsize::MIN.saturating_add(limit - 1));
        let unlimited = subject.make(&given)?.claims().limit.is_none();
        let jobs = if unlimited { 500 } else { effort.polls / 4 };
        let evidence = politely(subject, Scenario::plain(given, jobs, one_by_one))?;
        if let Some(why) = judge(subject, &evidence) {
            return Ok(Verdict::breach(why));
        }
        *seen = evidence.run_polls as f64 / jobs as f64;
        if evidence.run_polls > TURNS * jobs {
            let why = format!("{seen:.2} a job with a limit of {limit}, of at most {TURNS}");
            return Ok(Verdict::breach(why));
        }
    }
    let [one, some, many] = seen;
    Ok(Verdict::Kept(format!(
        "{one:.2}, {some:.2} and {many:.2} polls of the run a job with limits of 1, 16 and 200"
    )))
}
