//! The run loop with real children, each a few lines of shell that answer as a cell would: what is
//! verified first, which rounds are repeated or added, and what a second start has left to do.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod traces;

use std::{path::Path, time::Duration};

use bp_harness::{
    Filters, Interrupts, Item, Launcher, Ledger, Plan, Precision, Progress, State, Suite, Tally,
    run,
};
use bp_record::{
    Catalogue, Counts, ExecutorEntry, Family, Outcome, Pass, Recorded, Role, RoundRecord, Run,
    SCHEMA, Series, Store, StrategyEntry, WorkloadEntry,
};

/// Two strategies, on an executor that only the scripts know.
fn catalogue() -> Catalogue {
    let strategy = |name: &str| StrategyEntry {
        name: name.into(),
        title: name.into(),
        sentence: String::new(),
        source: String::new(),
        family: Family::Refill,
        claims: String::new(),
        takes: vec![],
        executors: vec!["fast".into()],
    };
    let executor = ExecutorEntry {
        name: "fast".into(),
        sentence: String::new(),
        legacy: false,
        simulated: false,
        single_threaded: false,
        contestant: None,
    };
    let workload =
        WorkloadEntry { name: "even".into(), sentence: String::new(), timed: false, served: false };
    Catalogue {
        strategies: vec![strategy("honest"), strategy("other")],
        executors: vec![executor],
        workloads: vec![workload],
    }
}

fn plan(rounds: u32) -> Plan {
    let text = format!(
        "name = 'test'\nrounds = {rounds}\ntimeout = '50s'\n[[matrix]]\njobs = 2\nservice = '0s'"
    );
    let suite = Suite::parse(&text, "test").unwrap();
    Plan::new(&suite, &Filters::default(), &catalogue()).unwrap()
}

/// What a child does: `$request` is what it was asked, `$answer 7` answers with that makespan, and
/// `$count` is how many children ran before it.
fn launcher(directory: &Path, script: &str) -> Launcher {
    let answer = r#"{"ok":{"makespan_ns":'$1',"counts":COUNTS,"series":SERIES}}"#
        .replace("COUNTS", &serde_json::to_string(&Counts::default()).unwrap())
        .replace("SERIES", &serde_json::to_string(&Series::default()).unwrap());
    let children = directory.join("children");
    let script = format!(
        "request=$(cat)\n\
         answer() {{ echo '{answer}'; }}\n\
         count=$(cat {children} 2>/dev/null | wc -l)\n\
         echo x >> {children}\n\
         {script}",
        children = children.display()
    );
    Launcher::new("sh", ["-c".to_owned(), script], 64 << 20)
}

#[derive(Default)]
struct Seen {
    rounds: Vec<(RoundRecord, bool)>,
    verified: usize,
}

impl Progress for Seen {
    fn verifies(&mut self, cells: usize) {
        self.verified += cells;
    }

    fn begins(&mut self, _: &Item, state: &State) {
        assert!(state.done < state.planned, "{state:?}");
    }

    fn round_over(&mut self, round: &RoundRecord, repeats: bool) {
        self.rounds.push((round.clone(), repeats));
    }
}

fn new_store(directory: &Path) -> Store {
    let run = Run {
        schema: SCHEMA,
        arguments: vec![],
        suite: "test".into(),
        preview: false,
        seed: 1,
        rounds: 1,
        planned: 1,
        started: String::new(),
        catalogue: catalogue(),
        environment: bp_harness::environment(),
        sweep: None,
        fingerprint: None,
        partition: None,
        shards: vec![],
    };
    Store::create(&directory.join("run"), &run, true).unwrap()
}

/// Runs `plan` with children that do `script`, and reads what is on the disk then.
fn ran(plan: &Plan, directory: &Path, script: &str, ledger: Ledger) -> (Tally, Seen, Recorded) {
    let mut store = new_store(directory);
    let mut seen = Seen::default();
    let launcher = launcher(directory, script);
    let stop = Interrupts::default();
    let tally = run(plan, &launcher, &mut store, &stop, &mut seen, ledger).unwrap();
    drop(store);
    (tally, seen, Store::read(&directory.join("run")).unwrap())
}

fn count(recorded: &Recorded, role: Role) -> usize {
    recorded.samples.iter().filter(|sample| sample.role == role).count()
}

#[test]
fn a_cell_that_fails_its_verification_is_not_timed_and_its_row_says_why() {
    let place = tempfile::tempdir().unwrap();
    let script = r#"case "$request" in
        *other*) echo '{"panic":"I never work"}';;
        *) answer 7;;
    esac"#;
    let (tally, seen, recorded) = ran(&plan(1), place.path(), script, Ledger::default());
    assert_eq!((seen.verified, count(&recorded, Role::Verification)), (2, 2));
    let measured: Vec<_> =
        recorded.samples.iter().filter(|sample| sample.role == Role::Measured).collect();
    assert!(measured.iter().all(|sample| sample.cell.strategy == "honest"), "{measured:?}");
    assert_eq!(measured.len(), 3, "a time, a trace and a memory pass");
    let rows = recorded.counted();
    let broken: Vec<_> = rows.iter().filter(|row| row.cell.strategy == "other").collect();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].outcome, Outcome::Panic);
    assert_eq!(tally.count(Outcome::Panic), 1);
    // The verification was of few jobs, and comes first.
    assert_eq!(recorded.samples[0].role, Role::Verification);
}

#[test]
fn a_canary_opens_and_closes_each_round() {
    let place = tempfile::tempdir().unwrap();
    let (_, seen, recorded) = ran(&plan(5), place.path(), "answer 7", Ledger::default());
    assert_eq!(recorded.rounds.len(), 5);
    assert_eq!(count(&recorded, Role::Canary), 5 * 6);
    for (round, repeats) in &seen.rounds {
        assert_eq!((round.canary_before_ns, round.canary_after_ns), (Some(7), Some(7)));
        assert!(*repeats, "it would be repeated if it had been disturbed");
    }
    assert_eq!(count(&recorded, Role::Measured), 5 * 2 * 3);
}

/// Children of which the canary is twice as slow after the first round as before it: two
/// verifications, three canaries, six items, and then the slow ones.
const DISTURBED: &str =
    "if [ $count -ge 11 ] && [ $count -lt 14 ]; then answer 14; else answer 7; fi";

#[test]
fn a_disturbed_round_is_repeated_once_and_both_stay() {
    let place = tempfile::tempdir().unwrap();
    let (tally, seen, recorded) = ran(&plan(5), place.path(), DISTURBED, Ledger::default());
    assert!(seen.rounds[0].0.noisy.as_deref().unwrap().contains("factor of 2.00"));
    // A machine on which tasks wait for a processor disturbs other rounds too.
    let noisy = recorded.rounds.iter().filter(|round| round.noisy.is_some());
    assert_eq!(tally.disturbed.0, noisy.count(), "{:?}", seen.rounds);
    let turns: Vec<_> = recorded.rounds.iter().map(|round| (round.round, round.attempt)).collect();
    assert_eq!(turns[..2], [(0, 0), (0, 1)]);
    for round in 0..5 {
        let attempts: Vec<_> = turns.iter().filter(|turn| turn.0 == round).collect();
        let repeated = recorded
            .rounds
            .iter()
            .any(|it| (it.round, it.attempt) == (round, 0) && it.noisy.is_some());
        assert_eq!(attempts.len(), if repeated { 2 } else { 1 }, "once at most: {turns:?}");
    }
    assert_eq!(count(&recorded, Role::Measured), 6 * turns.len(), "the disturbed ones are kept");
    let counted = recorded.counted();
    assert_eq!(counted.len(), 5 * 6, "and do not count");
    assert!(counted.iter().all(|sample| (sample.round, sample.attempt) != (0, 0)));
}

#[test]
fn a_preview_says_that_a_round_was_disturbed_and_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let (tally, _, recorded) = ran(&plan(2), place.path(), DISTURBED, Ledger::default());
    assert_eq!(tally.disturbed, (1, 0));
    assert_eq!(recorded.rounds.len(), 2);
}

#[test]
fn only_cells_that_are_not_known_exactly_are_timed_again() {
    let place = tempfile::tempdir().unwrap();
    let mut plan = plan(5);
    plan.precision = Some(Precision { relative: 0.03, at_most: Duration::from_secs(1_000) });
    // The other strategy is shaky until there were eighty children, and then steady.
    let script = r#"case "$request" in
        *other*) if [ $count -lt 80 ]; then answer 1$((count % 3))0; else answer 105; fi;;
        *) answer 100;;
    esac"#;
    let (_, _, recorded) = ran(&plan, place.path(), script, Ledger::default());
    let timed = |strategy: &str| {
        let of = |sample: &&bp_record::Sample| {
            sample.role == Role::Measured
                && sample.pass == Pass::Time
                && sample.cell.strategy == strategy
        };
        recorded.samples.iter().filter(of).count()
    };
    assert_eq!(timed("honest"), 5);
    assert!(timed("other") > 5, "{}", timed("other"));
    let further = recorded.samples.iter().filter(|sample| sample.round >= 5);
    assert!(further.clone().count() > 0);
    assert!(
        further
            .filter(|sample| sample.role == Role::Measured)
            .all(|sample| sample.pass == Pass::Time)
    );
}

#[test]
fn no_further_round_begins_when_the_time_is_over() {
    let place = tempfile::tempdir().unwrap();
    let mut plan = plan(5);
    plan.precision = Some(Precision { relative: 0.01, at_most: Duration::ZERO });
    let (_, _, recorded) = ran(&plan, place.path(), "answer $count", Ledger::default());
    assert_eq!(recorded.rounds.iter().map(|round| round.round).max(), Some(4));
}

#[test]
fn a_second_start_makes_what_is_missing_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let plan = plan(2);
    let (_, _, whole) = ran(&plan, place.path(), "answer 7", Ledger::default());
    // As if it had been killed: some samples of the last round are not there, nor is its end.
    for kept in 0..whole.samples.len() {
        let mut half = whole.clone();
        half.samples.truncate(kept);
        let last = half.samples.iter().map(|sample| sample.round).max();
        half.rounds.retain(|round| Some(round.round) < last);
        let other = tempfile::tempdir().unwrap();
        let (_, _, rest) = ran(&plan, other.path(), "answer 7", Ledger::from(&half));
        for role in [Role::Verification, Role::Measured] {
            assert_eq!(
                count(&half, role) + count(&rest, role),
                count(&whole, role),
                "{role}, {kept} samples kept"
            );
        }
        assert_eq!(half.rounds.len() + rest.rounds.len(), 2);
    }
    let other = tempfile::tempdir().unwrap();
    let (_, _, rest) = ran(&plan, other.path(), "answer 7", Ledger::from(&whole));
    assert_eq!(rest.samples, [], "nothing was missing, so not even a canary ran");
}

#[test]
fn an_interrupted_sample_is_made_again() {
    let place = tempfile::tempdir().unwrap();
    let plan = plan(1);
    let (_, _, mut whole) = ran(&plan, place.path(), "answer 7", Ledger::default());
    let last = whole.samples.iter_mut().rfind(|sample| sample.role == Role::Measured).unwrap();
    last.outcome = Outcome::Interrupted;
    let again = last.clone();
    whole.rounds.clear();
    let other = tempfile::tempdir().unwrap();
    let (_, _, rest) = ran(&plan, other.path(), "answer 7", Ledger::from(&whole));
    let made: Vec<_> = rest.samples.iter().filter(|sample| sample.role == Role::Measured).collect();
    assert_eq!(made.len(), 1);
    assert_eq!((&made[0].cell, made[0].pass), (&again.cell, again.pass));
}
