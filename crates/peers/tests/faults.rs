//! What was found of these crates, and the law that finds it: if a newer release mends a fault, the
//! test that names it fails, and the table of the documentation is to be made again.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use bp_laws::{Effort, Law, Verdict, subjects, verify_laws};
use bp_observe::memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const EFFORT: Effort = Effort { schedules: 1_000, seed: 0, memory: [1_000, 8_000], polls: 4_000 };

fn found(peer: &str, law: Law) -> Verdict {
    let subjects = subjects();
    let subject = subjects.iter().find(|subject| subject.name() == peer).unwrap();
    let rows = verify_laws(subject, &[law], &EFFORT);
    println!("{peer}, {law}: {}", rows[0].verdict);
    rows[0].verdict.clone()
}

#[track_caller]
fn breaks(peer: &str, law: Law, how: &str) {
    let found = found(peer, law);
    assert!(found.broken() && found.seen().contains(how), "{peer}, {law}: {found}");
}

/// One test, for the memory of a process is measured, and so nothing may run beside it.
#[test]
fn each_fault_is_found_by_its_law() {
    for (peer, law, how) in [
        ("futures-buffered-ordered", Law::Input, "more than the window"),
        ("futures-buffered-ordered", Law::Memory, "it grows"),
        ("futures-concurrency-collect", Law::Limit, "in flight"),
        ("tower-concurrency-limit", Law::Arguments, "largest limit"),
    ] {
        breaks(peer, law, how);
    }
}
