//! Our own strategies keep what they claim.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bp_laws::{Effort, subjects, verify};
use bp_observe::memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn none_is_broken(effort: &Effort) {
    let mut broken = vec![];
    for subject in subjects() {
        for row in verify(&subject, effort) {
            println!("{:24} {:16} {}", row.subject, row.law, row.verdict);
            if row.verdict.broken() {
                broken.push(row);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn our_strategies_keep_the_laws() {
    none_is_broken(&Effort::debug());
}

/// In an optimised build a minute: `cargo test --release -p bp-laws --test ours -- --ignored`.
#[test]
#[ignore = "a minute in an optimised build, a quarter of an hour otherwise"]
fn our_strategies_keep_the_laws_over_many_schedules() {
    none_is_broken(&Effort::quick());
}
