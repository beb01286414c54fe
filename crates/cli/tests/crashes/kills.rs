//! A signal that cannot be handled, at any instant; and one that can.

use std::time::{Duration, Instant};

use crate::experiment::{End, Experiment, Numbers, Seen, stored, undisturbed, was_killed};

/// Checks that what was acknowledged before a kill is there, and at most one sample more, which
/// was on the disk already but not yet said.
#[track_caller]
fn nothing_is_lost(experiment: &Experiment, before: usize, seen: &Seen) {
    let Some(recorded) = experiment.recorded() else {
        assert!(seen.acknowledged.is_empty() && before == 0, "{:?}", seen.acknowledged);
        return;
    };
    let stored = &stored(&recorded)[before..];
    assert!(stored.starts_with(&seen.acknowledged), "{stored:?} {:?}", seen.acknowledged);
    let more = stored.len() - seen.acknowledged.len();
    assert!(more + usize::from(recorded.torn.is_some()) <= 1, "{more} more {:?}", recorded.torn);
}

#[test]
fn a_run_that_is_killed_ten_times_loses_nothing_and_runs_nothing_twice() {
    let whole = undisturbed();
    let experiment = Experiment::new();
    let mut numbers = Numbers(1);
    let mut kills = 0;
    for _ in 0..10 {
        let before = experiment.recorded().map_or(0, |recorded| stored(&recorded).len());
        let after = usize::try_from(numbers.below(4)).unwrap() + 1;
        let seen = experiment.start(End::KillAfterSamples(after));
        if !was_killed(seen.status) {
            break;
        }
        kills += 1;
        nothing_is_lost(&experiment, before, &seen);
    }
    // The canary runs again each time, so that ten kills do not reach the end.
    assert!(kills >= 5, "{kills}");
    experiment.finish(&whole);
}

#[test]
fn after_an_interrupt_exactly_the_rest_is_run() {
    let whole = undisturbed();
    for after in [1, 8] {
        let experiment = Experiment::new();
        let seen = experiment.start(End::InterruptAfterSamples(after));
        assert_eq!(seen.status.code(), Some(130), "{}", seen.said);
        assert!(!experiment.recorded().unwrap().is_complete());
        let rest = experiment.finish(&whole);
        assert!(rest.said.contains("the rest is run"), "{}", rest.said);

        let again = experiment.start(End::Never);
        assert_eq!((again.status.code(), again.acknowledged.len()), (Some(0), 0));
        assert!(again.said.contains("run is complete: nothing is left to run"), "{}", again.said);
    }
}

/// How many kills `scripts/soak/kill` asks for, and from which seed their instants follow.
fn asked() -> (u64, u64) {
    let number = |name, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    (number("BACKPRESSURE_KILLS", 200), number("BACKPRESSURE_SEED", 1))
}

#[test]
#[ignore = "some minutes: scripts/soak/kill"]
fn soak_kills_at_random_instants() {
    let began = Instant::now();
    let whole = undisturbed();
    let lasts = began.elapsed();
    let (kills, seed) = asked();
    let mut numbers = Numbers(seed);
    let [mut killed, mut not_begun, mut torn, mut unsaid, mut acknowledged] = [0_usize; 5];
    for _ in 0..kills {
        let experiment = Experiment::new();
        // One run in four is killed a second time, while it is being gone on with.
        for attempt in 0..1 + usize::from(numbers.below(4) == 0) {
            let before = experiment.recorded().map_or(0, |recorded| stored(&recorded).len());
            let span = u64::try_from(lasts.as_micros()).unwrap() >> attempt;
            let instant = Duration::from_micros(numbers.below(span));
            let seen = experiment.start(End::KillAfter(instant));
            nothing_is_lost(&experiment, before, &seen);
            killed += usize::from(was_killed(seen.status));
            acknowledged += seen.acknowledged.len();
            match experiment.recorded() {
                None => not_begun += 1,
                Some(recorded) => {
                    torn += usize::from(recorded.torn.is_some());
                    let now = stored(&recorded).len();
                    unsaid += now - before - seen.acknowledged.len();
                }
            }
        }
        experiment.finish(&whole);
    }
    println!("runs: {kills}, each gone on with to its end; seed {seed}");
    println!("samples of a run: {}, in {lasts:.1?}", whole.len());
    println!("killed: {killed}, of these before the run had begun: {not_begun}");
    println!("acknowledged before a kill: {acknowledged}, lost: 0, run twice: 0");
    println!("on the disk but not yet said: {unsaid}; torn tails: {torn}");
}
