//! Which traces a run keeps: one a cell, beside the events, of a round that was not disturbed.

use std::fs;

use bp_harness::Ledger;
use bp_record::{Outcome, Pass, Recorded, Store};

use super::{DISTURBED, plan, ran};

/// Two jobs, of which the second ends at `$2`.
const TRACED: &str = r#"traced() { case "$request" in
    *'"pass":"trace"'*) echo '{"ok":{"makespan_ns":'$1',"counts":{"admitted":2,"succeeded":2,
        "failed":0,"refused":0,"panicked":0,"cancelled":0,"delivered":2,"checksum":0},
        "series":SERIES,"trace_file":{"file":"../mine","digest":""},
        "trace":{"arrived_ns":[0,0],"admitted_ns":[0,0],"started_ns":[1000,2000],
        "finished_ns":[5000,'$2'],"delivered_ns":[5000,9000],"lost_ns":[null,null],
        "order":[0,1]}}}';;
    *) answer $1;;
esac }
"#;

fn script(then: &str) -> String {
    let series = serde_json::to_string(&bp_record::Series::default()).unwrap();
    TRACED.replace("SERIES", &series) + then
}

/// The names of the files in `traces/`, and the cells and rounds that they stand for.
fn kept(place: &tempfile::TempDir, recorded: &Recorded) -> (usize, Vec<(String, u32, u32)>) {
    let directory = place.path().join("run");
    let files = fs::read_dir(directory.join("traces")).map_or(0, Iterator::count);
    let traced = recorded.traced().into_iter();
    let turns = traced.map(|sample| {
        let trace = recorded.trace(&directory, &sample).unwrap();
        assert_eq!(trace.moments()[1].finished_us, 8);
        (sample.cell.strategy, sample.round, sample.attempt)
    });
    (files, turns.collect())
}

fn turns(round: u32, attempt: u32) -> Vec<(String, u32, u32)> {
    ["honest", "other"].map(|name| (name.to_owned(), round, attempt)).into()
}

#[test]
fn one_trace_a_cell_is_beside_the_events_and_none_in_them() {
    let place = tempfile::tempdir().unwrap();
    let (_, _, recorded) = ran(&plan(5), place.path(), &script("traced 7 8000"), Ledger::default());
    assert_eq!(kept(&place, &recorded), (2, turns(0, 0)));
    let events = fs::read_to_string(place.path().join("run/events.jsonl")).unwrap();
    assert!(!events.contains("started_ns") && !events.contains("../mine"), "{events}");
    let refer = recorded.samples.iter().filter_map(|sample| sample.measured.as_ref());
    assert_eq!(refer.filter(|measured| measured.trace_file.is_some()).count(), 2);
}

#[test]
fn the_trace_of_a_disturbed_round_gives_way_to_that_of_its_repetition() {
    let place = tempfile::tempdir().unwrap();
    let script = script(
        &DISTURBED
            .replace("answer", "traced")
            .replace(" 14;", " 14 8000;")
            .replace(" 7;", " 7 8000;"),
    );
    let (_, seen, recorded) = ran(&plan(5), place.path(), &script, Ledger::default());
    assert!(seen.rounds[0].0.noisy.is_some() && seen.rounds[1].0.noisy.is_none());
    assert_eq!(kept(&place, &recorded), (2, turns(0, 1)));
}

#[test]
fn if_all_rounds_are_disturbed_the_first_that_counts_stands() {
    let place = tempfile::tempdir().unwrap();
    // Each canary takes longer than the last.
    let script = script("traced $((7 << (count / 4))) 8000");
    let (tally, _, recorded) = ran(&plan(5), place.path(), &script, Ledger::default());
    assert!(recorded.rounds.iter().all(|round| round.noisy.is_some()), "{:?}", recorded.rounds);
    assert_eq!(tally.disturbed, (10, 5));
    assert_eq!(kept(&place, &recorded), (2, turns(0, 1)));
}

#[test]
fn a_second_start_goes_on_with_the_traces_that_are_there() {
    let place = tempfile::tempdir().unwrap();
    let plan = plan(5);
    let (_, _, whole) = ran(&plan, place.path(), &script("traced 7 8000"), Ledger::default());
    let traces = whole.samples.iter().enumerate().filter(|(_, sample)| {
        sample.pass == Pass::Trace && sample.measured.as_ref().unwrap().trace_file.is_some()
    });
    let firsts: Vec<_> = traces.map(|(place, _)| place).collect();
    for (stopped, made) in [(firsts[0], 2), (firsts[0] + 1, 1), (firsts[1] + 1, 0)] {
        let mut half = whole.clone();
        half.samples.truncate(stopped);
        half.rounds.clear();
        let other = tempfile::tempdir().unwrap();
        let (_, _, rest) = ran(&plan, other.path(), &script("traced 7 8000"), Ledger::from(&half));
        assert_eq!(rest.traced().len(), made, "stopped after {stopped} samples");
    }
}

#[test]
fn a_trace_that_cannot_be_is_that_of_a_run_that_went_wrong() {
    let place = tempfile::tempdir().unwrap();
    let (tally, _, recorded) =
        ran(&plan(1), place.path(), &script("traced 7 100"), Ledger::default());
    assert_eq!(tally.count(Outcome::Wrong), 2);
    let wrong: Vec<_> = recorded.samples.iter().filter(|it| it.outcome == Outcome::Wrong).collect();
    assert!(wrong.iter().all(|sample| sample.pass == Pass::Trace));
    let said = wrong[0].message.as_deref().unwrap();
    assert_eq!(
        said,
        "its trace cannot be: `finished`, job 1: it is 1900 ns before the moment that it follows"
    );
    assert_eq!(recorded.traced().len(), 0);
    assert!(Store::read(&place.path().join("run")).is_ok());
}
