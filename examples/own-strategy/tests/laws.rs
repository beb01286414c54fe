//! The strategy of this crate keeps every law. One test a file: memory is that of the process.

use bp_laws::{Counting, Drives, Effort, Law, Rule, Subject, Take, Verdict, verify};
use own_strategy::TopUp;

/// Without it the law of memory is not seen.
#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn it_keeps_every_law() {
    let subject = Subject::new("top-up", Drives::InTask, |given| TopUp { limit: given.limit })
        .with_rule(|given| Ok(Rule::TopUp { limit: given.limit, take: Take::One }));
    for row in verify(&subject, &Effort::debug()) {
        match &row.verdict {
            Verdict::Broken(broken) => panic!("{}: {broken}", row.law),
            // In-task jobs stall while the consumer is busy: that is declared, and no fault.
            Verdict::NotClaimed(_) if row.law == Law::Progress => {}
            Verdict::Kept(_) => {}
            other => panic!("{}: {other}", row.law),
        }
        println!("{:2} {:16} {}", row.law.number(), row.law, row.verdict);
    }
}
