//! A program that would run for hours, with somebody beside it: another one that wants the same
//! directory, and a user who loses patience.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

use crate::experiment::{End, Experiment};

/// A short run in the place of what is there.
const SHORT: [&str; 14] = [
    "run",
    "-w",
    "^fixed$",
    "-s",
    "^sequential$",
    "-x",
    "^virtual$",
    "--jobs",
    "8",
    "--rounds",
    "1",
    "--out",
    "run",
    "--replace",
];

/// A program at work.
struct Endless {
    child: Child,
    errors: BufReader<ChildStderr>,
}

impl Endless {
    fn start(place: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("backpressure"));
        command.args(arguments).args(["--verbose", "--out", "run"]).current_dir(place);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        Self { child, errors }
    }

    /// Reads what it says until a line begins so.
    fn until(&mut self, beginning: &str) {
        let mut line = String::new();
        while !line.starts_with(beginning) {
            line.clear();
            assert_ne!(
                self.errors.read_line(&mut line).unwrap(),
                0,
                "it ended before: {beginning}"
            );
        }
    }

    /// The rest of what it says, and its exit code, if it has one.
    fn ends(mut self) -> (String, Option<i32>) {
        let mut said = String::new();
        self.errors.read_to_string(&mut said).unwrap();
        (said, self.child.wait().unwrap().code())
    }
}

/// A child of the process that has more threads than one: it is past its start. There will be one,
/// so this ends.
fn busy_child(parent: u32) -> u32 {
    let children = format!("/proc/{parent}/task/{parent}/children");
    loop {
        let children = fs::read_to_string(&children).unwrap();
        let busy = children.split_whitespace().find(|child| {
            fs::read_dir(format!("/proc/{child}/task")).is_ok_and(|threads| threads.count() > 1)
        });
        if let Some(child) = busy {
            return child.parse().unwrap();
        }
    }
}

/// Waits until a process is dead, which was sent a signal that nobody can ignore.
fn is_gone(id: u32) {
    let lives = || {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        Some(!stat.rsplit_once(") ")?.1.starts_with(['Z', 'X']))
    };
    assert!((0..10_000_000).any(|_| lives() != Some(true)), "process {id} lives on");
}

#[test]
fn the_second_of_two_leaves_at_once_and_the_lock_and_the_child_die_with_the_first() {
    let experiment = Experiment::new();
    let hours = ["run", "-w", "^fixed$", "-s", "^sequential$", "-x", "^smol$", "--jobs", "8"];
    let hours = [&hours[..], &["--rounds", "1", "--service", "1h", "--timeout", "9h"]].concat();
    let mut first = Endless::start(experiment.place(), &hours);
    first.until("stored canary");
    let (id, child) = (first.child.id(), busy_child(first.child.id()));

    let second = experiment.program::<&str>(&[], &SHORT, End::Never);
    assert_eq!(second.status.code(), Some(1));
    assert!(second.said.contains(&format!("is being written by process {id}")), "{}", second.said);
    assert!(first.child.try_wait().unwrap().is_none(), "it did not wait for the first");
    assert!(experiment.recorded().is_some_and(|run| run.run.catalogue.executor("smol").is_some()));

    first.child.kill().unwrap();
    first.ends();
    is_gone(child);
    let third = experiment.program::<&str>(&[], &SHORT, End::Never);
    assert_eq!(third.status.code(), Some(0), "{}", third.said);
}

/// A contestant that does not end when it is asked to, and has a child that does not either. It tells
/// who they are through a pipe.
const STUBBORN: &str =
    "trap '' TERM\nsleep 1000 &\necho $$ $! > told\nwhile :; do sleep 1000; done\n";

fn stubborn() -> (Experiment, Endless, [u32; 2]) {
    let experiment = Experiment::new();
    let file = "name = 'mine'\nsentence = 'a test'\ncommand = ['sh', 'mine.sh']\n\
                strategies = ['sequential']\nworkloads = ['fixed']\n";
    fs::write(experiment.place().join("mine.toml"), file).unwrap();
    fs::write(experiment.place().join("mine.sh"), STUBBORN).unwrap();
    let pipe = experiment.place().join("told");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let run = ["run", "-w", "^fixed$", "-s", "^sequential$", "-x", "mine"];
    let run = [&run[..], &["--contestant", "mine.toml", "--jobs", "8", "--rounds", "1"]].concat();
    let program = Endless::start(experiment.place(), &run);
    // This waits until the contestant writes.
    let told = fs::read_to_string(pipe).unwrap();
    let [child, grandchild] = told.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("two numbers: {told}")
    };
    let ids = [child.parse().unwrap(), grandchild.parse().unwrap()];
    (experiment, program, ids)
}

/// Two signals of one kind could become one, so the second is of another.
fn interrupt(program: &Endless, signals: &str) {
    let id = program.child.id().to_string();
    let each = format!("for signal in {signals}; do kill -$signal {id}; done");
    assert!(Command::new("sh").args(["-c", &each]).status().unwrap().success());
}

#[test]
fn an_interrupt_finishes_the_files_and_leaves_nobody() {
    let (experiment, program, ids) = stubborn();
    interrupt(&program, "INT");
    let (said, code) = program.ends();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("interrupted: "), "{said}");
    assert!(experiment.directory().join("samples.csv").exists());
    ids.into_iter().for_each(is_gone);
}

#[test]
fn a_second_interrupt_is_immediate_and_leaves_nobody() {
    let (experiment, program, ids) = stubborn();
    interrupt(&program, "INT TERM");
    let (said, code) = program.ends();
    assert_eq!(code, Some(130), "{said}");
    assert!(!said.contains("interrupted: "), "nothing was finished: {said}");
    assert!(!experiment.directory().join("samples.csv").exists());
    ids.into_iter().for_each(is_gone);
    // What was there stays, and the lock is free.
    assert!(experiment.recorded().is_some());
    let next = experiment.program::<&str>(&[], &SHORT, End::Never);
    assert_eq!(next.status.code(), Some(0), "{}", next.said);
}
