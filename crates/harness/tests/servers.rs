//! Servers beside a child, honest ones and others, each a few lines of shell.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::{num::NonZeroUsize, time::Duration};

use bp_harness::{Interrupts, Item, Launcher};
use bp_record::{
    Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Real, Role, Sample, Served, Work,
};

/// Reads the work, and is up.
const UP: &str = r#"read work; echo '{"address":"127.0.0.1:4711"}'; "#;
/// Answers one report, and goes on until nobody can ask any more.
const REPORTS: &str = r#"read word; echo '{"requests":3,"answered":2,"limited":1}'; cat"#;

fn item(name: &str) -> Item {
    let work = Work {
        name: name.into(),
        extent: Extent::Jobs(1),
        service_ns: 1,
        payload_bytes: 0,
        seed: 0,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    };
    let cell = Cell {
        work,
        strategy: "gate".into(),
        executor: "fast".into(),
        threads: NonZeroUsize::MIN,
        limit: None,
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    };
    let (timeout, expected) = (Duration::from_secs(100), Duration::ZERO);
    Item { cell, pass: Pass::Time, role: Role::Measured, round: 1, attempt: 0, timeout, expected }
}

/// A child that answers well if its request has `words` in it, beside a server.
fn beside(server: &str, name: &str, words: &str) -> Sample {
    let answer = format!(
        r#"{{"ok":{{"makespan_ns":5,"counts":{},"series":{}}}}}"#,
        serde_json::to_string(&bp_record::Counts::default()).unwrap(),
        serde_json::to_string(&bp_record::Series::default()).unwrap()
    );
    let script = format!("case \"$(cat)\" in *'{words}'*) echo '{answer}';; esac");
    let launcher = Launcher::new("sh", ["-c", &script], 64 << 20).with_server("sh", ["-c", server]);
    launcher.sample(&item(name), &Interrupts::default()).unwrap()
}

fn message(sample: &Sample) -> &str {
    sample.message.as_deref().unwrap_or_default()
}

#[test]
fn the_child_is_told_where_it_is_and_the_row_what_it_saw() {
    for name in ["fetch-upload", "lookup"] {
        let sample = beside(&format!("{UP}{REPORTS}"), name, r#""server":"127.0.0.1:4711""#);
        assert_eq!(sample.outcome, Outcome::Ok, "{sample:?}");
        let served = Served { requests: 3, answered: 2, limited: 1, ..Served::default() };
        assert_eq!(sample.measured.unwrap().served, Some(served));
    }
}

#[test]
fn the_server_is_told_the_work_and_then_asked_for_its_report() {
    let place = tempfile::tempdir().unwrap();
    let heard = place.path().join("heard");
    let server = format!("exec 3> {}; {}", heard.display(), UP)
        + r#"echo "$work" >&3; read word; echo "$word" >&3; echo '{}'"#;
    assert_eq!(beside(&server, "lookup", "").outcome, Outcome::Ok);
    let heard = std::fs::read_to_string(heard).unwrap();
    let (work, rest) = heard.split_once('\n').unwrap();
    let work: Work = serde_json::from_str(work).unwrap();
    assert_eq!((work, rest), (item("lookup").cell.work, "\"report\"\n"));
}

#[test]
fn who_needs_none_gets_none() {
    let place = tempfile::tempdir().unwrap();
    let started = place.path().join("started");
    let server = format!("touch {}; {UP}{REPORTS}", started.display());
    let sample = beside(&server, "even", r#""pass":"time""#);
    assert_eq!((sample.outcome, sample.measured.unwrap().served), (Outcome::Ok, None));
    assert!(!started.exists());
}

#[test]
fn a_server_that_does_not_come_up_is_a_row_that_says_why() {
    let said = |server: &str| {
        let sample = beside(server, "lookup", "");
        assert_eq!((sample.outcome, &sample.measured), (Outcome::Crashed, &None), "{sample:?}");
        message(&sample).to_owned()
    };
    let dead = said("read work; echo 'no socket is left' >&2; exit 3");
    assert_eq!(dead, "the server ended (exit status: 3): no socket is left");
    assert_eq!(said("exit 0"), "the server ended (exit status: 0)");
    let garbage = said("echo hello; cat");
    assert!(garbage.starts_with("the server's answer is no answer (expected value"), "{garbage}");
    let half = said("printf '{\"address\"'; exec >&-; cat");
    assert!(half.starts_with("the server's answer is no answer (EOF"), "{half}");
    let silent = said("exec >&-; cat");
    assert!(silent.starts_with("the server ended (signal: 9"), "it says no more: {silent}");
    let talkative = said("yes '{'");
    assert!(talkative.starts_with("the server's answer is no answer"), "{talkative}");
    assert_eq!(said("cat > /dev/null"), "the server did not answer within 5.0 s");
}

#[test]
fn a_server_program_that_is_not_there_is_a_row_as_well() {
    let launcher = Launcher::new("true", ["x"], 64 << 20).with_server("/nowhere/at/all", ["x"]);
    let sample = launcher.sample(&item("lookup"), &Interrupts::default()).unwrap();
    assert_eq!(sample.outcome, Outcome::Crashed);
    let expected = "cannot start the server /nowhere/at/all: ";
    assert!(message(&sample).starts_with(expected), "{sample:?}");
}

#[test]
fn what_was_measured_beside_a_server_that_died_means_nothing() {
    let sample = beside(&format!("{UP}echo 'out of luck' >&2; kill -9 $$"), "lookup", "");
    assert_eq!((sample.outcome, &sample.measured), (Outcome::Crashed, &None), "{sample:?}");
    assert!(message(&sample).starts_with("the server ended (signal: 9"), "{sample:?}");
    assert!(message(&sample).ends_with(": out of luck"), "{sample:?}");
}

#[test]
fn what_became_of_the_child_is_told_before_what_became_of_the_server() {
    let launcher = Launcher::new("sh", ["-c", "echo 'its own fault' >&2; exit 3"], 64 << 20);
    let launcher = launcher.with_server("sh", ["-c", &format!("{UP}exit 0")]);
    let sample = launcher.sample(&item("lookup"), &Interrupts::default()).unwrap();
    assert_eq!(message(&sample), "exit code 3: its own fault");
}

#[test]
fn the_server_and_all_it_started_end_with_the_sample() {
    let place = tempfile::tempdir().unwrap();
    let pids = place.path().join("pids");
    let server = format!("sleep 1000 & echo $$ $! > {}; {UP}{REPORTS}", pids.display());
    assert_eq!(beside(&server, "lookup", "").outcome, Outcome::Ok);
    let pids = std::fs::read_to_string(pids).unwrap();
    assert_eq!(pids.split_whitespace().count(), 2);
    for pid in pids.split_whitespace() {
        assert!(gone(pid), "{pid} outlived its sample");
    }
}

/// True once the process is dead or at most waits to be reaped; it was sent a signal that nobody
/// can ignore, so this ends by itself.
fn gone(pid: &str) -> bool {
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    };
    (0..1_000_000).any(|_| state().is_none_or(|state| state == 'Z' || state == 'X'))
}
