//! A kill, and a failure, at every single write, sync and rename of a run.

use std::{fs, process::Command};

use crate::experiment::{End, Experiment, Seen, stored, undisturbed, was_killed};

/// The system calls by which a run reaches the disk.
const CALLS: [&str; 5] = ["write", "fsync", "fdatasync", "rename", "ftruncate"];
/// More than any run has of one of them.
const ENOUGH: u32 = 2_000;

/// What happened at one call.
struct Fault {
    seen: Seen,
    /// True if there was such a call.
    happened: bool,
    /// True if the call that failed was on a file of the run.
    on_the_run: bool,
}

/// Runs the program so that the `number`th `call` of each of its threads ends as `how` says.
fn inject(experiment: &Experiment, arguments: Option<&[&str]>, call: &str, how: &str) -> Fault {
    let trace = experiment.place().join("trace");
    let output = trace.display().to_string();
    let (only, how) = (format!("trace={call}"), format!("inject={call}:{how}"));
    // `-y` shows which file a call is on. With a filter in the kernel strace is faster, and sends no
    // signal.
    let filter = (!how.contains("signal=")).then_some("--seccomp-bpf");
    let rest = ["-f", "-qq", "-y", "-o", &output, "-e", &only, "-e", &how];
    let strace: Vec<_> = ["strace"].into_iter().chain(filter).chain(rest).collect();
    let seen = match arguments {
        Some(arguments) => experiment.program(&strace, arguments, End::Never),
        None => experiment.start_under(&strace, End::Never),
    };
    let trace = fs::read_to_string(&trace).unwrap();
    let directory = experiment.directory().display().to_string();
    let injected: Vec<_> = trace.lines().filter(|line| line.contains("(INJECTED)")).collect();
    let on_the_run =
        injected.iter().any(|line| line.contains(&directory) || line.contains("\"run/"));
    Fault { happened: was_killed(seen.status) || !injected.is_empty(), seen, on_the_run }
}

/// Checks that everything that was acknowledged is there.
#[track_caller]
fn nothing_is_lost(experiment: &Experiment, seen: &Seen) {
    let Some(recorded) = experiment.recorded() else {
        assert!(seen.acknowledged.is_empty(), "{:?}", seen.acknowledged);
        return;
    };
    let stored = stored(&recorded);
    let mut rest = stored.iter();
    let found = seen.acknowledged.iter().all(|name| rest.any(|stored| stored == name));
    assert!(found, "{stored:?} lacks some of {:?}", seen.acknowledged);
}

fn has_strace() -> bool {
    Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success())
}

/// A few of all the places: `scripts/soak/faults` is at every one.
#[test]
fn a_write_sync_or_rename_that_fails_is_no_success() {
    if !has_strace() {
        println!("skipped: there is no strace");
        return;
    }
    let whole = undisturbed();
    for (call, how, number) in [
        ("write", "error=ENOSPC", 40),
        ("fdatasync", "error=EIO", 1),
        ("fdatasync", "error=EIO", 7),
        ("fsync", "error=EIO", 3),
        ("rename", "error=EIO", 2),
        ("fdatasync", "signal=KILL", 5),
        ("rename", "signal=KILL", 1),
    ] {
        let experiment = Experiment::new();
        let fault = inject(&experiment, None, call, &format!("{how}:when={number}"));
        assert!(fault.happened, "{call} has no {number}th time");
        nothing_is_lost(&experiment, &fault.seen);
        if fault.on_the_run && how != "signal=KILL" {
            assert_eq!(fault.seen.status.code(), Some(1), "{call} {number}: {}", fault.seen.said);
            assert!(fault.seen.said.contains("error: cannot "), "{}", fault.seen.said);
        } else {
            assert_ne!(fault.seen.status.code(), Some(0), "{call} {number}: {}", fault.seen.said);
        }
        let before = experiment.events();
        if experiment.recorded().is_none_or(|recorded| crashed(&recorded) == 0) {
            experiment.finish(&whole);
            assert!(experiment.events().starts_with(&before));
        }
    }
}

#[test]
#[ignore = "some minutes, and needs strace: scripts/soak/faults"]
fn soak_faults_at_every_call() {
    if !has_strace() {
        println!("skipped: there is no strace");
        return;
    }
    let whole = undisturbed();
    for call in CALLS {
        for how in ["signal=KILL", "error=EIO", "error=ENOSPC"] {
            let [mut on_the_run, mut refused, mut torn, mut finished] = [0_u32; 4];
            let mut number = 1;
            loop {
                assert!(number < ENOUGH, "{call} never ends");
                let experiment = Experiment::new();
                let fault = inject(&experiment, None, call, &format!("{how}:when={number}"));
                if !fault.happened {
                    assert_eq!(fault.seen.status.code(), Some(0), "{}", fault.seen.said);
                    break;
                }
                nothing_is_lost(&experiment, &fault.seen);
                if fault.on_the_run && how != "signal=KILL" {
                    on_the_run += 1;
                    let code = fault.seen.status.code();
                    assert_eq!(code, Some(1), "{call} {how} {number}: {}", fault.seen.said);
                    assert!(fault.seen.said.contains("error: cannot "), "{}", fault.seen.said);
                    refused += 1;
                }
                let recorded = experiment.recorded();
                torn += u32::from(recorded.is_some_and(|recorded| recorded.torn.is_some()));
                if experiment.recorded().is_none_or(|recorded| crashed(&recorded) == 0) {
                    experiment.finish(&whole);
                    finished += 1;
                }
                number += 1;
            }
            let places = number - 1;
            assert!(places >= least(call), "{call} {how}: nothing happened");
            println!(
                "{call} {how}: {places} places, {on_the_run} of them failed on a file of the run \
                 and {refused} ended with an error; {finished} gone on with to the whole run; \
                 torn tails: {torn}"
            );
        }
    }
}

/// How many calls a run has at least: a line and a sync for each sample, and its files put in place.
fn least(call: &str) -> u32 {
    match call {
        "write" | "fdatasync" => 15,
        "fsync" => 5,
        "rename" => 3,
        _ => 0,
    }
}

/// Samples of children that the fault hit, too: they are rows, and their cells may not be timed.
fn crashed(recorded: &bp_record::Recorded) -> usize {
    let ok = bp_record::Outcome::Ok;
    recorded.samples.iter().filter(|sample| sample.outcome != ok).count()
}

#[test]
#[ignore = "a minute, and needs strace: scripts/soak/faults"]
fn soak_faults_while_a_report_is_made() {
    if !has_strace() {
        println!("skipped: there is no strace");
        return;
    }
    const FILES: [&str; 3] = ["samples.csv", "summary.csv", "report.md"];
    let experiment = Experiment::new();
    assert_eq!(experiment.start(End::Never).status.code(), Some(0));
    let path = |name: &str| experiment.directory().join(name);
    let right = FILES.map(|name| fs::read(path(name)).unwrap());
    let events = experiment.events();
    for call in CALLS {
        for how in ["signal=KILL", "error=EIO", "error=ENOSPC"] {
            let mut number = 1;
            loop {
                assert!(number < ENOUGH, "{call} never ends");
                FILES.iter().for_each(|name| fs::write(path(name), "old").unwrap());
                let arguments = ["report", "run"];
                let how = format!("{how}:when={number}");
                let fault = inject(&experiment, Some(&arguments), call, &how);
                for (name, right) in FILES.iter().zip(&right) {
                    let found = fs::read(path(name)).unwrap();
                    assert!(found == b"old" || found == *right, "{call} {how}: half a {name}");
                }
                assert_eq!(experiment.events(), events);
                if !fault.happened {
                    break;
                }
                if fault.on_the_run && !how.starts_with("signal") {
                    assert_eq!(fault.seen.status.code(), Some(1), "{call} {how}");
                }
                number += 1;
            }
            if call == "write" || call == "rename" {
                assert!(number > FILES.len() as u32, "{call} {how}: nothing happened");
            }
            println!("report, {call} {how}: {} places, each file whole, old or new", number - 1);
        }
    }
}
