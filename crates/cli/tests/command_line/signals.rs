//! Readers that leave and users that lose patience.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::common::{Place, TINY};

fn program(place: &Place) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("backpressure"));
    command.current_dir(place.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let place = Place::new();
    let mut arguments = vec!["list", "--format", "json"];
    for _ in 0..2 {
        let mut child = program(&place).args(&arguments).spawn().unwrap();
        // Closing the pipe before the program writes is what `head` does to a slow program.
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        let status = child.wait().unwrap();
        assert!(status.success() && !errors.contains("panic"), "{status}: {errors}");
        arguments = TINY.to_vec();
    }
}

#[test]
fn where_signals_are_ignored_it_runs_all_the_same() {
    let place = Place::new();
    let mut nohup = Command::new("sh");
    nohup.args(["-c", "trap '' INT HUP; exec \"$0\" \"$@\""]);
    nohup.arg(assert_cmd::cargo::cargo_bin("backpressure")).args(TINY).current_dir(place.path());
    let output = nohup.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_interrupt_finishes_the_files_and_exits_130() {
    let place = Place::new();
    let mut child = program(&place)
        .args(["run", "-w", "^fixed$", "-s", "^sequential$", "-x", "^smol$", "--jobs", "8"])
        .args(["--service", "1h", "--timeout", "2h"])
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    errors.read_line(&mut first).unwrap();
    assert!(first.starts_with("full"), "{first}");
    // The program says this before the first child, and listens for interrupts before it says it.
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let mut rest = String::new();
    errors.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted"), "{rest}");
    let way_on = "`backpressure run --resume reports/latest` runs the rest";
    assert!(rest.contains(way_on), "{rest}");
    assert!(place.path().join("reports/latest/samples.csv").exists());
    // The lock is gone with the program: the next run takes its place.
    place.tiny(&[]).exits(0);
}
