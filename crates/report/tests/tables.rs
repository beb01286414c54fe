//! The tables and the written report of simulated runs.

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use std::{num::NonZeroUsize, path::Path};

use bp_analysis::summarize;
use bp_record::{Counts, Family, Measured, Outcome, Pass, RoundRecord, Run, Sample};
use bp_report::{Format, table};

fn text(run: &Run, samples: &[Sample]) -> String {
    table(run, samples, Format::Table)
}

/// A cell that took so long in the time pass.
fn timed(strategy: &str, executor: &str, makespan_ns: u64) -> Sample {
    let measured = Measured { makespan_ns, ..Measured::default() };
    simulator::ok(simulator::cell(strategy, executor, 240), Pass::Time, measured)
}

fn line<'a>(text: &'a str, strategy: &str) -> &'a str {
    let mut lines = text.lines();
    lines.find(|line| line.split(' ').next() == Some(strategy)).unwrap_or_else(|| panic!("{text}"))
}

/// The report as a file.
fn report(run: &Run, samples: &[Sample], name: &str) -> String {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&place).expect("the target directory is ours");
    let material =
        bp_report::Material { run, samples, rounds: &rounds(), sources: &[], race: None };
    bp_report::write(&material, &place).expect("it can be written");
    std::fs::read_to_string(place.join("report.md")).expect("it was written")
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let text = text(&simulator::run(), &simulator::samples());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} characters: {line}", line.chars().count());
        assert_eq!(line.trim_end(), line);
    }
    assert!(text.ends_with('\n') && !text.contains('\u{1b}'));
}

#[test]
fn a_row_says_at_one_look_who_is_slow_grows_and_keeps_order() {
    let mut samples = simulator::samples();
    samples.reverse(); // The harness shuffles.
    let text = text(&simulator::run(), &samples);
    let words = |strategy| line(&text, strategy).split_whitespace().skip(1).collect::<Vec<_>>();
    assert_eq!(words("unbounded-spawn")[4..], ["16", "MB", "grows", "no", "5.0", "µs"]);
    assert_eq!(words("semaphore")[4..], ["664", "kB", "no", "5.0", "µs"]);
    assert_eq!(words("semaphore-inside")[6..8], ["grows", "no"], "its tasks are all alive");
    assert_eq!(words("materialize")[4..], ["664", "kB", "yes", "5.0", "µs"]);
    let slow = words("batching")[0].trim_end_matches('×').parse::<f64>().unwrap();
    assert!(slow > 1.5, "{slow}");
    assert_eq!(words("semaphore")[..4], ["1.0×"; 4]);
    let rows = text.lines().map(|line| line.split(' ').next().unwrap_or_default());
    let rows: Vec<_> =
        rows.filter(|name| simulator::STRATEGIES.iter().any(|s| s.0 == *name)).collect();
    assert_eq!(rows, simulator::STRATEGIES.map(|strategy| strategy.0), "the catalogue's order");
    assert!(text.contains("std†") && text.contains("async-std is no longer maintained"), "{text}");
}

#[test]
fn the_standard_is_the_fastest_that_holds_jobs_back() {
    let samples = [
        timed("unbounded-spawn", "tokio", 10_000_000),
        timed("semaphore", "tokio", 40_000_000),
        timed("batching", "tokio", 100_000_000),
    ];
    let limited = text(&simulator::run(), &samples);
    let words = |text: &str, name| line(text, name).split_whitespace().nth(1).unwrap().to_owned();
    assert_eq!(
        ["unbounded-spawn", "semaphore", "batching"].map(|name| words(&limited, name)),
        ["0.2×", "1.0×", "2.5×"]
    );
    assert!(limited.lines().any(|line| line.starts_with("1.0× is") && line.contains("40 ms")));

    let alone = text(&simulator::run(), &samples[..1]);
    assert_eq!(words(&alone, "unbounded-spawn"), "1.0×", "nobody else is there");
}

#[test]
fn who_loses_jobs_is_never_the_best() {
    let mut lossy = timed("unbounded-spawn", "tokio", 1_000_000);
    let counts = Counts { succeeded: 34, failed: 206, refused: 206, ..Counts::default() };
    lossy.measured.as_mut().expect("it succeeded").counts = counts;
    let mut held = lossy.clone();
    held.cell = simulator::cell("batching", "tokio", 240);
    let samples = [
        lossy,
        held,
        timed("semaphore", "tokio", 40_000_000),
        timed("wait-any", "tokio", 43_000_000),
        timed("materialize", "tokio", 45_000_000),
    ];
    let said = text(&simulator::run(), &samples);
    for name in ["unbounded-spawn", "batching"] {
        let words: Vec<_> = line(&said, name).split_whitespace().collect();
        assert_eq!(words[1..3], ["86%", "fail"], "{said}");
    }
    assert_eq!(line(&said, "semaphore").split_whitespace().nth(1), Some("1.0×"), "{said}");
    assert!(said.contains("% fail  the share of jobs"), "{said}");
    let markdown = report(&simulator::run(), &samples, "lossy");
    let has = |said: &str| assert!(markdown.contains(said), "{said} is not in\n{markdown}");
    has("| unbounded-spawn | 86% fail |");
    has("semaphore with 40.0 ms, and 1 other within 10 %.");
    has("or were refused, the greatest share: unbounded-spawn (86% fail) and batching (86% fail).");
    has("“% fail”: the share of jobs");
    let figures = bp_report::figures(&simulator::run(), &samples);
    let heat = figures.iter().find(|figure| figure.name.ends_with("-throughput"));
    let heat = heat.expect("times were measured");
    assert_eq!(heat.svg.matches("86% fail").count(), 2, "{}", heat.svg);
    assert!(heat.description.contains("40.0 ms on tokio"), "{}", heat.description);

    let nobody = text(&simulator::run(), &samples[..2]);
    assert!(nobody.contains("86% fail") && !nobody.contains("1.0× is   1"), "{nobody}");
}

#[test]
fn many_executors_with_lost_jobs_still_fit() {
    let mut samples = simulator::samples();
    for measured in samples.iter_mut().filter_map(|sample| sample.measured.as_mut()) {
        measured.counts.failed = 120;
    }
    // Where multiples of all executors would just fit beside the name, these do not.
    for sample in samples.iter_mut().filter(|sample| sample.cell.strategy == "batching") {
        sample.cell.strategy = "batching-and-so-on-22c".to_owned();
    }
    let said = text(&simulator::run(), &samples);
    assert!(said.contains("50% fail"), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn a_failure_stands_in_its_cell_and_is_explained_below() {
    let cell = simulator::cell("batching", "smol", 240);
    let samples = [
        timed("semaphore", "tokio", 40_000_000),
        timed("semaphore", "smol", 40_000_000),
        timed("batching", "tokio", 80_000_000),
        simulator::failed(cell.clone(), Pass::Time, Outcome::Timeout, "no answer"),
        simulator::failed(cell, Pass::Memory, Outcome::Timeout, "no answer"),
    ];
    let text = text(&simulator::run(), &samples);
    assert_eq!(line(&text, "batching").split_whitespace().nth(2), Some("timeout"), "{text}");
    assert!(text.contains("FAILED  1 of 4 cells\n"), "{text}");
    let said = "        stragglers/batching/smol/limit=10: timeout (2 times): no answer\n";
    assert!(text.contains(said), "{text}");
    let markdown = report(&simulator::run(), &samples, "failures");
    assert!(markdown.contains("| timeout |") && markdown.contains("## Failures"), "{markdown}");
}

#[test]
fn each_limit_has_a_table_and_what_takes_none_is_in_all() {
    let mut narrow = timed("semaphore", "tokio", 80_000_000);
    narrow.cell.limit = NonZeroUsize::new(5);
    let samples = [
        timed("unbounded-spawn", "tokio", 8_000_000),
        timed("semaphore", "tokio", 40_000_000),
        narrow,
    ];
    let text = text(&simulator::run(), &samples);
    let (first, second) = text.split_once("limit 10").unwrap();
    assert!(first.contains("limit 5"), "{text}");
    assert_eq!(line(first, "unbounded-spawn").split_whitespace().nth(1), Some("0.1×"));
    assert_eq!(line(second, "unbounded-spawn").split_whitespace().nth(1), Some("0.2×"));
}

#[test]
fn simulated_time_never_stands_beside_real_time() {
    let mut run = simulator::run();
    run.catalogue.executors[1].simulated = true;
    let samples = [timed("semaphore", "tokio", 40_000_000), timed("semaphore", "smol", 10_000_000)];
    let text = text(&run, &samples);
    let (real, simulated) = text.split_once("simulated time").unwrap();
    assert!(!real.contains("smol") && simulated.contains("smol"), "{text}");
}

#[test]
fn many_executors_and_long_names_still_fit() {
    let mut run = simulator::run();
    let mut samples = simulator::samples();
    for sample in &mut samples {
        if sample.cell.strategy == "wait-any" {
            sample.cell.strategy =
                "a-strategy\u{1b}[31m-with-an-unreasonably-long-name|`<b>`".into();
        }
        if sample.cell.executor == "futures" {
            sample.cell.executor = "an-executor-that-nobody-knows".into();
        }
    }
    run.catalogue.strategies.retain(|entry| entry.family != Family::Barrier);
    let text = text(&run, &samples);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}') && text.contains('…'), "{text}");
    let markdown = table(&run, &samples, Format::Markdown);
    assert!(markdown.contains("long-name\\|\\`&lt;b&gt;\\`"), "{markdown}");
}

#[test]
fn an_empty_run_says_so() {
    let run = simulator::run();
    assert_eq!(text(&run, &[]), "Nothing was run, so there is nothing to compare.\n");
    assert!(report(&run, &[], "empty").contains("No sample was taken"));
}

#[test]
fn programs_get_every_figure_raw() {
    let (run, samples) = (simulator::run(), simulator::samples());
    let summaries = summarize(&samples);
    let csv = table(&run, &samples, Format::Csv);
    assert_eq!(csv.lines().count(), 1 + summaries.len());
    assert!(csv.starts_with("cell,workload,strategy,executor,"), "{csv}");
    let json: serde_json::Value =
        serde_json::from_str(&table(&run, &samples, Format::Json)).unwrap();
    assert_eq!(json["preview"], true);
    assert_eq!(json["cells"].as_array().unwrap().len(), summaries.len());
}

#[test]
fn the_report_says_in_words_what_the_numbers_say() {
    let (mut run, mut samples) = (simulator::run(), simulator::samples());
    run.arguments = vec!["run".into(), "-s".into(), "a b```\n# c".into()];
    let markdown = report(&run, &samples, "whole");
    let has = |said: &str| assert!(markdown.contains(said), "{said} is not in\n{markdown}");
    has("> **Preview.** Few jobs or few rounds: a look, not to be quoted.\n");
    has("backpressure run -s 'a b''' # c'\n```\n");
    has("Fastest of those that hold jobs back on tokio: 3 strategies, within 10 % of each other");
    has("; of them semaphore (");
    has(" takes the least processor time, 5.00 µs a job.");
    has("stragglers · 240 jobs of 10.0 ms asked for (median 1");
    let order = markdown.lines().find(|line| line.starts_with("- Order makes"));
    assert!(order.is_none_or(|line| !line.contains("sequential")), "{order:?}");
    has("A barrier makes free slots wait for the slowest job: batching took ");
    has(
        "Memory grows with the number of jobs: unbounded-spawn (15.7 MB) and semaphore-inside (15.7 MB); where memory is bounded it is at most ",
    );
    has("](figures/stragglers-lanes.svg)");
    has("| processor | not known |");

    samples.retain(|sample| sample.cell.strategy == "semaphore");
    let alone = report(&run, &samples, "alone");
    assert!(!alone.contains("A barrier") && !alone.contains("Memory grows"), "{alone}");
    assert!(alone.contains("No strategy has memory that grows"), "{alone}");

    assert!(!alone.contains("The slots are not drawn"), "{alone}");

    for measured in samples.iter_mut().filter_map(|sample| sample.measured.as_mut()) {
        measured.trace = None;
    }
    assert!(report(&run, &samples, "untraced").contains("The slots are not drawn"));
}

/// Two calm rounds, the first of which had to be repeated.
fn rounds() -> Vec<RoundRecord> {
    let round = |round, attempt, canary_after_ns, noisy: Option<&str>| RoundRecord {
        round,
        attempt,
        canary_before_ns: Some(20_000_000),
        canary_after_ns: Some(canary_after_ns),
        noisy: noisy.map(str::to_owned),
        ..RoundRecord::default()
    };
    vec![
        round(0, 0, 40_000_000, Some("the <b>canaries</b> differ")),
        round(0, 1, 21_000_000, None),
        round(1, 0, 20_500_000, None),
    ]
}

#[test]
fn disturbed_rounds_are_named_with_what_became_of_them() {
    let report = report(&simulator::run(), &simulator::samples(), "disturbed");
    let (_, section) = report.split_once("## 10. Rounds and canary\n").expect("there is a section");
    let section: String = section.lines().take(6).collect::<Vec<_>>().join("\n");
    assert!(section.contains("3 rounds were run; the canary"), "{section}");
    assert!(section.contains("took 20.0 ms to 40.0 ms"), "{section}");
    assert!(
        section.contains("- Round 1 was disturbed: the &lt;b&gt;") || section.contains("\\<b"),
        "{section}"
    );
    assert!(section.contains("; its repetition counts."), "{section}");
}

#[test]
fn the_report_says_what_tracing_cost_and_what_was_not_traced() {
    let run = simulator::run();
    let sample = |strategy, pass, makespan_ns, histograms| {
        let sojourn = Some(bp_record::Quantiles { count: 1, ..Default::default() });
        let measured = Measured { makespan_ns, histograms, sojourn, ..Measured::default() };
        simulator::ok(simulator::cell(strategy, "tokio", 240), pass, measured)
    };
    let samples = [
        sample("semaphore", Pass::Time, 1_000, false),
        sample("semaphore", Pass::Trace, 1_034, true),
        sample("batching", Pass::Time, 1_000, false),
        sample("batching", Pass::Trace, 1_002, false),
        sample("wait-any", Pass::Time, 1_000, false),
        sample("wait-any", Pass::Trace, 1_001, false),
    ];
    let markdown = report(&run, &samples, "probe");
    let section = markdown.split("## Probe effect\n").nth(1).expect("a section");
    assert!(
        section.contains("| 3 | 1.002 × | 1.034 × | stragglers/semaphore/tokio/limit=10 |"),
        "{section}"
    );
    assert!(
        section.contains("Not traced job by job, since there were too many jobs: "),
        "{section}"
    );

    let alone = report(&run, &samples[..1], "no-probe");
    assert!(!alone.contains("Probe effect"), "{alone}");
}
