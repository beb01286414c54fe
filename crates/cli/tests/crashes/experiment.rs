//! A tiny run that is ended early, gone on with, and held to its promises.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use bp_record::{Recorded, Role, Sample, Store, StoreError};

/// Three cells in simulated time: some twenty samples, the canary's included, in about a second.
const RUN: [&str; 16] = [
    "run",
    "-w",
    "^fixed$",
    "-s",
    "^(sequential|batching|semaphore)$",
    "-x",
    "^virtual$",
    "-p",
    "limit=4",
    "--jobs",
    "20",
    "--rounds",
    "1",
    "--verbose",
    "--out",
    "run",
];

/// When the program is ended.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// By itself.
    Never,
    /// By a signal that cannot be handled, when it has acknowledged so many samples.
    KillAfterSamples(usize),
    /// By one after so long.
    KillAfter(Duration),
    /// By Ctrl-C, when it has acknowledged so many samples.
    InterruptAfterSamples(usize),
}

/// What was seen of the program from outside.
pub(crate) struct Seen {
    pub(crate) status: ExitStatus,
    /// The samples that it acknowledged, in order.
    pub(crate) acknowledged: Vec<String>,
    /// Everything else that it said.
    pub(crate) said: String,
}

/// The directory of one run.
pub(crate) struct Experiment {
    place: tempfile::TempDir,
}

impl Experiment {
    pub(crate) fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap() }
    }

    /// The working directory of the program.
    pub(crate) fn place(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.place().join("run")
    }

    /// Begins the run, or goes on with what is there of it.
    pub(crate) fn start(&self, end: End) -> Seen {
        self.start_under::<&str>(&[], end)
    }

    /// The same by way of another program, such as `strace` with its options.
    pub(crate) fn start_under<S: AsRef<OsStr>>(&self, wrapper: &[S], end: End) -> Seen {
        let begun = self.directory().join("run.json").exists();
        let arguments: &[&str] = if begun { &["run", "--resume", "run"] } else { &RUN };
        self.program(wrapper, arguments, end)
    }

    pub(crate) fn program<S: AsRef<OsStr>>(
        &self,
        wrapper: &[S],
        arguments: &[&str],
        end: End,
    ) -> Seen {
        let program = assert_cmd::cargo::cargo_bin("backpressure");
        let mut command = match wrapper.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments).current_dir(self.place());
        watch(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap(), end)
    }

    /// What is on the disk; `None` if the run had not begun.
    pub(crate) fn recorded(&self) -> Option<Recorded> {
        match Store::read(&self.directory()) {
            Ok(recorded) => Some(recorded),
            // Ended between the description and the first event, or before either.
            Err(StoreError::NoRun { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// The bytes of the events, without a torn tail.
    pub(crate) fn events(&self) -> Vec<u8> {
        let mut bytes = fs::read(self.directory().join("events.jsonl")).unwrap_or_default();
        if let Some(torn) = self.recorded().and_then(|recorded| recorded.torn) {
            bytes.truncate(usize::try_from(torn.offset).unwrap());
        }
        bytes
    }

    /// Goes on with the run to its end, and checks that exactly the rest was run: nothing that was
    /// on the disk before, and nothing twice.
    #[track_caller]
    pub(crate) fn finish(&self, whole: &BTreeSet<String>) -> Seen {
        let before = self.events();
        let there = self.recorded().map(|recorded| settled(&recorded)).unwrap_or_default();
        let seen = self.start(End::Never);
        assert_eq!(seen.status.code(), Some(0), "{}", seen.said);
        let recorded = self.recorded().unwrap();
        assert!(recorded.is_complete() && recorded.torn.is_none());
        assert!(self.events().starts_with(&before), "what was there stays, to the byte");
        let now = settled(&recorded);
        let distinct: BTreeSet<_> = now.iter().cloned().collect();
        assert_eq!(distinct.len(), now.len(), "no sample twice: {now:?}");
        assert_eq!(distinct, *whole, "all samples of an undisturbed run");
        assert_eq!(now.len(), there.len() + rest(&seen).len(), "exactly the rest was run");
        assert!(rest(&seen).is_disjoint(&there.into_iter().collect()));
        assert!(self.directory().join("samples.csv").exists());
        seen
    }
}

/// The samples of a run that nobody disturbs, but for the canary's.
pub(crate) fn undisturbed() -> BTreeSet<String> {
    let experiment = Experiment::new();
    let seen = experiment.start(End::Never);
    assert_eq!(seen.status.code(), Some(0), "{}", seen.said);
    settled(&experiment.recorded().unwrap()).into_iter().collect()
}

/// The samples that are run once, in order. The canary runs again when a round is gone on with.
pub(crate) fn settled(recorded: &Recorded) -> Vec<String> {
    let samples = recorded.samples.iter().filter(|sample| {
        sample.role != Role::Canary && sample.outcome != bp_record::Outcome::Interrupted
    });
    samples.map(name).collect()
}

/// All samples on the disk, in order.
pub(crate) fn stored(recorded: &Recorded) -> Vec<String> {
    recorded.samples.iter().map(name).collect()
}

/// Those that one start of the program acknowledged and that are run once.
fn rest(seen: &Seen) -> BTreeSet<String> {
    seen.acknowledged.iter().filter(|name| !name.starts_with("canary")).cloned().collect()
}

/// A sample as the program names it when it acknowledges it, the outcome apart.
fn name(sample: &Sample) -> String {
    let Sample { cell, role, pass, round, attempt, .. } = sample;
    format!("{role} {pass} {round}.{attempt} {} of {}", cell.id(), cell.work.extent.amount())
}

fn watch(mut child: Child, end: End) -> Seen {
    let errors = child.stderr.take().unwrap();
    let (lines, received) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut errors = BufReader::new(errors);
        let mut line = String::new();
        // A line without its end was never finished, so it says nothing.
        while errors.read_line(&mut line).is_ok_and(|_| line.ends_with('\n')) {
            if lines.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    if let End::KillAfter(time) = end {
        // The end of the program closes the channel's other side, so this ends early then.
        thread::sleep(time);
        child.kill().unwrap();
    }
    let (mut acknowledged, mut said) = (Vec::new(), String::new());
    for line in received {
        match line.strip_prefix("stored ").and_then(|line| line.rsplit_once(": ")) {
            Some((name, _)) => acknowledged.push(name.to_owned()),
            None => said += &line,
        }
        match end {
            End::KillAfterSamples(count) if acknowledged.len() == count => child.kill().unwrap(),
            End::InterruptAfterSamples(count) if acknowledged.len() == count => {
                let id = child.id().to_string();
                assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
            }
            _ => {}
        }
    }
    reader.join().unwrap();
    Seen { status: child.wait().unwrap(), acknowledged, said }
}

/// True if the program was killed, or a wrapper ended as it did.
pub(crate) fn was_killed(status: ExitStatus) -> bool {
    status.signal() == Some(9) || status.code() == Some(137)
}

/// Numbers that follow from a seed (splitmix64), each below its bound.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
