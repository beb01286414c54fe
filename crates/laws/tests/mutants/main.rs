//! Seeded faults, each of which is caught by the law that it breaks; and the same bodies without a
//! fault, which break none.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod fault;
mod pool;
mod ring;
mod set;
mod shed;
mod slots;
mod zero;

use bp_analysis::replay::{Rule, Take};
use bp_laws::{Broken, Effort, Given, Law, Row, Subject, Verdict, replay, verify};
use bp_observe::memory::Counting;

use crate::{
    fault::{Body, Fault, TABLE},
    pool::Pool,
    ring::{Batch, Ring},
    set::Set,
    slots::Slots,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn subject(body: Body, fault: Option<Fault>) -> Subject {
    let name = fault.map_or_else(|| format!("{body:?}"), |fault| format!("{fault:?}"));
    let drives = body.drives(fault);
    let subject = match body {
        Body::Pool => Subject::new(name, drives, move |given| Pool::new(given.limit, fault)),
        Body::Set => Subject::new(name, drives, move |given| Set { limit: given.limit, fault }),
        Body::Ring => Subject::new(name, drives, move |given| Ring { limit: given.limit, fault }),
        Body::Slots => Subject::new(name, drives, move |given| Slots::new(given.limit, fault)),
        Body::Batch => Subject::new(name, drives, move |given| Batch { limit: given.limit, fault }),
    };
    subject.with_zero(zero::zero(fault)).with_rule(move |given: &Given| {
        let &Given { limit, .. } = given;
        Ok(match body {
            Body::Pool => Rule::Pool { limit },
            Body::Set | Body::Slots => Rule::TopUp { limit, take: Take::One },
            Body::Ring => Rule::Ordered { limit, window: limit },
            Body::Batch => Rule::Batches { size: limit, joined: true },
        })
    })
}

fn caught(rows: &[Row]) -> Vec<(Law, &Broken)> {
    let broken = rows.iter().filter_map(|row| match &row.verdict {
        Verdict::Broken(broken) => Some((row.law, broken)),
        _ => None,
    });
    broken.collect()
}

/// Enough to catch them all.
const EFFORT: Effort = Effort { schedules: 1_000, seed: 0, memory: [1_000, 8_000], polls: 4_000 };

/// One test, for the memory of a process is measured, and so nothing may run beside it.
#[test]
fn each_mutant_is_caught_by_the_law_that_it_breaks() {
    for body in [Body::Pool, Body::Set, Body::Ring, Body::Slots, Body::Batch] {
        let rows = verify(&subject(body, None), &EFFORT);
        assert!(caught(&rows).is_empty(), "{body:?} has no fault: {rows:#?}");
    }
    let mut missed = vec![];
    for &(fault, body, law) in TABLE {
        let subject = subject(body, Some(fault));
        let rows = verify(&subject, &EFFORT);
        let caught = caught(&rows);
        let also: Vec<_> = caught.iter().map(|(law, _)| law.name()).collect();
        let Some((_, broken)) = caught.iter().find(|(by, _)| *by == law) else {
            println!("{fault:?}: {law} does not catch it, but {also:?}");
            missed.push(fault);
            continue;
        };
        println!("{:28} {law:16} {} [{}]", subject.name(), broken.why, also.join(" "));
        if let Some(schedule) = &broken.schedule {
            println!("{broken}");
            let again = replay(&subject, law, schedule);
            assert!(again.broken(), "{fault:?} with {schedule} again: {again:?}");
        }
    }
    assert!(missed.is_empty(), "not caught by the law that they break: {missed:?}");
    assert!(TABLE.len() >= 30, "{} mutants", TABLE.len());
}
