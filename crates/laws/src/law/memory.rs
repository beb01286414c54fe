//! What is held does not grow with the number of jobs, and a huge limit reserves nothing.

use std::{num::NonZeroUsize, time::Duration};

use bp_observe::memory;

use super::{Entry, Probe, UNCOUNTED};
use crate::{
    Effort, Given, Subject, Verdict, eight,
    scenario::{Pause, Scenario, Script},
    stage::politely,
};

pub(super) const ENTRY: Entry = Entry {
    name: "memory",
    sentence: "Peak live bytes do not depend on the number of jobs and stay under a + b · window, \
               behind a slow head too; a huge limit reserves nothing.",
    judge: None,
    probes: &[
        Probe { name: "more jobs", run: |subject, effort| growth(subject, effort, false) },
        Probe { name: "behind a slow head", run: |subject, effort| growth(subject, effort, true) },
        Probe { name: "a wide window", run: wide },
        Probe { name: "a huge limit", run: huge },
    ],
};

/// What a run may hold whatever its window, and how much more for each place of that.
const A: u64 = 64 << 10;
const B: u64 = 1 << 10;

/// Where the peak must not change, a reallocation more of some list is forgiven.
const FORGIVEN: u64 = 1 << 10;

fn growth(subject: &Subject, effort: &Effort, slow_head: bool) -> Result<Verdict, String> {
    let given = Given::limit(eight());
    let window = subject.make(&given)?.claims().window;
    let script = match (window.is_some(), slow_head) {
        (true, true) => slow_head_then_ready,
        (true, false) => |_| Script::pause(Pause::Yield),
        (false, true) => return Ok(Verdict::Kept(String::new())),
        (false, false) => |_| Script::pause(Pause::Sleep(LONG)), // so that it shows
    };
    let effort = if window.is_some() { effort.memory } else { [500, 2_000] };
    let mut peaks = [0; 2];
    for (peak, jobs) in peaks.iter_mut().zip(effort) {
        match peak_of(subject, given, jobs, script)? {
            Some(bytes) => *peak = bytes,
            None => return Ok(Verdict::Unseen(UNCOUNTED.to_owned())),
        }
    }
    let [few, many] = peaks;
    let seen = format!(
        "{few} and {many} bytes for {} and {} jobs{}",
        effort[0],
        effort[1],
        if slow_head { " behind a slow head" } else { "" }
    );
    let Some(window) = window else { return Ok(Verdict::NotClaimed(seen)) };
    let bound = A + B * window.get() as u64;
    Ok(if many > few + few / 20 + FORGIVEN {
        Verdict::breach(format!("{seen}: it grows"))
    } else if many > bound {
        Verdict::breach(format!("{seen}: more than {bound} with a window of {window}"))
    } else {
        Verdict::Kept(seen)
    })
}

const LONG: Duration = Duration::from_secs(3_600);

fn slow_head_then_ready(index: u64) -> Script {
    Script::pause(if index == 0 { Pause::Sleep(LONG) } else { Pause::Yield })
}

/// Most bytes that were live during a run; `None` where nobody counts them.
fn peak_of(
    subject: &Subject,
    given: Given,
    jobs: u64,
    script: fn(u64) -> Script,
) -> Result<Option<u64>, String> {
    let scenario = Scenario::plain(given, jobs, script);
    subject.make(&given)?;
    let Some(meter) = memory::begin() else { return Ok(None) };
    let evidence = politely(subject, scenario);
    let usage = meter.finish();
    let evidence = evidence?;
    let ended = evidence.ledger.delivered;
    if ended == jobs {
        Ok(Some(usage.peak_bytes))
    } else {
        Err(format!("{ended} of {jobs} outputs were delivered: {:?}", evidence.ending))
    }
}

/// A window of hundreds that is full.
fn wide(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let given = Given::limit(eight().saturating_mul(eight()).saturating_mul(eight()));
    let Some(window) = subject.make(&given)?.claims().window else {
        return Ok(Verdict::Kept(String::new())); // seen to grow by the first probe
    };
    let places = window.get() as u64;
    let Some(peak) = peak_of(subject, given, 4 * places, |_| Script::pause(Pause::Sleep(LONG)))?
    else {
        return Ok(Verdict::Unseen(UNCOUNTED.to_owned()));
    };
    let bound = A + B * places;
    let seen = format!("{peak} bytes with a window of {window}");
    Ok(if peak > bound {
        Verdict::breach(format!("{seen}, of at most {bound}"))
    } else {
        Verdict::Kept(seen)
    })
}

/// The largest limit, for a few jobs.
fn huge(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    const JOBS: u64 = 10;
    let given = Given::limit(NonZeroUsize::MAX);
    if let Err(refusal) = subject.make(&given) {
        return Ok(Verdict::Kept(refusal)); // it says that it would reserve, and how much it can
    }
    let Some(peak) = peak_of(subject, given, JOBS, |_| Script::pause(Pause::Yield))? else {
        return Ok(Verdict::Unseen(UNCOUNTED.to_owned()));
    };
    let bound = A + B * JOBS;
    Ok(if peak > bound {
        Verdict::breach(format!("{peak} bytes for {JOBS} jobs with a limit of {}", usize::MAX))
    } else {
        Verdict::Kept(format!("{peak} bytes with the largest limit"))
    })
}
