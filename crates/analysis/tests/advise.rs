//! Advice on jobs that can be scheduled by hand.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::num::NonZeroUsize;

use bp_analysis::{
    advise::{Advice, Candidate, Merit, Question, Refusal, Row, Standing, advise},
    replay::{Polled, Rule},
};
use bp_record::{Consumer, Family};

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

const ALL: NonZeroUsize = NonZeroUsize::MAX;

fn candidate(name: &str, rule: Rule, window: Option<usize>, ordered: bool) -> Candidate {
    Candidate {
        name: name.to_owned(),
        family: Family::Refill,
        limit: Some(rule.limit()).filter(|&limit| limit < ALL),
        rule: Ok(rule),
        polled: Polled::ByExecutor,
        window: window.map(n),
        ordered,
        task_bytes: None,
    }
}

/// With a limit of two.
fn candidates() -> Vec<Candidate> {
    let two = n(2);
    vec![
        candidate("one", Rule::Pool { limit: n(1) }, Some(1), true),
        candidate("all", Rule::Pool { limit: ALL }, None, false),
        candidate("batches", Rule::Batches { size: two, joined: false }, Some(2), false),
        candidate("pool", Rule::Pool { limit: two }, Some(2), false),
        candidate("queue", Rule::Pool { limit: two }, Some(4), false),
        candidate("twin", Rule::Loop { limit: two }, Some(2), false),
        candidate("ordered", Rule::Ordered { limit: two, window: two }, Some(2), true),
        candidate("wide", Rule::Ordered { limit: two, window: n(3) }, Some(3), true),
        Candidate {
            rule: Err("the rule is a pause".to_owned()),
            ..candidate("pause", Rule::Pool { limit: ALL }, None, false)
        },
    ]
}

fn question() -> Question {
    Question {
        jobs: n(6),
        limit: Some(n(2)),
        memory_bytes: None,
        job_bytes: None,
        task_bytes: 0,
        ordered: false,
        consumer: Consumer::Instant,
    }
}

/// Every replicate is the same. Pool: 0–6 | 0–2, 2–4, 4–6, 6–8 | 6–8. Batches: 6 + 2 + 2.
/// Ordered: 0–6, 0–2, and at 6 all that follow: 8, 10. A window of three: 2–4 as well, then from 6 on
/// three jobs: 8, 10.
fn of(question: &Question) -> Advice {
    advise(question, &candidates(), |_| vec![6, 2, 2, 2, 2, 2]).unwrap()
}

fn row<'a>(advice: &'a Advice, name: &str) -> &'a Row {
    advice.rows.iter().find(|row| row.names.iter().any(|other| other == name)).unwrap()
}

fn dominator(advice: &Advice, name: &str) -> Option<String> {
    match row(advice, name).standing {
        Standing::Dominated { by } => Some(advice.rows[by].names[0].clone()),
        _ => None,
    }
}

#[test]
fn the_figures_are_those_computed_by_hand() {
    let advice = of(&question());
    assert_eq!((advice.bound_ns, advice.mean_service_ns, advice.limit), (8, 2, n(2)));
    let figures = |name: &str| {
        let outlook = row(&advice, name).outlook.unwrap();
        (outlook.makespan_ns.median, outlook.held, outlook.first_ns.median, outlook.half_ns.median)
    };
    assert_eq!(figures("one"), (16, 1, 6, 10));
    assert_eq!(figures("all"), (6, 6, 2, 2));
    assert_eq!(figures("batches"), (10, 2, 2, 8));
    assert_eq!(figures("pool"), (8, 2, 2, 6));
    assert_eq!(figures("ordered"), (10, 2, 6, 8));
    assert_eq!(figures("wide"), (10, 3, 6, 6));
    let outlook = row(&advice, "pool").outlook.unwrap();
    assert_eq!((outlook.over_bound, outlook.held_bytes), (1.0, None));
    assert_eq!((outlook.makespan_ns.low, outlook.makespan_ns.high), (8, 8));
}

#[test]
fn who_is_beaten_is_told_by_whom_and_who_is_not_in_what_it_is_best() {
    let advice = of(&question());
    assert_eq!(advice.rows[advice.choice].names, ["pool", "twin"], "what is alike shares a row");
    assert_eq!(dominator(&advice, "batches").as_deref(), Some("pool"), "slower");
    assert_eq!(dominator(&advice, "queue").as_deref(), Some("pool"), "holds more");
    assert_eq!(dominator(&advice, "wide").as_deref(), Some("ordered"), "wider for nothing");
    assert_eq!(dominator(&advice, "ordered"), None, "nobody else keeps the order as fast");
    let merits = |name: &str| match &row(&advice, name).standing {
        Standing::Efficient { merits } => merits.clone(),
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(merits("pool"), [Merit::Fastest, Merit::FirstResult]);
    assert_eq!(merits("ordered"), [Merit::FastestInOrder]);
    assert_eq!(merits("one"), [Merit::LeastMemory]);
}

#[test]
fn conditions_refuse_what_breaks_them() {
    let standing = |question: &Question, name: &str| row(&of(question), name).standing.clone();
    let refused = |refusal| Standing::Refused(refusal);
    let limited = question();
    assert_eq!(standing(&limited, "all"), refused(Refusal::NoLimit { in_flight: 6 }));
    let why = Refusal::Unpredictable("the rule is a pause".to_owned());
    assert_eq!(standing(&limited, "pause"), refused(why));

    let ordered = Question { ordered: true, ..limited };
    assert_eq!(standing(&ordered, "pool"), refused(Refusal::NoOrder));
    let advice = of(&ordered);
    assert_eq!(advice.rows[advice.choice].names, ["ordered"]);

    let none = Question { ordered: true, ..limited };
    assert_eq!(advise(&none, &candidates()[1..4], |_| vec![1; 6]), None, "nobody keeps the order");

    let memory = |bytes| Question { memory_bytes: Some(bytes), job_bytes: Some(10), ..limited };
    assert_eq!(standing(&memory(39), "queue"), refused(Refusal::Memory { held: 4, bytes: 40 }));
    assert_eq!(dominator(&of(&memory(40)), "queue").as_deref(), Some("pool"));
    assert_eq!(row(&of(&memory(40)), "pool").outlook.unwrap().held_bytes, Some(20));
    let dear = Question { task_bytes: 5, ..memory(40) };
    assert_eq!((dear.room(), dear.limit_to_use()), (Some(2), n(2)));
    assert_eq!(row(&of(&dear), "pool").outlook.unwrap().held_bytes, Some(30));
    assert_eq!(standing(&dear, "queue"), refused(Refusal::Memory { held: 4, bytes: 60 }));
    let unlimited = Question { limit: None, ..memory(60) };
    let advice = of(&unlimited);
    assert_eq!(advice.rows[advice.choice].names, ["all"], "there is room for every job");
}

#[test]
fn the_memory_bounds_the_limit() {
    let limit = |limit: Option<usize>, memory_bytes, job_bytes| {
        let question =
            Question { limit: limit.map(n), memory_bytes, job_bytes, jobs: n(100), ..question() };
        (question.limit_to_use().get(), question.room())
    };
    assert_eq!(limit(Some(8), None, None), (8, None));
    assert_eq!(limit(Some(8), Some(50), Some(10)), (5, Some(5)));
    assert_eq!(limit(None, Some(5_000), Some(10)), (100, Some(500)), "no more than there are jobs");
    assert_eq!(limit(None, Some(9), Some(10)), (1, Some(0)));
    assert_eq!(limit(Some(8), Some(9), Some(0)), (8, None), "what holds nothing has no bound");
}

#[test]
fn the_leanest_of_those_within_a_tenth_is_chosen() {
    let two = n(2);
    let candidates = [
        candidate("fat", Rule::Pool { limit: two }, None, false),
        candidate("lean", Rule::Batches { size: two, joined: false }, Some(2), false),
    ];
    let choice = |services: [u64; 6]| {
        let advice = advise(&question(), &candidates, |_| services.to_vec()).unwrap();
        advice.rows[advice.choice].names[0].clone()
    };
    assert_eq!(choice([10, 11, 11, 10, 10, 10]), "lean", "32 against 31");
    assert_eq!(choice([6, 2, 2, 2, 2, 2]), "fat", "10 against 8");
}
