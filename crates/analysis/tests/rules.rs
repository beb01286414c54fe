//! The rules, replayed on small schedules computed by hand and on many at random.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::num::NonZeroUsize;

use bp_analysis::replay::{Job, Rule, Take, greedy};
use bp_record::Consumer;
use proptest::prelude::*;

const INSTANT: Consumer = Consumer::Instant;

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

fn rules(limit: usize) -> [Rule; 9] {
    let (limit, window) = (n(limit), n(2 * limit));
    [
        Rule::Pool { limit },
        Rule::Loop { limit },
        Rule::TopUp { limit, take: Take::One },
        Rule::TopUp { limit, take: Take::OneAfterStart },
        Rule::Batches { size: limit, joined: false },
        Rule::Batches { size: limit, joined: true },
        Rule::Ordered { limit, window },
        Rule::Gather { limit, ordered: true },
        Rule::Gather { limit, ordered: false },
    ]
}

/// The makespans of all rules with a limit of two.
fn makespans(jobs: &[Job], consumer: Consumer) -> [Option<u64>; 9] {
    rules(2).map(|rule| rule.makespan(jobs, consumer).ok())
}

#[test]
fn small_schedules_are_those_computed_by_hand() {
    let services = [4, 1, 1, 4].map(Job::from);
    // Slot 1: 0–4; slot 2: 0–1, 1–2, 2–6.
    let expected = [6, 6, 6, 6, 8, 8, 6, 6, 6].map(Some);
    assert_eq!(makespans(&services, INSTANT), expected);
    let ordered = |window| Rule::Ordered { limit: n(2), window: n(window) };
    let makespan = |window| ordered(window).makespan(&services, INSTANT);
    // Window 2: the third starts when the first has left, at 4, the fourth as well.
    assert_eq!(makespan(2), Ok(8));
    // Window 3: the third starts at 1, the fourth waits until the first has left.
    assert_eq!(makespan(3), Ok(8));
    // A window below the limit is the limit: one after the other.
    assert_eq!(makespan(1), Ok(10));
}

#[test]
fn the_consumer_takes_its_time() {
    let services = [4, 1, 1, 4].map(Job::from);
    let each = Consumer::Parallel { time_ns: 10 };
    let known = |makespan| (makespan > 0).then_some(makespan);
    // Pool: 0–14 and 0–11, 11–22, 14–28. Loop: consumed 1–11 (the third starts), 11–21 (the
    // fourth starts), 21–31, 31–41. Batches: 14 + 14. Joined: 4 + 20 + 4 + 20. Gather,
    // ordered: consumed 4–14, 14–24, 24–34, 34–44.
    let expected = [28, 41, 41, 41, 28, 48, 0, 44, 41].map(known);
    assert_eq!(makespans(&services, each), expected);
    let one = Consumer::Serial { time_ns: 10 };
    // Batches: consumed 1–11, 11–21; then again.
    let expected = [41, 41, 41, 41, 42, 48, 0, 44, 41].map(known);
    assert_eq!(makespans(&services, one), expected);
    // One slot is held until the output is consumed: 0–4–14–15–25–34–44.
    let alone = Rule::Pool { limit: n(1) };
    assert_eq!(alone.makespan(&[4, 1, 9].map(Job::from), one), Ok(44));
    // The third starts when the first is consumed, at 14.
    let narrow = Rule::Ordered { limit: n(2), window: n(2) };
    assert_eq!(narrow.makespan(&services, each), Ok(44));
}

#[test]
fn the_source_may_be_late() {
    let late = [(0, 1), (10, 9), (11, 1), (30, 2)]
        .map(|(arrived_ns, service_ns)| Job { arrived_ns, service_ns });
    // Batches: 10–19, 30–32.
    assert_eq!(makespans(&late, INSTANT), [32, 32, 32, 32, 32, 32, 32, 32, 32].map(Some));
    let slow = Consumer::Parallel { time_ns: 10 };
    // Pool: consumed at 11, 29, 22, 42. Top-up: the second arrives at 10, the first is consumed
    // 10–20, the third starts; the second is consumed 20–30, the fourth starts; then the others.
    // The next first: the third starts at 11, the first is consumed 11–21, the fourth arrives
    // at 30, the third is consumed 30–40, then the others. Batches: 10–19–29, 30–32–42, joined
    // 10–19–39, 39–41–61. Gather: consumed from 30 on.
    let expected =
        [Some(42), None, Some(50), Some(60), Some(42), Some(61), None, Some(70), Some(70)];
    assert_eq!(makespans(&late, slow), expected);
    let all = Rule::TopUp { limit: n(2), take: Take::All };
    assert_eq!(all.makespan(&late, INSTANT), Ok(32));
    assert!(all.makespan(&late, slow).unwrap_err().contains("how many outputs"));
}

#[test]
fn edges_are_defined() {
    for rule in rules(3) {
        assert_eq!(rule.makespan(&[], INSTANT), Ok(0), "{rule:?}");
        assert_eq!(rule.makespan(&[0, 0].map(Job::from), INSTANT), Ok(0), "{rule:?}");
        let great = [u64::MAX, u64::MAX].map(Job::from);
        assert_eq!(rule.makespan(&great, INSTANT), Ok(u64::MAX), "{rule:?}");
    }
}

proptest! {
    #[test]
    fn no_rule_beats_greedy_in_the_same_order(
        pairs in prop::collection::vec((0u64..99, 0u64..1000), 0..200), limit in 1usize..20,
        time_ns in 0u64..200, serial: bool, drain: bool
    ) {
        let mut arrived_ns = 0;
        let jobs: Vec<Job> = pairs.iter().map(|&(gap, service_ns)| {
            arrived_ns += if drain { 0 } else { gap };
            Job { arrived_ns, service_ns }
        }).collect();
        let consumer =
            if serial { Consumer::Serial { time_ns } } else { Consumer::Parallel { time_ns } };
        let best = greedy(&jobs, n(limit), consumer);
        for rule in rules(limit) {
            if let Ok(makespan) = rule.makespan(&jobs, consumer) {
                prop_assert!(best <= makespan, "{rule:?}: {makespan} is less than {best}");
            }
        }
        let wide = Rule::Ordered { limit: n(limit), window: n(jobs.len().max(1)) };
        let pool = Rule::Pool { limit: n(limit) };
        for rule in [wide, pool] {
            prop_assert_eq!(rule.makespan(&jobs, INSTANT), Ok(greedy(&jobs, n(limit), INSTANT)));
        }
    }

    #[test]
    fn no_rule_takes_longer_when_jobs_are_shorter(
        pairs in prop::collection::vec((0u64..99, 0u64..1000, 0u64..100), 0..100),
        limit in 1usize..9, time_ns in 0u64..200, serial: bool, drain: bool
    ) {
        // Otherwise what was recorded could beat its own rule.
        let mut arrived_ns = 0;
        let (jobs, shorter): (Vec<Job>, Vec<Job>) = pairs.iter().map(|&(gap, service, less)| {
            arrived_ns += if drain { 0 } else { gap };
            let job = |service_ns| Job { arrived_ns, service_ns };
            (job(service), job(service.saturating_sub(less)))
        }).unzip();
        let consumer =
            if serial { Consumer::Serial { time_ns } } else { Consumer::Parallel { time_ns } };
        for rule in rules(limit) {
            let pair = rule.makespan(&jobs, consumer).ok().zip(rule.makespan(&shorter, consumer).ok());
            if let Some((long, short)) = pair {
                prop_assert!(short <= long, "{rule:?}: {short} is more than {long}");
            }
        }
    }
}
