//! Curves of invented samples, and where their knees lie.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::num::NonZeroUsize;

use bp_analysis::{Knee, KneeVerdict, Usl, curves, knee, saturation};
use bp_record::{
    Arrivals, Axis, Cell, Consumer, Counts, Extent, Faults, Measured, OpenLoop, Outcome, Pass,
    Quantiles, Real, Role, Sample, Work,
};

const JOBS: u64 = 1_000;

fn cell(limit: usize) -> Cell {
    Cell {
        work: Work {
            name: "contended".into(),
            extent: Extent::Jobs(JOBS),
            service_ns: 10_000_000,
            payload_bytes: 0,
            seed: 1,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        },
        strategy: "semaphore".into(),
        executor: "tokio".into(),
        threads: NonZeroUsize::MIN,
        limit: NonZeroUsize::new(limit),
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

fn sample(cell: Cell, pass: Pass, round: u32, measured: Measured) -> Sample {
    Sample {
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
    }
}

/// A limit in a round: so many jobs a second, and 10 ms of service.
fn measured(limit: usize, round: u32, per_second: f64) -> [Sample; 2] {
    let counts = Counts { succeeded: JOBS, ..Counts::default() };
    let makespan_ns = (JOBS as f64 / per_second * 1e9) as u64;
    let time = Measured { counts, makespan_ns, ..Measured::default() };
    let service = Some(Quantiles { mean_ns: 10_000_000, ..Quantiles::default() });
    let trace = Measured { service, ..time.clone() };
    [(Pass::Time, time), (Pass::Trace, trace)]
        .map(|(pass, measured)| sample(cell(limit), pass, round, measured))
}

/// A sweep by a law of throughput, each round a little faster or slower than it.
fn swept(limits: &[usize], rounds: u32, law: impl Fn(f64) -> f64) -> Vec<Sample> {
    let noise = |round: u32, limit: usize| {
        1.0 + 0.01 * f64::from((round * 7 + limit as u32 * 3) % 5) - 0.02
    };
    let all = limits.iter().flat_map(|&limit| (0..rounds).map(move |round| (limit, round)));
    let law = &law;
    all.flat_map(|(limit, round)| measured(limit, round, law(limit as f64) * noise(round, limit)))
        .collect()
}

fn found(samples: &[Sample]) -> Knee {
    let curves = curves(Axis::Limit, samples);
    assert_eq!(curves.len(), 1);
    knee(&curves[0], 7).unwrap()
}

const DOUBLES: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
const LAW: Usl = Usl { lambda: 100.0, sigma: 0.03, kappa: 0.002 };

#[test]
fn a_planted_peak_lies_in_its_interval_which_is_narrow() {
    let knee = found(&swept(&DOUBLES, 10, |n| LAW.at(n)));
    let peak = knee.believed_peak((1, 128)).unwrap();
    assert!(peak.bootstrapped && peak.rounds == 10);
    assert!(peak.low <= LAW.peak() && LAW.peak() <= peak.high, "{peak:?} {}", LAW.peak());
    assert!(peak.high / peak.low < 1.1, "{peak:?}");
    assert!(!knee.misses() && knee.verdict == KneeVerdict::Found, "{knee:?}");
    // Little: nobody carries the highest throughput with fewer than that; the peak needs more.
    let little = knee.little.unwrap();
    assert!((little.value / (LAW.at(16.0).max(LAW.at(32.0)) * 0.01) - 1.0).abs() < 0.03);
    assert!(little.value < peak.value && little.value <= knee.enough as f64, "{knee:?}");
}

#[test]
fn few_rounds_speak_for_themselves() {
    let knee = found(&swept(&DOUBLES, 3, |n| LAW.at(n)));
    let little = knee.little.unwrap();
    assert_eq!((little.bootstrapped, little.rounds), (false, 3));
    assert!(little.low < little.value && little.value < little.high, "{little:?}");
    let one = found(&swept(&DOUBLES, 1, |n| LAW.at(n))).little.unwrap();
    assert_eq!((one.low, one.high, one.rounds), (one.value, one.value, 1));
}

#[test]
fn one_bad_round_of_many_does_not_widen_the_interval() {
    let mut samples = swept(&DOUBLES, 20, |n| LAW.at(n));
    for sample in samples.iter_mut().filter(|sample| sample.round == 3) {
        sample.measured.as_mut().unwrap().makespan_ns *= 10;
    }
    let little = found(&samples).little.unwrap();
    assert!(little.bootstrapped && little.low > 0.95 * little.value, "{little:?}");
}

#[test]
fn the_same_samples_give_the_same_interval_in_any_order() {
    let mut samples = swept(&DOUBLES, 10, |n| LAW.at(n));
    let there = found(&samples);
    samples.reverse();
    assert_eq!(there, found(&samples));
}

#[test]
fn a_curve_that_rises_or_that_is_flat_has_no_knee() {
    let rising = found(&swept(&DOUBLES, 3, |n| 100.0 * n));
    assert_eq!(rising.verdict, KneeVerdict::StillRises);
    assert_eq!(rising.believed_peak((1, 128)), None);
    let flat = found(&swept(&DOUBLES, 3, |_| 100.0));
    assert_eq!((flat.verdict, flat.enough), (KneeVerdict::FlatFromTheStart, 1));
}

#[test]
fn rounds_that_contradict_each_other_name_nothing() {
    let mut samples = swept(&DOUBLES, 8, |n| LAW.at(n));
    for sample in &mut samples {
        let measured = sample.measured.as_mut().unwrap();
        measured.makespan_ns *= 1 + u64::from(sample.round % 2) * 9;
    }
    assert_eq!(found(&samples).verdict, KneeVerdict::TooUncertain);
}

#[test]
fn values_at_which_jobs_failed_are_left_out() {
    let mut samples = swept(&DOUBLES, 3, |n| LAW.at(n));
    for sample in samples.iter_mut().filter(|sample| sample.cell.limit >= NonZeroUsize::new(64)) {
        // Refused at once: ever so fast.
        let measured = sample.measured.as_mut().unwrap();
        measured.counts = Counts { succeeded: 500, failed: 500, refused: 500, ..measured.counts };
        measured.makespan_ns /= 100;
    }
    let knee = found(&samples);
    assert_eq!(knee.left_out, [64, 128]);
    assert!(knee.best.0 < 64, "{knee:?}");
    let few: Vec<_> =
        samples.into_iter().filter(|sample| sample.cell.limit > NonZeroUsize::new(8)).collect();
    let few = found(&few);
    assert_eq!(few.verdict, KneeVerdict::TooFewValues);
    assert_eq!((few.little, few.usl, few.peak, few.misfit), (None, None, None, None));
}

#[test]
fn windows_that_go_along_with_the_limit_are_one_curve_and_two_windows_are_two() {
    let with = |limit: usize, window: usize| {
        let mut samples = measured(limit, 0, 100.0);
        samples.iter_mut().for_each(|sample| sample.cell.window = NonZeroUsize::new(window));
        samples
    };
    let samples: Vec<_> =
        [1, 2, 4].into_iter().flat_map(|n| [with(n, 2 * n), with(n, 8 * n)].concat()).collect();
    let curves = curves(Axis::Limit, &samples);
    let windows = |curve: &bp_analysis::Curve| -> Vec<_> {
        curve.points.iter().map(|p| p.summary.cell.window.unwrap().get()).collect()
    };
    assert_eq!(curves.iter().map(windows).collect::<Vec<_>>(), [[2, 4, 8], [8, 16, 32]]);
}

#[test]
fn numbers_of_jobs_are_points_of_their_own() {
    let samples = [100, 400].map(|jobs| {
        let mut sample = measured(4, 0, 100.0)[0].clone();
        sample.cell.work.extent = Extent::Jobs(jobs);
        sample
    });
    let found = curves(Axis::Jobs, &samples);
    let values: Vec<_> = found[0].points.iter().map(|point| point.value).collect();
    assert_eq!((found.len(), values), (1, vec![100, 400]));
    assert_eq!(curves(Axis::Rate, &samples), [], "a drain has no place on that axis");
}

#[test]
fn a_cell_that_was_never_timed_has_no_point() {
    let mut samples = swept(&[1, 2], 1, |n| n);
    samples
        .retain(|sample| sample.pass == Pass::Trace || sample.cell.limit == NonZeroUsize::new(1));
    assert_eq!(curves(Axis::Limit, &samples)[0].points.len(), 1);
}

#[test]
fn saturation_lies_between_the_last_rate_that_was_kept_and_the_first_that_was_not() {
    let rate = |per_second: u32, achieved: f64| {
        let mut samples = measured(4, 0, 100.0);
        for sample in &mut samples {
            sample.cell.work.arrivals = Arrivals::Poisson { per_second };
            let offered_per_s = f64::from(per_second);
            sample.measured.as_mut().unwrap().open_loop = Some(OpenLoop {
                arrivals: 10_000,
                offered_per_s,
                achieved_per_s: achieved,
                backlog_growth_per_s: offered_per_s - achieved,
                ..OpenLoop::default()
            });
        }
        samples
    };
    let of = |rates: &[(u32, f64)]| {
        let samples: Vec<_> = rates.iter().flat_map(|&(rate_, done)| rate(rate_, done)).collect();
        saturation(&curves(Axis::Rate, &samples)[0]).unwrap()
    };
    let found = of(&[(100, 100.0), (200, 199.0), (400, 250.0), (800, 260.0)]);
    assert_eq!((found.keeps_up_at, found.falls_behind_at), (Some(200), Some(400)));
    assert_eq!(found.growth_there_per_s, Some(150.0));
    assert_eq!(found.most_achieved_per_s, Some(260.0));
    // A rate above that seems to be kept by chance does not count.
    let found = of(&[(100, 50.0), (200, 200.0)]);
    assert_eq!((found.keeps_up_at, found.falls_behind_at), (None, Some(100)));
    let found = of(&[(100, 100.0), (200, 200.0)]);
    assert_eq!((found.keeps_up_at, found.falls_behind_at), (Some(200), None));
}
