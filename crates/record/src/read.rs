use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use serde::Deserialize;

use crate::{
    Run, SCHEMA, Sample, StoreError,
    directory::{EVENTS, RUN},
    files::directory_of,
    line,
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
pub(crate) fn samples(path: &Path) -> Result<(Vec<Sample>, Option<TornTail>), StoreError> {
    let file = File::open(path).map_err(|cause| no_run(path, EVENTS, cause))?;
    let mut reader = BufReader::new(file);
    let (mut samples, mut bytes) = (Vec::new(), Vec::new());
    let (mut line, mut offset) = (1, 0);
    loop {
        bytes.clear();
        let length = (&mut reader)
            .take(line::MAX_BYTES as u64)
            .read_until(b'\n', &mut bytes)
            .map_err(StoreError::io("read", path))?;
        let bad = |reason| StoreError::BadLine { path: path.to_owned(), line, offset, reason };
        match bytes.strip_suffix(b"\n") {
            Some(text) => samples.push(line::decode(text).map_err(bad)?),
            None if length == 0 => return Ok((samples, None)),
            None if length == line::MAX_BYTES => return Err(bad(line::too_long())),
            None => {
                return Ok((samples, Some(TornTail { line, offset, bytes: length as u64 })));
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
