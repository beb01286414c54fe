//! What the report says in words, of simulated runs that are unlike the usual one.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use std::num::NonZeroUsize;

use bp_record::{Arrivals, Counts, Extent, Faults, OpenLoop, Pass, Sample};
use bp_report::{Format, Material, report, table};

/// All white space made alike, for what is said breaks where a line is full.
fn said(samples: &[Sample]) -> String {
    let text = table(&simulator::run(), samples, Format::Table);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn markdown(samples: &[Sample]) -> String {
    let run = simulator::run();
    report(&Material { run: &run, samples, rounds: &[], sources: &[], race: None }).markdown
}

fn of(strategies: &[&str], executor: &str) -> Vec<Sample> {
    let mut samples = simulator::samples();
    samples.retain(|sample| {
        strategies.contains(&sample.cell.strategy.as_str()) && sample.cell.executor == executor
    });
    samples
}

/// Sets the peak of the live bytes of a strategy at both extents.
fn weigh(samples: &mut [Sample], strategy: &str, (small, full): (u64, u64)) {
    for sample in samples.iter_mut().filter(|sample| sample.cell.strategy == strategy) {
        let is_small = sample.cell.work.extent == Extent::Jobs(60);
        if let Some(measured) = sample.measured.as_mut().filter(|_| sample.pass == Pass::Memory) {
            measured.live_peak_bytes = Some(if is_small { small } else { full });
        }
    }
}

#[test]
fn memory_that_is_neither_bounded_nor_grows_is_named() {
    let mut samples = of(&["semaphore", "wait-any"], "tokio");
    weigh(&mut samples, "wait-any", (1_000_000, 2_000_000));
    let report = markdown(&samples);
    let expected = "No strategy has memory that grows in step with the number of jobs; in between: \
                    wait-any (2.00 MB); where memory is bounded it is at most 664 kB (semaphore).";
    assert!(report.contains(expected), "{report}");
    assert!(said(&samples).contains("2.0 MB N^0.5"), "{}", said(&samples));
}

#[test]
fn where_the_quarter_is_below_the_limit_nothing_is_said_of_growth() {
    let mut samples = of(&["semaphore", "unbounded-spawn"], "tokio");
    weigh(&mut samples, "semaphore", (1_000_000, 4_000_000));
    for sample in samples.iter_mut().filter(|sample| sample.cell.limit.is_some()) {
        sample.cell.limit = NonZeroUsize::new(31); // twice that is more than 60
    }
    let report = markdown(&samples);
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("Memory grows with the number of jobs: unbounded-spawn (15.7 MB).");
    has(
        "cannot be told, since a quarter of the jobs is less than twice what may be held at once: \
         semaphore (4.00 MB).",
    );
    has("| too few jobs to tell |");
    assert!(said(&samples).contains("4.0 MB few"), "{}", said(&samples));
}

#[test]
fn memory_of_a_strategy_whose_jobs_were_refused_is_no_bound() {
    let mut samples = of(&["semaphore", "unbounded-spawn"], "tokio");
    weigh(&mut samples, "unbounded-spawn", (1_000_000, 1_000_000));
    for sample in samples.iter_mut().filter(|sample| sample.cell.strategy == "unbounded-spawn") {
        if let Some(measured) = &mut sample.measured {
            let counts = Counts { succeeded: 60, failed: 180, refused: 180, ..Counts::default() };
            measured.counts = counts;
        }
    }
    let report = markdown(&samples);
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("where memory is bounded it is at most 664 kB (semaphore).");
    has("cannot be told, since jobs were lost: unbounded-spawn (1.00 MB).");
    has("unbounded-spawn had 240 jobs in flight, and 75 % of its jobs failed or were refused.");
    assert!(!report.contains("; it "), "nobody is fast who loses jobs");

    // Another one without a limit that loses none is the better witness.
    let other = of(&["unbounded-spawn"], "tokio").into_iter().map(|mut sample| {
        sample.cell.pause_ns = Some(1_000_000);
        sample
    });
    samples.extend(other);
    let report = markdown(&samples);
    assert!(
        report.contains("had 240 jobs in flight and held 15.7 MB, 24× the memory of"),
        "{report}"
    );
}

/// Sets how long a strategy took, in milliseconds.
fn take(samples: &mut [Sample], strategy: &str, ms: u64) {
    let own = samples.iter_mut().filter(|sample| sample.cell.strategy == strategy);
    for measured in own.filter_map(|sample| sample.measured.as_mut()) {
        measured.makespan_ns = ms * 1_000_000;
    }
}

#[test]
fn why_batching_lost_and_what_no_limit_and_order_cost_are_said_with_their_figures() {
    let strategies =
        ["semaphore", "batching", "unbounded-spawn", "materialize", "materialize-window"];
    let mut samples = of(&strategies, "tokio");
    let ms = [100, 250, 30, 240, 130];
    strategies.iter().zip(ms).for_each(|(strategy, ms)| take(&mut samples, strategy, ms));
    weigh(&mut samples, "semaphore", (1_000_000, 1_000_000));
    weigh(&mut samples, "unbounded-spawn", (5_000_000, 20_000_000));
    let report = markdown(&samples);
    let lines: Vec<_> = report.lines().filter(|line| line.starts_with("- ")).collect();
    let expected = [
        "- Fastest of those that hold jobs back on tokio: semaphore with 100 ms.",
        "- A barrier makes free slots wait for the slowest job: batching took 2.5× as long as the \
         fastest (slots 18 % busy).",
        "- Without a limit unbounded-spawn had 240 jobs in flight and held 20.0 MB, 20× the memory of \
         semaphore (1.00 MB); it was 3.3× as fast.",
        "- Order makes finished results wait for earlier jobs: materialize took 2.4× as long as the \
         fastest (slots 18 % busy) and materialize-window 1.3× (33 % busy).",
    ];
    assert_eq!(lines[..4], expected, "{report}");
}

/// Strategies with what they took in each round, in milliseconds.
fn in_rounds(took: &[(&str, [u64; 3])]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (strategy, rounds) in took {
        for sample in of(&[strategy], "tokio") {
            for (round, ms) in (0..).zip(rounds) {
                let mut sample = Sample { round, ..sample.clone() };
                if let Some(measured) = &mut sample.measured {
                    measured.makespan_ns = ms * 1_000_000;
                }
                samples.push(sample);
            }
        }
    }
    samples
}

#[test]
fn nobody_is_called_the_fastest_whom_the_rounds_do_not_tell_from_others() {
    const BEGIN: &str = "- Fastest of those that hold jobs back on tokio";
    let mut took = vec![
        ("batching", [200, 201, 202]),
        ("semaphore", [105, 106, 104]),
        ("wait-any", [106, 107, 105]),
        ("materialize", [91, 150, 90]),
    ];
    let report = markdown(&in_rounds(&took));
    let has = |said: &str, report: &str| {
        assert!(report.contains(&format!("{BEGIN}{said}")), "{said} is not in\n{report}");
    };
    has(", not to be told apart: materialize, semaphore and wait-any; of them ", &report);
    took.extend([("materialize-window", [104, 150, 104]), ("semaphore-inside", [107, 108, 107])]);
    let samples = in_rounds(&took);
    let some = ", not to be told apart: materialize, materialize-window, semaphore and 2 more; of";
    has(some, &markdown(&samples));
    assert!(said(&samples).contains(some), "{}", said(&samples));
    // Always ahead: the rounds agree.
    has(": semaphore with 105 ms.", &markdown(&in_rounds(&took[..2])));
}

#[test]
fn of_those_that_are_close_a_hair_makes_no_winner_and_noise_no_peer() {
    let took = [
        ("batching", [200, 201, 202]),
        ("wait-any", [100, 100, 100]),
        ("semaphore", [101, 101, 101]),  // behind in each round
        ("materialize", [90, 130, 119]), // ahead in one, and much slower
    ];
    let report = markdown(&in_rounds(&took));
    assert!(report.contains("on tokio: 2 strategies, within 10 % of each other"), "{report}");
}

#[test]
fn what_costs_little_is_said_as_plainly() {
    let mut samples = of(&["semaphore", "batching", "unbounded-spawn", "materialize"], "tokio");
    let took =
        [("semaphore", 100), ("batching", 110), ("unbounded-spawn", 104), ("materialize", 101)];
    took.iter().for_each(|(strategy, ms)| take(&mut samples, strategy, *ms));
    weigh(&mut samples, "semaphore", (1_000_000, 1_000_000));
    weigh(&mut samples, "unbounded-spawn", (400_000, 400_000));
    let report = markdown(&samples);
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("- A barrier cost little here: batching took 1.1× as long as the fastest.");
    has("- Order cost little here: materialize took as long as the fastest.");
    has("held 400 kB, 40 % of the memory of semaphore (1.00 MB); it took as long.");

    weigh(&mut samples, "unbounded-spawn", (1_020_000, 1_020_000));
    assert!(markdown(&samples).contains(" held 1.02 MB, as much as semaphore (1.00 MB); it took"));

    // Slower on one executor alone: neither much nor little can be said of all.
    let mut smol = of(&["semaphore", "batching"], "smol");
    take(&mut smol, "semaphore", 100);
    take(&mut smol, "batching", 300);
    samples.extend(smol);
    assert!(!markdown(&samples).contains("A barrier"));
}

#[test]
fn only_some_of_many_are_named() {
    let mut samples = of(&["semaphore"], "tokio");
    for pause in 1..=8 {
        let mut more = of(&["unbounded-spawn"], "tokio");
        more.iter_mut().for_each(|sample| sample.cell.pause_ns = Some(pause * 1_000_000));
        samples.extend(more);
    }
    let report = markdown(&samples);
    let said = "pause=5ms (15.7 MB) and 3 others; where memory is bounded";
    assert!(report.contains(said), "{report}");
}

#[test]
fn without_memory_the_jobs_in_flight_and_the_time_are_said() {
    let mut samples = of(&["semaphore", "unbounded-spawn"], "tokio");
    samples.retain(|sample| sample.pass != Pass::Memory);
    take(&mut samples, "semaphore", 100);
    take(&mut samples, "unbounded-spawn", 50);
    let said = "Without a limit unbounded-spawn had 240 jobs in flight; beside semaphore it was 2.0× \
                as fast.";
    assert!(markdown(&samples).contains(said), "{}", markdown(&samples));
}

/// A source that is closed after two seconds: all last as long, and what they get done differs.
fn endless() -> Vec<Sample> {
    let mut samples = of(&["semaphore", "batching", "unbounded-spawn"], "tokio");
    samples.retain(|sample| sample.cell.work.extent == Extent::Jobs(240));
    for sample in &mut samples {
        let is_batching = sample.cell.strategy == "batching";
        sample.cell.work.extent = Extent::ForNs(2_000_000_000);
        if let Some(measured) = &mut sample.measured {
            measured.counts.succeeded = if is_batching { 600 } else { 6_600 };
            measured.makespan_ns = if is_batching { 2_000_000_000 } else { 2_200_000_000 };
            let grows =
                |at: u64| if sample.cell.strategy == "semaphore" { 9_000 } else { at / 100 };
            let series = (0..10).map(|tenth| tenth * 200_000_000).map(|at| (at, grows(at)));
            measured.series.live_bytes = series.collect();
        }
    }
    samples
}

#[test]
fn of_an_endless_source_the_highest_rate_is_the_fastest() {
    let (report, samples) = (markdown(&endless()), endless());
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("Fastest of those that hold jobs back on tokio: semaphore with 3,000 /s.");
    has(
        "A barrier makes free slots wait for the slowest job: batching was 10× slower than the fastest",
    );
    has("| jobs a second (× best with a limit) | tokio |");
    has("| batching | 300 /s (10×) |");
    has("Memory grows with time: unbounded-spawn");
    let text = said(&samples);
    assert!(text.contains("1.0× is 3,000 "), "{text}");
    assert!(text.contains("batching 10× 300 "), "{text}");
    assert!(text.contains("× jobs a second of the executor's fastest"), "{text}");
}

#[test]
fn failures_that_the_workload_asks_for_hide_no_time() {
    let mut samples = of(&["semaphore", "batching"], "tokio");
    for sample in &mut samples {
        sample.cell.work.faults = Faults { fail_per_million: 50_000, panic_per_million: 10_000 };
        if let Some(measured) = &mut sample.measured {
            let ended = (measured.counts.admitted, 12, 2);
            let (all, failed, panicked) = ended;
            let succeeded = all - failed - panicked;
            measured.counts = Counts { succeeded, failed, panicked, ..measured.counts };
        }
    }
    let report = markdown(&samples);
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("Fastest of those that hold jobs back on tokio: semaphore");
    has("(1.0×, 6% fail) |");
    has("\n**stragglers, fail 5%, panic 1% · 240 jobs of ");
    has(
        "![Slots at work, slots free: stragglers, fail 5%, panic 1%](figures/stragglers-fail-50000ppm",
    );
    has("As the workload asks, up to 6 % of the jobs fail or panic");
    assert!(!report.contains("Not compared"), "{report}");
    let text = said(&samples);
    assert!(text.contains("semaphore 1.0×"), "{text}");
    assert!(text.contains("faults As the workload asks"), "{text}");

    for measured in samples.iter_mut().filter_map(|sample| sample.measured.as_mut()) {
        measured.counts.refused = 1;
    }
    assert!(markdown(&samples).contains("Not compared where jobs failed"), "one was refused");
}

#[test]
fn a_strategy_has_the_name_that_is_typed_in_every_figure() {
    let run = simulator::run();
    let samples = simulator::samples();
    let figures = bp_report::figures(&run, &samples);
    assert!(figures.len() > 5);
    for figure in &figures {
        for title in ["semaphore before spawn", "materialize (ordered)", "wait for any"] {
            // Lanes say beside the name what the rule is.
            let shown = figure.svg.replace(&format!("The rule of {title}"), "");
            assert!(!shown.contains(title), "{}: {title}", figure.name);
            assert!(!figure.description.contains(title), "{}", figure.description);
        }
    }
    assert!(markdown(&samples).contains("- **semaphore**"));
}

#[test]
fn a_terminal_says_what_the_report_says() {
    let text = said(&of(&["semaphore", "batching", "unbounded-spawn"], "tokio"));
    let has = |said: &str| assert!(text.contains(said), "{said} is not in\n{text}");
    has("- Fastest of those that hold jobs back on tokio: semaphore with ");
    has("- A barrier makes free slots wait for the slowest job: batching took ");
    has(
        "- Memory grows with the number of jobs: unbounded-spawn (15.7 MB); where memory is bounded",
    );
}

#[test]
fn quantiles_that_nobody_has_take_no_column() {
    let report = markdown(&of(&["semaphore", "batching"], "tokio"));
    let has = |said: &str| assert!(report.contains(said), "{said} is not in\n{report}");
    has("| p50 | CPU per job |");
    has("Left out, since fewer than ten jobs lie beyond it: p99 (it takes 1,000 jobs).");
}

#[test]
fn a_backlog_that_chance_moves_does_not_grow_or_shrink() {
    let mut samples = of(&["semaphore"], "tokio");
    for sample in &mut samples {
        sample.cell.work.arrivals = Arrivals::Poisson { per_second: 500 };
        if let Some(measured) = sample.measured.as_mut().filter(|_| sample.pass == Pass::Trace) {
            measured.open_loop = Some(OpenLoop {
                arrivals: 180,
                offered_per_s: 500.0,
                achieved_per_s: 522.8,
                backlog_growth_per_s: -22.8,
                ..OpenLoop::default()
            });
        }
    }
    let report = markdown(&samples);
    assert!(report.contains("| 523 /s | 0 /s | yes |"), "{report}");
    let text = said(&samples);
    assert!(text.contains("523 /s 0 /s") && !text.contains("-22.8"), "{text}");
    assert!(text.starts_with("stragglers, poisson:500/s ·"), "{text}");
}
