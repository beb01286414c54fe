//! The suite that compares rules with theory, on simulated time.

use std::fs;

use crate::common::{Ended, Place};

/// Ten at a time, on the virtual clock, with so many jobs.
fn theory(place: &Place, jobs: &str, more: &[&str]) -> Ended {
    let arguments = ["run", "--suite", "theory", "-w", "exponential", "-x", "virtual", "--jobs"];
    let limits = [jobs, "-p", "limit=10", "-p", "window=36", "--service", "30ms"];
    place.run(arguments.iter().chain(&limits).chain(more))
}

#[test]
fn what_theory_says_is_met_and_shown() {
    let place = Place::new();
    let ended = theory(&place, "20000", &["--out", "mine"]).exits(0);
    let (table, said) = (ended.stdout(), ended.stderr());
    for row in ["batching ", "materialize ", "materialize-window window=36", "semaphore "] {
        let line = table.lines().find(|line| line.contains(row)).unwrap_or_else(|| panic!("{row}"));
        assert!(line.ends_with("yes"), "{table}");
    }
    assert!(table.contains("2.93×") && table.contains("2.32×"), "{table}");
    assert!(said.contains("4 of 4 cells are within 10 % of theory"), "{said}");
    assert!(!said.contains("a preview"), "what is not timed needs no rounds: {said}");
    let kept = fs::read_to_string(place.path().join("mine/theory.md")).unwrap();
    assert!(kept.contains("| exponential | 10 | batching | virtual | 2.93× |"), "{kept}");
    let again = place.run(["report", "mine", "--format", "markdown"]).exits(0);
    assert_eq!(again.stdout(), kept);
}

#[test]
fn what_is_too_far_from_theory_is_a_broken_promise() {
    // With forty jobs the end of the run, when slots are free for want of jobs, is half of it.
    let ended = theory(&Place::new(), "40", &[]).exits(6);
    assert!(ended.stdout().contains("NO"), "{}", ended.stdout());
}

#[test]
fn suites_have_names() {
    let place = Place::new();
    let count = |arguments: &[&str]| place.run(arguments).exits(0).stderr();
    let theory = count(&["--suite", "theory", "--dry-run"]);
    assert!(theory.starts_with("theory: 128 cells, 128 samples in 1 round,"), "{theory}");
    let full = count(&["run", "--suite", "full", "--dry-run"]);
    assert_eq!(full, count(&["--full", "--dry-run"]));
    assert_eq!(count(&["--suite", "preview", "--dry-run"]), count(&["--dry-run"]));
    let wrong = place.run(["--suite", "practice"]).exits(2).stderr();
    assert!(wrong.contains("preview, full, real, theory, overload"), "{wrong}");
    place.run(["--suite", "full", "--full"]).exits(2);
}
