//! What a breach looks like, as README.md shows it: of a strategy that takes one job too many.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::num::NonZeroUsize;

use bp_core::{Claims, Clock, Order, Strategy, Workload};
use bp_laws::{Drives, Effort, Law, Subject, Verdict, verify_laws};
use own_strategy::TopUp;

/// Claims a limit, and is lax about it.
struct Lax {
    limit: NonZeroUsize,
}

impl<X: Clock> Strategy<X> for Lax {
    fn claims(&self) -> Claims {
        Claims {
            limit: Some(self.limit),
            window: Some(self.limit),
            order: Order::Completion,
            ..Claims::default()
        }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let inner = TopUp { limit: self.limit.saturating_add(1) };
        inner.run(workload, executor).await;
    }
}

/// An expression as it stands here, and what it comes to.
macro_rules! said_and_done {
    ($expression:expr) => {
        (stringify!($expression), $expression)
    };
}

#[test]
fn the_readme_shows_what_a_breach_looks_like() {
    let subject = Subject::new("lax", Drives::InTask, |given| Lax { limit: given.limit });
    let rows = verify_laws(&subject, &[Law::Limit], &Effort::debug());
    let Verdict::Broken(broken) = &rows[0].verdict else { panic!("{}", rows[0].verdict) };
    let shown = format!("\n```text\n{broken}\n```\n");
    assert!(include_str!("../README.md").contains(&shown), "README.md is to show:{shown}");
    // The last line, word for word.
    let (said, again) = said_and_done!(bp_laws::replay(
        &subject,
        bp_laws::Law::Limit,
        &"0000000001000000000002".parse().unwrap()
    ));
    assert_eq!(broken.replay, said.replace(",\n", ", "));
    assert_eq!(again.seen(), broken.why);
}
