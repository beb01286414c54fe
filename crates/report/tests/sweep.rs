//! What a report says of a sweep.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use std::num::NonZeroUsize;

use bp_record::{
    Arrivals, Axis, Cell, Counts, Measured, OpenLoop, Outcome, Pass, Quantiles, Run, Sample,
};
use bp_report::{Format, figures, sweep_table};

const JOBS: u64 = 2_000;

fn times(ns: u64) -> Quantiles {
    let at = |times: u64| Some(ns * times);
    Quantiles {
        count: JOBS,
        mean_ns: ns,
        min_ns: 1,
        p50_ns: at(1),
        p90_ns: at(2),
        p99_ns: at(4),
        p999_ns: None,
        max_ns: ns * 9,
    }
}

/// Both passes of a cell that does so many jobs a second.
fn cell(cell: &Cell, per_second: f64, found: Option<OpenLoop>) -> [Sample; 2] {
    let counts = Counts { succeeded: JOBS, ..Counts::default() };
    let makespan_ns = (JOBS as f64 / per_second * 1e9) as u64;
    let time = Measured { counts, makespan_ns, ..Measured::default() };
    let trace = Measured {
        service: Some(times(10_000_000)),
        sojourn: Some(times(20_000_000)),
        open_loop: found,
        ..time.clone()
    };
    [(Pass::Time, time), (Pass::Trace, trace)]
        .map(|(pass, measured)| simulator::ok(cell.clone(), pass, measured))
}

fn over_the_limit(limits: &[usize], law: impl Fn(f64) -> f64) -> (Run, Vec<Sample>) {
    let samples = limits.iter().flat_map(|&limit| {
        let mut at = simulator::cell("semaphore", "tokio", JOBS);
        at.limit = NonZeroUsize::new(limit);
        cell(&at, law(limit as f64), None)
    });
    (Run { sweep: Some(Axis::Limit), ..simulator::run() }, samples.collect())
}

fn over_the_rate(rates: &[(u32, f64)]) -> (Run, Vec<Sample>) {
    let samples = rates.iter().flat_map(|&(per_second, achieved_per_s)| {
        let mut at = simulator::cell("semaphore", "tokio", JOBS);
        at.work.arrivals = Arrivals::Poisson { per_second };
        let offered_per_s = f64::from(per_second);
        let found = OpenLoop {
            arrivals: JOBS,
            offered_per_s,
            achieved_per_s,
            backlog_growth_per_s: offered_per_s - achieved_per_s,
            ..OpenLoop::default()
        };
        cell(&at, achieved_per_s, Some(found))
    });
    (Run { sweep: Some(Axis::Rate), ..simulator::run() }, samples.collect())
}

fn text((run, samples): &(Run, Vec<Sample>)) -> String {
    let text = sweep_table(run, samples, Format::Table);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} characters: {line}", line.chars().count());
        assert_eq!(line.trim_end(), line);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const DOUBLES: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

#[test]
fn a_knee_is_said_with_its_reasons() {
    let text = text(&over_the_limit(&DOUBLES, |n| n.min(16.0) * 100.0));
    for part in [
        "Use limit 16: it is the least value measured with 95 % of the highest throughput (1,600 jobs/s, at limit 16)",
        "the mean service time at limit 1 (10.0 ms) = 16.0 (one round, so no interval) in flight",
        "for this curve has another shape: its peak, ",
        "More buys only latency: from start to finish p99 is 40.0 ms at limit 16",
        "← use",
        "PREVIEW",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[test]
fn no_knee_is_said_as_plainly() {
    let rising = text(&over_the_limit(&DOUBLES, |n| n * 100.0));
    let said = "No knee up to limit 128: throughput there was 12,800 jobs/s and still rose. Sweep \
                greater values as well.";
    assert!(rising.contains(said), "{rising}");
    assert!(!rising.contains("← use") && !rising.contains("More buys"), "{rising}");
    let flat = text(&over_the_limit(&DOUBLES, |_| 100.0));
    let said = "No knee from limit 1 on: throughput there was already 100 % of the highest (100 \
                jobs/s, at limit ";
    assert!(flat.contains(said) && !flat.contains("smaller values"), "{flat}");
    let flat = self::text(&over_the_limit(&DOUBLES[2..], |n| 100.0 + n / 64.0));
    let said = "No knee from limit 4 on: throughput there was already 98 % of the highest (102 \
                jobs/s, at limit 128). Sweep smaller values as well.";
    assert!(flat.contains(said), "{flat}");
    let few = text(&over_the_limit(&[1, 2], |n| n));
    assert!(
        few.contains("it takes four values at which all jobs succeed, and there are 2"),
        "{few}"
    );
}

#[test]
fn the_picture_of_three_values_concludes_nothing_either() {
    let drawn = |values: &[usize]| {
        let (run, samples) = over_the_limit(values, |n| n.min(16.0) * 100.0);
        let figures = bp_report::figures(&run, &samples);
        figures.into_iter().next().expect("a curve has a picture")
    };
    let few = drawn(&[4, 16, 64]);
    for conclusion in ["Little", "scalability law", "use limit", "peak of the law"] {
        assert!(!few.svg.contains(conclusion), "{conclusion}: {}", few.svg);
    }
    assert!(
        few.description.contains("No knee can be named: it takes four values"),
        "{}",
        few.description
    );
    let enough = drawn(&DOUBLES);
    assert!(enough.svg.contains("Little") && enough.svg.contains("use limit 16"));
}

#[test]
fn a_law_that_fits_may_name_its_peak() {
    let law = |n: f64| 100.0 * n / (1.0 + 0.02 * (n - 1.0) + 0.002 * n * (n - 1.0));
    let text = text(&over_the_limit(&DOUBLES, law));
    assert!(text.contains("has its peak at 22.1 (one round"), "{text}");
}

#[test]
fn a_saturated_rate_is_said_with_its_backlog() {
    let swept = over_the_rate(&[(100, 100.0), (200, 200.0), (400, 210.0)]);
    let found = text(&swept);
    for part in [
        "Keeps up with 200 /s; saturates before 400 /s: at 400 /s it achieves 210 /s, and the backlog \
         grows by 190 /s.",
        "Counted from when a job was due, the sojourn's p99 is 80.0 ms at 100 /s",
        " behind ",
    ] {
        assert!(found.contains(part), "no {part} in {found}");
    }
    let kept = text(&over_the_rate(&[(100, 100.0), (200, 200.0)]));
    assert!(kept.contains("up to 200 /s: not saturated in this range"), "{kept}");
}

#[test]
fn a_value_that_failed_is_a_row_like_any_other() {
    let (run, mut samples) = over_the_limit(&DOUBLES, |n| n.min(16.0) * 100.0);
    let last = samples.len() - 2;
    samples[last].outcome = Outcome::Timeout;
    samples[last].measured = None;
    let text = text(&(run, samples));
    assert!(text.contains("timeout") && text.contains("Use limit 16"), "{text}");
}

#[test]
fn nothing_measured_is_said() {
    let run = Run { sweep: Some(Axis::Limit), ..simulator::run() };
    assert!(text(&(run.clone(), Vec::new())).starts_with("Nothing was measured"));
    assert_eq!(figures(&run, &[]), []);
}

#[test]
fn figures_name_their_marks_and_are_the_same_again() {
    let (run, samples) = over_the_limit(&DOUBLES, |n| n.min(16.0) * 100.0);
    let drawn = figures(&run, &samples);
    assert_eq!(drawn.len(), 1);
    assert_eq!(drawn[0].file_name(), "stragglers-semaphore-tokio-over-limit.svg");
    for part in ["use limit 16", "law: 16.0 in flight", "jobs per second", "\n256\n", "\n128\n"] {
        assert_eq!(drawn[0].svg.contains(part), part != "\n256\n", "{part}");
    }
    assert_eq!(figures(&run, &samples), drawn);
    let (run, samples) = over_the_rate(&[(100, 100.0), (400, 210.0)]);
    let svg = &figures(&run, &samples)[0].svg;
    assert!(svg.contains("keeps up with 100 /s") && svg.contains("falls behind at 400 /s"));
}

#[test]
fn an_open_loop_that_is_no_sweep_says_who_keeps_up() {
    let (run, samples) = over_the_rate(&[(400, 210.0)]);
    let run = Run { sweep: None, ..run };
    let table = bp_report::table(&run, &samples, Format::Table);
    assert!(table.contains("400 /s offered  sojourn from the due time"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let page = bp_report::table(&run, &samples, Format::Markdown);
    assert!(
        page.contains("| semaphore | tokio | 400 /s | 210 /s | 190 /s | no | 20.0 ms |"),
        "{page}"
    );
}
