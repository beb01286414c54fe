//! While input remains and the window has room, `limit` jobs run: no slot is idle but by the rule.

use std::{num::NonZeroUsize, time::Duration};

use bp_analysis::replay::{Job, Rule};
use bp_record::Consumer;

use super::{Entry, Probe};
use crate::{
    Drives, Effort, Given, Schedule, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    schedule::Choices,
    stage::{Evidence, in_order_of, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "work-conserving",
    sentence: "While input remains and the window has room, `limit` jobs run: in virtual time the \
               makespan is that of the rule, to the tick; who sheds jobs does so where its window \
               is full.",
    judge: Some(judge),
    probes: &[Probe { name: "the rule replayed", run: replayed }],
};

fn judge(_: &Subject, evidence: &Evidence) -> Option<String> {
    let ledger = &evidence.ledger;
    ledger.shed_early.clone().filter(|_| ledger.shed_unclaimed() == 0) // else it is another law's
}

const JOBS: usize = 200;

/// Service times of all lengths, no two sums alike.
fn services(seed: u64) -> Vec<Duration> {
    let choices = Choices::random(seed);
    let nanos = |_| {
        let parts = [0, 8, 16, 20].map(|shift| (choices.below(256) as u64) << shift);
        1_000 + parts.iter().sum::<u64>()
    };
    (0..JOBS).map(nanos).map(Duration::from_nanos).collect()
}

/// What a consumer takes, in half of the rounds. Jobs that are polled in the task of the consumer
/// stall with it, so they do not take what was asked for: of them these rounds say nothing.
const CONSUMING: Duration = Duration::from_nanos(1_234_567);

fn replayed(subject: &Subject, effort: &Effort) -> Result<Verdict, String> {
    let mut compared = 0;
    for limit in [1, 3, 8, 64].into_iter().filter_map(NonZeroUsize::new) {
        for window in [limit, limit.saturating_add(3 * limit.get())] {
            let given = Given { limit, window, capacity: limit };
            let rule = match subject.rule(&given) {
                Ok(rule) => rule,
                Err(why) => return Ok(Verdict::NotClaimed(why)),
            };
            for round in 0..8 {
                let Some([found, expected]) = compare(subject, given, rule, round, effort)? else {
                    continue;
                };
                let seen = || {
                    format!("limit {limit}, window {window}: {found} ns, by the rule {expected} ns")
                };
                if found > expected {
                    return Ok(Verdict::breach(seen()));
                }
                if found < expected {
                    // No slot was idle: it takes what the limit or the window does not allow.
                    let why = format!("{}: faster than its rule, so it follows another", seen());
                    return Ok(Verdict::Unseen(why));
                }
                compared += 1;
            }
        }
    }
    Ok(Verdict::Kept(format!("{compared} makespans are those of the rule, to the nanosecond")))
}

/// The makespan as it was, and as the rule has it; `None` if the rule cannot say.
fn compare(
    subject: &Subject,
    given: Given,
    rule: Rule,
    round: u64,
    effort: &Effort,
) -> Result<Option<[u64; 2]>, String> {
    let services = services(effort.seed + round);
    let consuming = if round.is_multiple_of(2) { Duration::ZERO } else { CONSUMING };
    if !consuming.is_zero() && subject.drives() == Drives::InTask {
        return Ok(None);
    }
    let scripted = services.clone();
    let script = move |index| Script::pause(Pause::Sleep(scripted[index as usize % JOBS]));
    let scenario = Scenario {
        keeps_starts: true,
        consumer: (!consuming.is_zero()).then_some(Pause::Sleep(consuming)),
        ..Scenario::plain(given, JOBS as u64, script)
    };
    let evidence = match round {
        0 | 1 => politely(subject, scenario)?,
        _ => in_order_of(subject, scenario, &order(round))?,
    };
    let starts = || evidence.ledger.starts.iter().flatten().map(|&index| index as usize);
    let places: Vec<usize> =
        if rule.in_order_of_start() { starts().collect() } else { (0..JOBS).collect() };
    let jobs: Vec<Job> =
        places.into_iter().map(|place| Job::from(services[place].as_nanos() as u64)).collect();
    let consumer = Consumer::Parallel { time_ns: consuming.as_nanos() as u64 };
    let expected = rule.makespan(&jobs, consumer).ok();
    Ok(expected.map(|expected| [evidence.makespan.as_nanos() as u64, expected]))
}

/// Some order in which ready tasks are polled.
fn order(round: u64) -> Schedule {
    let choices = Choices::random(round);
    Schedule::new((0..4_000).map(|_| choices.below(256) as u8).collect())
}
