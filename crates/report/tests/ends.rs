//! What a report says of jobs that did not succeed, and of what their server saw.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "figures/simulator.rs"]
#[allow(dead_code, reason = "the figures need more of it")]
mod simulator;

use bp_record::{Counts, Measured, Pass, Sample, Served};
use bp_report::{Format, table};

/// A cell of the time pass whose jobs ended so.
fn ended(strategy: &str, counts: Counts, served: Option<Served>, trouble: Option<&str>) -> Sample {
    let trouble = trouble.map(str::to_owned);
    let makespan_ns = 2_000_000_000;
    let measured = Measured { makespan_ns, counts, served, trouble, ..Measured::default() };
    simulator::ok(simulator::cell(strategy, "tokio", 240), Pass::Time, measured)
}

fn good(succeeded: u64) -> Counts {
    Counts { admitted: 240, succeeded, delivered: 240, ..Counts::default() }
}

fn markdown(samples: &[Sample]) -> String {
    table(&simulator::run(), samples, Format::Markdown)
}

#[test]
fn where_all_went_well_nothing_is_said() {
    let text = markdown(&[ended("semaphore", good(240), None, None)]);
    assert!(!text.contains("What came of the jobs") && !text.contains("server"), "{text}");
}

#[test]
fn client_and_server_stand_beside_each_other() {
    let lossy = Counts { failed: 200, refused: 150, retried: 7, ..good(40) };
    let seen = Served {
        requests: 1_480,
        answered: 1_330,
        overloaded: 150,
        inside_peak: 80,
        ..Served::default()
    };
    let calm = Served { requests: 480, answered: 480, inside_peak: 16, ..Served::default() };
    let why = "cannot read a|b: Too many open files (os error 24)";
    let text = markdown(&[
        ended("unbounded-spawn", lossy, Some(seen), Some(why)),
        ended("semaphore", good(240), Some(calm), None),
    ]);
    for line in [
        "| strategy | succeeded | refused | failed otherwise | tried again | goodput |",
        "| unbounded-spawn | 40 | 150 | 50 | 7 | 20.0 /s |",
        "| semaphore | 240 | 0 | 0 | 0 | 120 /s |",
        "| strategy | requests | answered | no place left | most inside |",
        "| unbounded-spawn | 1,480 | 1,330 | 150 | 80 |",
        "| semaphore | 480 | 480 | 0 | 16 |",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in:\n{text}");
    }
    let said = text.lines().find(|line| line.contains("Too many open files")).unwrap();
    assert!(said.starts_with("- unbounded-spawn: cannot read"), "{said}");
}

#[test]
fn a_refusal_needs_no_reason() {
    let refused = Counts { failed: 200, refused: 200, ..good(40) };
    let text = markdown(&[ended("semaphore", refused, None, Some("of another job"))]);
    assert!(text.contains("| 40 | 200 | 20.0 /s |") && !text.contains("of another job"), "{text}");
}
