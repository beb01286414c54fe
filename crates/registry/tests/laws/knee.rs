//! What a sweep over the limit must find: as many places as the service has.

use std::num::NonZeroUsize;

use bp_analysis::{Knee, KneeVerdict, curves, knee};
use bp_record::{Axis, Outcome, Pass, Role, Sample};
use bp_registry::execute;

use crate::common::cell;

const PLACES: usize = 16;

/// The samples of a sweep on the virtual clock; a seed a round, so that rounds differ.
fn swept(strategy: &str, limits: &[usize], rounds: u32) -> Vec<Sample> {
    let mut samples = Vec::new();
    for round in 0..rounds {
        for &limit in limits {
            for pass in [Pass::Time, Pass::Trace] {
                let mut cell = cell("contended", strategy, 800, limit);
                cell.work.places = NonZeroUsize::new(PLACES).unwrap();
                cell.work.seed = round.into();
                let measured = execute(&cell, pass).unwrap();
                samples.push(Sample {
                    cell,
                    pass,
                    role: Role::Measured,
                    round,
                    attempt: 0,
                    outcome: Outcome::Ok,
                    exit_code: Some(0),
                    signal: None,
                    message: None,
                    measured: Some(measured),
                });
            }
        }
    }
    samples
}

fn found(strategy: &str, limits: &[usize], rounds: u32) -> Knee {
    let curves = curves(Axis::Limit, &swept(strategy, limits, rounds));
    assert_eq!(curves.len(), 1);
    assert_eq!(curves[0].points.len(), limits.len());
    knee(&curves[0], 1).unwrap()
}

const DOUBLES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

#[test]
fn the_knee_of_a_service_with_sixteen_places_is_at_sixteen() {
    for (strategy, rounds) in [("semaphore", 8), ("bounded-channel", 1), ("as-completed", 1)] {
        let knee = found(strategy, &DOUBLES, rounds);
        assert_eq!((knee.verdict, knee.enough), (KneeVerdict::Found, 16), "{strategy}: {knee:?}");
        // A little less than sixteen: at the end of a run places stay free for want of requests.
        let little = knee.little.unwrap();
        assert_eq!((little.bootstrapped, little.rounds), (rounds == 8, rounds as usize));
        assert!((15.0..=16.5).contains(&little.value), "{strategy}: {little:?}");
        assert!(14.5 < little.low && little.high < 17.0, "{strategy}: {little:?}");
        assert!(
            knee.peak.unwrap().value > 16.0,
            "{strategy}: the law is smooth, the service is not"
        );
        assert!(knee.misses(), "{strategy}: and so the law misses points: {knee:?}");
    }
}

#[test]
fn below_the_places_there_is_no_knee() {
    let knee = found("semaphore", &[1, 2, 4, 8, 16], 2);
    assert_eq!(knee.verdict, KneeVerdict::StillRises, "{knee:?}");
    assert!(!knee.little.unwrap().bootstrapped);
}

#[test]
fn above_the_places_there_is_none_either() {
    let knee = found("semaphore", &[32, 64, 96, 128], 2);
    assert_eq!(knee.verdict, KneeVerdict::FlatFromTheStart, "{knee:?}");
}

#[test]
fn three_values_are_too_few() {
    assert_eq!(found("semaphore", &[8, 16, 32], 1).verdict, KneeVerdict::TooFewValues);
}
