use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use serde::Deserialize;

use crate::{
    Outcome, Pass, Role, RoundRecord, Run, SCHEMA, Sample, StoreError, digest,
    directory::{EVENTS, RUN},
    error::printable,
    files::directory_of,
    line::{self, Begin, End, Event},
    open,
};

/// A last line of `events.jsonl` that was not finished, because the writer was stopped. It was
/// never acknowledged; nothing of it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The line, from 1.
    pub line: u64,
    /// Where the line begins in the file.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
}

/// All that was recorded of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// What it set out to do.
    pub run: Run,
    /// The samples, in the order in which they were made, those of disturbed rounds included.
    pub samples: Vec<Sample>,
    /// The rounds that are over.
    pub rounds: Vec<RoundRecord>,
    /// What was left out at the end, if anything.
    pub torn: Option<TornTail>,
    /// True if it says itself that it is over; runs of schema 1 do not.
    pub ended: bool,
}

impl Recorded {
    /// A run that has nothing yet.
    pub(crate) fn none(run: Run) -> Self {
        Self { run, samples: Vec::new(), rounds: Vec::new(), torn: None, ended: false }
    }

    /// The samples that give a cell its figures.
    ///
    /// Those are the measured ones, where a round was repeated the repetition's alone, and each
    /// verification that failed, for then there is nothing else of its cell. One that the user
    /// stopped counts only until it was run again.
    pub fn counted(&self) -> Vec<Sample> {
        let mut latest: HashMap<_, u32> = HashMap::new();
        let mut done: HashSet<_> = HashSet::new();
        for sample in &self.samples {
            if sample.role == Role::Measured {
                let attempt = latest.entry(slot(sample)).or_default();
                *attempt = sample.attempt.max(*attempt);
            }
            if sample.outcome != Outcome::Interrupted {
                done.insert((slot(sample), sample.attempt));
            }
        }
        let stopped = |sample: &Sample| {
            sample.outcome == Outcome::Interrupted && done.contains(&(slot(sample), sample.attempt))
        };
        let counts = |sample: &&Sample| match sample.role {
            Role::Measured => latest[&slot(sample)] == sample.attempt && !stopped(sample),
            Role::Verification => sample.outcome != Outcome::Ok && !stopped(sample),
            Role::Canary => false,
        };
        self.samples.iter().filter(counts).cloned().collect()
    }

    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.ended || self.run.schema < 2 && self.planned_samples() >= self.run.planned
    }

    /// How many of the planned samples are there; those of repeated and of further rounds are no
    /// part of a plan.
    pub fn planned_samples(&self) -> u64 {
        let planned = self.samples.iter().filter(|sample| {
            sample.role == Role::Measured
                && sample.attempt == 0
                && sample.round < self.run.rounds
                && sample.outcome != Outcome::Interrupted
        });
        planned.map(slot).collect::<HashSet<_>>().len() as u64
    }
}

/// What a sample is of, repetitions left aside: the id leaves the extent out, and a cell is also
/// weighed with a part of its jobs.
fn slot(sample: &Sample) -> (String, u64, Role, Pass, u32) {
    let cell = &sample.cell;
    (cell.id(), cell.work.extent.amount(), sample.role, sample.pass, sample.round)
}

/// The content of `events.jsonl`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Events {
    pub(crate) samples: Vec<Sample>,
    pub(crate) rounds: Vec<RoundRecord>,
    pub(crate) torn: Option<TornTail>,
    pub(crate) ended: bool,
    /// The digest of the description that they belong to; schema 1 has none.
    begun: Option<String>,
}

impl Events {
    fn add(&mut self, event: Event) -> Result<(), String> {
        if self.ended {
            return Err("it stands after the end of the run".to_owned());
        }
        let first = self.begun.is_none() && self.samples.is_empty() && self.rounds.is_empty();
        match event {
            Event::Begin(Begin { run }) if first => self.begun = Some(run),
            Event::Begin(_) => return Err("the run begins a second time".to_owned()),
            Event::Sample(sample) => self.samples.push(*sample),
            Event::Round(round) => self.rounds.push(round),
            Event::End(End { samples }) if samples != self.samples.len() as u64 => {
                let found = self.samples.len();
                return Err(format!("the run had {samples} samples, but {found} are there"));
            }
            Event::End(_) => self.ended = true,
        }
        Ok(())
    }
}

/// Read `run.json`, and give its digest with it.
pub(crate) fn run(path: &Path) -> Result<(Run, String), StoreError> {
    /// What a reader of any version understands.
    #[derive(Deserialize)]
    struct Version {
        schema: u64,
    }
    let bytes = whole(path).map_err(|error| no_run(RUN, error))?;
    let bad =
        |reason: &str| StoreError::BadRun { path: path.to_owned(), reason: printable(reason) };
    let json = |error: serde_json::Error| bad(&error.to_string());
    let Version { schema } = serde_json::from_slice(&bytes).map_err(json)?;
    if schema > u64::from(SCHEMA) {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found: schema });
    }
    if schema == 0 {
        return Err(bad("schema 0 never was: they are counted from 1"));
    }
    let run = serde_json::from_slice(&bytes).map_err(json)?;
    Ok((run, digest(&bytes[..]).map_err(StoreError::io("read", path))?))
}

/// Read a whole run.
pub(crate) fn recorded(directory: &Path) -> Result<Recorded, StoreError> {
    let path = directory.join(RUN);
    let (run, digest) = run(&path)?;
    let Events { samples, rounds, torn, ended, begun } = events(&directory.join(EVENTS))?;
    let bad = |reason: &str| Err(StoreError::BadRun { path, reason: reason.to_owned() });
    match begun {
        Some(begun) if begun != digest => bad("it was changed since the run began"),
        None if run.schema > 1 && !(samples.is_empty() && rounds.is_empty()) => {
            bad("the events do not begin with its digest: they belong to another run")
        }
        _ => Ok(Recorded { run, samples, rounds, torn, ended }),
    }
}

/// Read `events.jsonl`, each line of which must be whole and as it was written.
pub(crate) fn events(path: &Path) -> Result<Events, StoreError> {
    let file = open::to_read(path).map_err(|error| no_run(EVENTS, error))?;
    let mut reader = BufReader::new(file);
    let (mut events, mut bytes) = (Events::default(), Vec::new());
    let (mut line, mut offset) = (1, 0);
    loop {
        bytes.clear();
        let length = (&mut reader)
            .take(line::MAX_BYTES as u64)
            .read_until(b'\n', &mut bytes)
            .map_err(StoreError::io("read", path))?;
        let bad = |reason| StoreError::BadLine { path: path.to_owned(), line, offset, reason };
        match bytes.strip_suffix(b"\n") {
            Some(text) => events.add(line::decode(text).map_err(bad)?).map_err(bad)?,
            None if length == 0 => return Ok(events),
            None if length == line::MAX_BYTES => return Err(bad(line::too_long(line::MAX_BYTES))),
            None => {
                events.torn = Some(TornTail { line, offset, bytes: length as u64 });
                return Ok(events);
            }
        }
        line += 1;
        offset += length as u64;
    }
}

/// A file of a run could not be opened; the usual reason is that there is no run.
fn no_run(missing: &'static str, error: StoreError) -> StoreError {
    match error {
        StoreError::Io { path, cause, .. } if cause.kind() == io::ErrorKind::NotFound => {
            StoreError::NoRun { path: directory_of(&path).to_owned(), missing }
        }
        error => error,
    }
}

/// All of a file, which must not be longer than a line may be.
pub(crate) fn whole(path: &Path) -> Result<Vec<u8>, StoreError> {
    up_to(path, line::MAX_BYTES)
}

/// All of a file, which must not be longer than so many bytes.
pub(crate) fn up_to(path: &Path, most: usize) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let file = open::to_read(path)?;
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .and_then(|length| match length {
            _ if length <= most => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::FileTooLarge, line::too_long(most))),
        })
        .map_err(StoreError::io("read", path))?;
    Ok(bytes)
}
