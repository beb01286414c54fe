//! While input remains and the window has room, `limit` jobs run: no slot is idle but by the rule.

use std::{num::NonZeroUsize, time::Duration};

use bp_analysis::replay::Job;
use bp_record::Consumer;

use super::{Entry, Probe};
use crate::{
    Effort, Given, Schedule, Subject, Verdict,
    scenario::{Pause, Scenario, Script},
    schedule::Choices,
    stage::{Evidence, in_order_of, politely},
};

pub(super) const ENTRY: Entry = Entry {
    name: "work-conserving",
    sentence: "While input remains and the window has room, `limit` jobs run: in virtual time the \
               makespan is that of the rule, to the tick.",
    judge: None,
    probes: &[Probe { name: "the rule replayed", run: replayed }],
};

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

fn replayed(subject: &Subject, effort: &Effort) -> Result<Verdict, String> {
    let mut compared = 0;
    for limit in [1, 3, 8, 64].into_iter().filter_map(NonZeroUsize::new) {
        for window in [limit, limit.saturating_add(3 * limit.get())] {
            let given = Given { limit, window, capacity: limit };
            for round in 0..4 {
                let services = services(effort.seed + round);
                let scripted = services.clone();
                let script =
                    move |index| Script::pause(Pause::Sleep(scripted[index as usize % JOBS]));
                let plain = Scenario::plain(given, JOBS as u64, script);
                let scenario = Scenario { keeps_starts: true, ..plain };
                let evidence = match round {
                    0 => politely(subject, scenario)?,
                    _ => in_order_of(subject, scenario, &order(round))?,
                };
                let expected = match expected(subject, &given, &services, &evidence) {
                    Ok(expected) => expected,
                    Err(why) => return Ok(Verdict::NotClaimed(why)),
                };
                let found = evidence.makespan.as_nanos();
                if found != u128::from(expected) {
                    return Ok(Verdict::breach(format!(
                        "limit {limit}, window {window}: {found} ns, and by the rule {expected} ns"
                    )));
                }
                compared += 1;
            }
        }
    }
    Ok(Verdict::Kept(format!("{compared} makespans are those of the rule, to the nanosecond")))
}

/// Some order in which ready tasks are polled.
fn order(round: u64) -> Schedule {
    let choices = Choices::random(round);
    Schedule::new((0..4_000).map(|_| choices.below(256) as u8).collect())
}

/// What the rule of the subject makes of these service times.
fn expected(
    subject: &Subject,
    given: &Given,
    services: &[Duration],
    evidence: &Evidence,
) -> Result<u64, String> {
    let rule = subject.rule(given)?;
    let by_start = evidence.ledger.starts.iter().flatten().map(|&index| index as usize);
    let order: Vec<usize> =
        if rule.in_order_of_start() { by_start.collect() } else { (0..services.len()).collect() };
    let jobs: Vec<Job> =
        order.into_iter().map(|index| Job::from(services[index].as_nanos() as u64)).collect();
    rule.makespan(&jobs, Consumer::Instant).map_err(str::to_owned)
}
