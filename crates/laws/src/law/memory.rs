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
               behind a slow head or consumer too; a huge limit reserves nothing.",
    judge: None,
    probes: &[
        Probe { name: "more jobs", run: |subject, effort| growth(subject, effort, Slow::Nobody) },
        Probe { name: "a slow head", run: |subject, effort| growth(subject, effort, Slow::Head) },
        Probe {
            name: "a slow consumer",
            run: |subject, effort| growth(subject, effort, Slow::Consumer),
        },
        Probe { name: "a wide window", run: wide },
        Probe { name: "a huge limit", run: huge },
    ],
};

/// What a run may hold whatever its window, and how much more for each place of that.
const A: u64 = 64 << 10;
const B: u64 = 1 << 10;

/// Where the peak must not change, a reallocation more of some list is forgiven.
const FORGIVEN: u64 = 1 << 10;

/// Who is slow.
#[derive(Clone, Copy)]
enum Slow {
    Nobody,
    /// The first job, behind which the others wait for their turn.
    Head,
    /// The consumer of each output.
    Consumer,
}

impl Slow {
    /// Jobs of which many are there at once where nothing keeps them from it.
    fn scenario(self, given: Given, jobs: u64, windowed: bool) -> Scenario {
        let script = match self {
            Self::Nobody if !windowed => |_| Script::pause(Pause::Sleep(LONG)), // so that it shows
            Self::Head => {
                |index| Script::pause(if index == 0 { Pause::Sleep(LONG) } else { Pause::Yield })
            }
            Self::Nobody | Self::Consumer => |_| Script::pause(Pause::Yield),
        };
        let consumer = matches!(self, Self::Consumer).then_some(Pause::Sleep(WHILE));
        Scenario { consumer, ..Scenario::plain(given, jobs, script) }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Nobody => "",
            Self::Head => " behind a slow head",
            Self::Consumer => " behind a slow consumer",
        }
    }
}

const LONG: Duration = Duration::from_secs(3_600);
const WHILE: Duration = Duration::from_millis(1);

fn growth(subject: &Subject, effort: &Effort, slow: Slow) -> Result<Verdict, String> {
    let given = Given::limit(eight());
    let window = subject.make(&given)?.claims().window;
    let effort = match slow {
        _ if window.is_none() => [500, 2_000],
        // Each output has to be waited for, which takes the longest of all.
        Slow::Consumer => effort.memory.map(|jobs| jobs / 10),
        Slow::Nobody | Slow::Head => effort.memory,
    };
    let mut peaks = [0; 2];
    for (peak, jobs) in peaks.iter_mut().zip(effort) {
        match peak_of(subject, slow.scenario(given, jobs, window.is_some()))? {
            Some(bytes) => *peak = bytes,
            None => return Ok(Verdict::Unseen(UNCOUNTED.to_owned())),
        }
    }
    let [few, many] = peaks;
    let seen =
        format!("{few} and {many} bytes for {} and {} jobs{}", effort[0], effort[1], slow.said());
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

/// Most bytes that were live during a run; `None` where nobody counts them.
fn peak_of(subject: &Subject, scenario: Scenario) -> Result<Option<u64>, String> {
    let jobs = scenario.jobs.unwrap_or_default();
    subject.make(&scenario.given)?;
    let Some(meter) = memory::begin() else { return Ok(None) };
    let evidence = politely(subject, scenario);
    let usage = meter.finish();
    let evidence = evidence?;
    let ended = evidence.ledger.delivered + evidence.ledger.shed;
    if ended == jobs {
        Ok(Some(usage.peak_bytes))
    } else {
        Err(format!("{ended} of {jobs} jobs were delivered or shed: {:?}", evidence.ending))
    }
}

/// A window of hundreds that is full.
fn wide(subject: &Subject, _: &Effort) -> Result<Verdict, String> {
    let given = Given::limit(eight().saturating_mul(eight()).saturating_mul(eight()));
    let Some(window) = subject.make(&given)?.claims().window else {
        return Ok(Verdict::Kept(String::new())); // seen to grow by the first probe
    };
    let places = window.get() as u64;
    let sleeping = Scenario::plain(given, 4 * places, |_| Script::pause(Pause::Sleep(LONG)));
    let Some(peak) = peak_of(subject, sleeping)? else {
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
    let few = Scenario::plain(given, JOBS, |_| Script::pause(Pause::Yield));
    let Some(peak) = peak_of(subject, few)? else {
        return Ok(Verdict::Unseen(UNCOUNTED.to_owned()));
    };
    let bound = A + B * JOBS;
    Ok(if peak > bound {
        Verdict::breach(format!("{peak} bytes for {JOBS} jobs with a limit of {}", usize::MAX))
    } else {
        Verdict::Kept(format!("{peak} bytes with the largest limit"))
    })
}
