//! Our own strategies keep what they claim.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bp_laws::{Effort, subjects, verify};
use bp_observe::memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn our_strategies_keep_the_laws() {
    let mut broken = vec![];
    for subject in subjects() {
        let start = std::time::Instant::now();
        for row in verify(&subject, &Effort::debug()) {
            println!("{:24} {:16} {:?}", row.subject, row.law, row.verdict);
            if row.verdict.broken() {
                broken.push(row);
            }
        }
        println!("{:?}", start.elapsed());
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
