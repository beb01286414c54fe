use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use serde::Deserialize;

use crate::{
    Outcome, Role, RoundRecord, Run, SCHEMA, Sample, StoreError,
    directory::{EVENTS, RUN},
    files::directory_of,
    line::{self, Event},
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
}

impl Recorded {
    /// The samples that give a cell its figures.
    ///
    /// Those are the measured ones, where a round was repeated the repetition's alone, and each
    /// verification that failed, for then there is nothing else of its cell.
    pub fn counted(&self) -> Vec<Sample> {
        let key = |sample: &Sample| (sample.cell.id(), sample.cell.work.extent.amount());
        let mut latest: HashMap<_, u32> = HashMap::new();
        for sample in self.samples.iter().filter(|sample| sample.role == Role::Measured) {
            let attempt = latest.entry((key(sample), sample.pass, sample.round)).or_default();
            *attempt = sample.attempt.max(*attempt);
        }
        let counts = |sample: &&Sample| match sample.role {
            Role::Measured => latest[&(key(sample), sample.pass, sample.round)] == sample.attempt,
            Role::Verification => sample.outcome != Outcome::Ok,
            Role::Canary => false,
        };
        self.samples.iter().filter(counts).cloned().collect()
    }
}

/// The content of `events.jsonl`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Events {
    pub(crate) samples: Vec<Sample>,
    pub(crate) rounds: Vec<RoundRecord>,
    pub(crate) torn: Option<TornTail>,
}

/// Read `run.json`.
pub(crate) fn run(path: &Path) -> Result<Run, StoreError> {
    /// What a reader of any version understands.
    #[derive(Deserialize)]
    struct Version {
        schema: u64,
    }
    let bytes = whole(path).map_err(|cause| no_run(path, RUN, cause))?;
    let bad = |error: serde_json::Error| StoreError::BadRun {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let Version { schema } = serde_json::from_slice(&bytes).map_err(bad)?;
    if schema > u64::from(SCHEMA) {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found: schema });
    }
    serde_json::from_slice(&bytes).map_err(bad)
}

/// Read `events.jsonl`, each line of which must be whole and as it was written.
pub(crate) fn events(path: &Path) -> Result<Events, StoreError> {
    let file = File::open(path).map_err(|cause| no_run(path, EVENTS, cause))?;
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
            Some(text) => match line::decode(text).map_err(bad)? {
                Event::Sample(sample) => events.samples.push(*sample),
                Event::Round(round) => events.rounds.push(round),
            },
            None if length == 0 => return Ok(events),
            None if length == line::MAX_BYTES => return Err(bad(line::too_long())),
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
fn no_run(path: &Path, missing: &'static str, cause: io::Error) -> StoreError {
    if cause.kind() == io::ErrorKind::NotFound {
        return StoreError::NoRun { path: directory_of(path).to_owned(), missing };
    }
    StoreError::Io { action: "read", path: path.to_owned(), cause }
}

/// All of a file, which must not be longer than a line may be.
pub(crate) fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(line::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > line::MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, line::too_long()));
    }
    Ok(bytes)
}
