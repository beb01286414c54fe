//! Real children that misbehave, each a few lines of shell. What decides is the outcome; no test
//! looks at how long something took, and each would hang if the parent waited for what never comes.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use std::{num::NonZeroUsize, time::Duration};

use bp_harness::{Interrupts, Item, Launcher};
use bp_record::{
    Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Real, Role, Sample, Work,
};

/// Longer than any test may last: whoever waits for it has failed.
const FOREVER: &str = "sleep 1000";

fn item(timeout: Duration) -> Item {
    let work = Work {
        name: "even".into(),
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
    let role = Role::Measured;
    Item { cell, pass: Pass::Time, role, round: 3, attempt: 0, timeout, expected: Duration::ZERO }
}

fn run(script: &str) -> Sample {
    run_for(Duration::from_secs(100), script)
}

fn run_for(timeout: Duration, script: &str) -> Sample {
    let launcher = Launcher::new("sh", ["-c", script], 64 << 20);
    launcher.sample(&item(timeout), &Interrupts::default()).unwrap()
}

fn message(sample: &Sample) -> &str {
    sample.message.as_deref().unwrap_or_default()
}

#[test]
fn an_honest_answer_is_a_row_of_its_item() {
    let answer = r#"{"ok":{"makespan_ns":5,"counts":COUNTS,"series":SERIES}}"#
        .replace("COUNTS", &serde_json::to_string(&bp_record::Counts::default()).unwrap())
        .replace("SERIES", &serde_json::to_string(&bp_record::Series::default()).unwrap());
    let sample = run(&format!("cat > /dev/null; echo '{answer}'"));
    assert_eq!((sample.outcome, sample.round), (Outcome::Ok, 3), "{sample:?}");
    assert_eq!(sample.measured.unwrap().makespan_ns, 5);
    assert_eq!(sample.exit_code, Some(0));
}

#[test]
fn the_request_arrives_and_the_pipe_is_closed() {
    // `cat` ends at the end of the input; the request comes back as an answer that is none.
    let sample = run("cat");
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert!(
        message(&sample).contains(r#"{"version":1,"cell":{"work":{"name":"even""#),
        "{sample:?}"
    );
}

#[test]
fn a_child_that_does_not_read_or_answer() {
    let sample = run("exit 0");
    assert_eq!((sample.outcome, message(&sample)), (Outcome::Crashed, "ended without an answer"));
}

#[test]
fn garbage_on_the_pipe() {
    let sample = run("head -c 1000 /dev/urandom");
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert!(message(&sample).starts_with("the answer is no answer"));
    assert!(message(&sample).chars().count() <= 301);
}

#[test]
fn too_much_on_standard_output() {
    let sample = run("yes");
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert_eq!(message(&sample), "wrote more than 64 MiB to standard output");
}

#[test]
fn too_much_on_standard_error_keeps_the_end() {
    let sample = run("yes | head -c 4000000 >&2; echo the last words >&2; exit 3");
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert_eq!(message(&sample), "exit code 3: the last words");
    assert_eq!(sample.exit_code, Some(3));
}

#[test]
fn a_timeout_ends_the_whole_group_even_if_it_resists() {
    let place = tempfile::tempdir().unwrap();
    let pid = place.path().join("pid");
    let script = format!("trap '' TERM; sleep 1000 & echo $! > {}; wait; {FOREVER}", pid.display());
    let sample = run_for(Duration::from_secs(1), &script);
    assert_eq!((sample.outcome, message(&sample)), (Outcome::Timeout, "no end after 1.0 s"));
    assert_eq!(sample.signal, Some(9), "it ignored the polite request");
    let grandchild = std::fs::read_to_string(pid).unwrap();
    assert!(gone(grandchild.trim()), "the grandchild {grandchild} outlived its group");
}

/// True once the process is dead or at most waits to be reaped. It was sent a signal that nobody
/// can ignore, so this ends by itself.
fn gone(pid: &str) -> bool {
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    };
    (0..1_000_000).any(|_| state().is_none_or(|state| state == 'Z' || state == 'X'))
}

#[test]
fn a_grandchild_that_holds_the_pipe_does_not_hold_the_parent() {
    // `setsid` leaves the group, so it is not killed with it: the pipe stays open.
    let place = tempfile::tempdir().unwrap();
    let pid = place.path().join("pid");
    let script = format!(
        "setsid sh -c 'echo $$ > {0}; exec sleep 1000' & while [ ! -s {0} ]; do :; done; echo hello",
        pid.display()
    );
    let sample = run(&script);
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert!(message(&sample).ends_with("hello"), "what came before is kept: {sample:?}");
    let stray = std::fs::read_to_string(pid).unwrap();
    std::process::Command::new("kill").args(["-9", stray.trim()]).status().unwrap();
}

#[test]
fn a_grandchild_of_the_group_is_ended_with_the_child() {
    let place = tempfile::tempdir().unwrap();
    let pid = place.path().join("pid");
    let sample = run(&format!("sleep 1000 & echo $! > {}; echo hello", pid.display()));
    assert_eq!(sample.outcome, Outcome::Crashed);
    assert!(gone(std::fs::read_to_string(pid).unwrap().trim()));
}

#[test]
fn a_signal_from_elsewhere_is_a_crash() {
    let sample = run("kill -SEGV $$");
    assert_eq!((sample.outcome, sample.signal), (Outcome::Crashed, Some(11)));
    assert_eq!(sample.exit_code, None);
}

#[test]
fn an_abort_for_want_of_memory() {
    let sample = run("echo 'memory allocation of 77 bytes failed' >&2; kill -ABRT $$");
    assert_eq!((sample.outcome, sample.signal), (Outcome::Oom, Some(6)));
}

#[test]
fn exit_86_with_its_record_and_without() {
    let sample = run(r#"echo '{"oom":{"live_bytes":70000000}}'; exit 86"#);
    assert_eq!((sample.outcome, sample.exit_code), (Outcome::Oom, Some(86)));
    assert!(message(&sample).contains("70000000 bytes were live"));
    assert_eq!(run("exit 86").outcome, Outcome::Crashed);
}

#[test]
fn a_panic_of_the_main_thread() {
    let sample =
        run("printf 'thread main panicked at src/x.rs:1:2:\\nout of luck\\n' >&2; exit 101");
    assert_eq!(sample.outcome, Outcome::Panic);
    assert_eq!(message(&sample), "out of luck (at src/x.rs:1:2)");
}

#[test]
fn a_program_that_is_not_there_is_an_error_and_no_row() {
    let launcher = Launcher::new("/nowhere/at/all", ["x"], 64 << 20);
    let error = launcher.sample(&item(Duration::from_secs(9)), &Interrupts::default()).unwrap_err();
    assert!(error.to_string().starts_with("cannot start /nowhere/at/all: "), "{error}");
}

#[test]
fn an_interrupt_ends_the_child_that_runs() {
    let place = tempfile::tempdir().unwrap();
    let fifo = place.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let stop = Interrupts::default();
    let seen = stop.clone();
    let script = format!("echo running > {}; {FOREVER}", fifo.display());
    let child = std::thread::spawn(move || {
        let launcher = Launcher::new("sh", ["-c", &script], 64 << 20);
        launcher.sample(&item(Duration::from_secs(1_000)), &seen).unwrap()
    });
    // Reading blocks until the child has opened the other end: it runs, and nobody had to wait.
    assert_eq!(std::fs::read_to_string(&fifo).unwrap(), "running\n");
    stop.interrupt();
    let sample = child.join().unwrap();
    assert_eq!((sample.outcome, sample.signal), (Outcome::Interrupted, Some(15)), "{sample:?}");
    assert!(stop.asked());
}

#[test]
fn a_watched_child_says_how_far_it_is_before_it_answers() {
    let glance = |delivered| bp_record::Glance { delivered, ..bp_record::Glance::default() };
    let line = |delivered| {
        format!(r#"{{"glance":{}}}"#, serde_json::to_string(&glance(delivered)).unwrap())
    };
    let script = format!(
        "cat > /dev/null; echo '{}'; echo '{}'; echo '{{\"unsupported\":\"here\"}}'",
        line(3),
        line(8)
    );
    let launcher = Launcher::new("sh", ["-c", &script], 64 << 20);
    let (sender, seen) = std::sync::mpsc::channel();
    let item = item(Duration::from_secs(100));
    let seeing = move |glance| sender.send(glance).unwrap();
    let sample = launcher.watch(&item, &Interrupts::default(), seeing).unwrap();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [glance(3), glance(8)]);
    assert_eq!((sample.outcome, message(&sample)), (Outcome::Unsupported, "here"));
    // To whoever does not watch it is no answer.
    assert_eq!(run(&script).outcome, Outcome::Crashed);
}
