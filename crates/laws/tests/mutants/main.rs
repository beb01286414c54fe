//! Seeded faults, each of which is caught by the law that it breaks.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod pool;

use bp_laws::{Drives, Effort, Law, Subject, verify};
use pool::{Fault, Pool};

const TABLE: &[(Fault, Law)] = &[(Fault::LimitPlusOne, Law::Limit)];

#[test]
fn each_mutant_is_caught_by_the_law_that_it_breaks() {
    for &(fault, law) in TABLE {
        let subject = Subject::new(format!("{fault:?}"), Drives::Spawned, move |given| Pool {
            limit: given.limit,
            fault: Some(fault),
        });
        let rows = verify(&subject, &Effort::debug());
        for row in &rows {
            println!("{} {} {:?}", row.subject, row.law, row.verdict);
        }
        let caught = rows.iter().any(|row| row.law == law && row.verdict.broken());
        assert!(caught, "{fault:?} is not caught by {law}");
    }
}
