//! The files of the traces of a run, in `traces/` beside its events.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Fault, TraceFile, TracedMemory, check, parse};
use crate::{
    Cell, Recorded, Sample, Store, StoreError, Trace, digest,
    directory::TRACES,
    error::printable,
    files::{sync_directory, write_atomically},
    open::{self, make_inner_directory},
    read,
};

/// Where the trace of a sample is kept, as its event says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredTrace {
    /// The name of the file in `traces/`.
    pub file: String,
    /// The [`digest`](crate::digest()) of its bytes.
    pub digest: String,
}

impl StoredTrace {
    /// Where it is in the directory of a run.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] if it is no name of ours: it may lead anywhere.
    pub fn path(&self, directory: &Path) -> Result<PathBuf, StoreError> {
        let folder = directory.join(TRACES);
        if is_name(&self.file) {
            return Ok(folder.join(&self.file));
        }
        let reason = format!("{:?} is not the name of a trace", printable(&self.file));
        Err(Fault::new("the event", reason).of(&folder))
    }
}

/// Most bytes of an id that a name repeats; the checksum of all of it follows.
const MOST_OF_ID: usize = 100;

/// The name of a file that tells its cell to people and keeps it apart from all others.
fn name(cell: &Cell, round: u32, attempt: u32) -> String {
    let id = cell.id();
    let mut slug = String::new();
    for character in id.chars().take(MOST_OF_ID) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'A'..='Z' => slug.push(character.to_ascii_lowercase()),
            _ if slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_matches('-');
    let slug = if slug.is_empty() { "cell" } else { slug };
    // The id leaves the extent out, and a sweep goes over it.
    let whole = format!("{id}\0{}", cell.work.extent.amount());
    let crc = crc32fast::hash(whole.as_bytes());
    let (round, again) = (u64::from(round) + 1, if attempt > 0 { "-again" } else { "" });
    format!("{slug}-{crc:08x}-round-{round}{again}.json")
}

/// Whether a file may have been named by [`name`]: then it leads to no other directory.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 2 * MOST_OF_ID
        && name.strip_suffix(".json").is_some_and(|stem| {
            !stem.is_empty() && !stem.starts_with('-') && stem.bytes().all(plain)
        })
}

impl Store {
    /// Write the trace of a sample that is about to be appended, and say where it is. When this
    /// returns `Ok`, the file is on the disk, whole.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] if the trace cannot be, or [`StoreError::Io`].
    pub fn keep_trace(&self, sample: &Sample, trace: &Trace) -> Result<StoredTrace, StoreError> {
        let file = name(&sample.cell, sample.round, sample.attempt);
        let folder = self.directory().join(TRACES);
        let path = folder.join(&file);
        let trace = TraceFile::new(self.run(), sample, trace).map_err(|fault| fault.of(&path))?;
        if !folder.is_dir() {
            make_inner_directory(&folder)?;
            let directory = self.directory();
            sync_directory(directory).map_err(StoreError::io("sync", directory))?;
        }
        let digest = trace.write(&path)?;
        Ok(StoredTrace { file, digest })
    }

    /// Remove all traces but these: what stands for no cell any more, and what a stopped run left.
    ///
    /// # Errors
    /// [`StoreError::Io`], or [`StoreError::InTheWay`] if `traces` is no directory.
    pub fn retain_traces(&self, kept: &HashSet<String>) -> Result<(), StoreError> {
        crate::directory::remove_traces(self.directory(), |name| kept.contains(name))
    }
}

impl Recorded {
    /// The trace of a sample that [`traced`](Self::traced) gave, of this run in `directory`, with
    /// the memory of the pass beside it.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] if there is none, or it cannot be, or is not the one that was
    /// written with the event; [`StoreError::Io`] if the file cannot be read.
    pub fn trace(&self, directory: &Path, sample: &Sample) -> Result<TraceFile, StoreError> {
        let measured = sample.measured.as_ref();
        let mut trace = match measured.and_then(|measured| measured.trace_file.as_ref()) {
            Some(stored) => stored.read(directory)?,
            None => {
                let inline = measured.and_then(|measured| measured.trace.as_ref());
                let none = || Fault::new(sample.cell.id(), "it has no trace");
                inline
                    .ok_or_else(none)
                    .and_then(|inline| TraceFile::new(&self.run, sample, inline))
                    .map_err(|fault| fault.of(&directory.join(crate::directory::EVENTS)))?
            }
        };
        let weighed = self.weighed(sample).and_then(|sample| sample.measured.as_ref());
        trace.memory = weighed.and_then(TracedMemory::of);
        Ok(trace)
    }

    /// The samples that give a cell its figures, those whose traces stand for their cells with the
    /// moments of their jobs, if there are at most `jobs` of them; and why some are not there.
    pub fn counted_with_traces(
        &self,
        directory: &Path,
        jobs: u64,
    ) -> (Vec<Sample>, Vec<StoreError>) {
        let standing: HashSet<_> = self.traced().into_iter().filter_map(stored).collect();
        let (mut samples, mut troubles) = (self.counted(), Vec::new());
        for sample in &mut samples {
            let Some(measured) = &mut sample.measured else { continue };
            let Some(stored) = &measured.trace_file else { continue };
            if measured.counts.admitted > jobs || !standing.contains(&stored.file) {
                continue;
            }
            match stored.read(directory) {
                Ok(trace) => measured.trace = Some(trace.trace()),
                Err(error) => troubles.push(error),
            }
        }
        (samples, troubles)
    }
}

fn stored(sample: Sample) -> Option<String> {
    Some(sample.measured?.trace_file?.file)
}

impl StoredTrace {
    /// Where the file is, which is there and is the one that the event names. It is not held in
    /// memory.
    pub(crate) fn verified(&self, directory: &Path) -> Result<PathBuf, StoreError> {
        let path = self.path(directory)?;
        let found = digest(open::to_read(&path)?).map_err(StoreError::io("read", &path))?;
        self.is(&found, &path).map(|()| path)
    }

    fn is(&self, found: &str, path: &Path) -> Result<(), StoreError> {
        if found == self.digest {
            return Ok(());
        }
        let there = printable(&self.digest);
        let reason = format!("it is {found}, and the event says {there}: the file was changed");
        Err(Fault::new("its digest", reason).of(path))
    }

    fn read(&self, directory: &Path) -> Result<TraceFile, StoreError> {
        let path = self.path(directory)?;
        let bytes = read::up_to(&path, parse::MOST_BYTES)?;
        let found = digest(&bytes[..]).map_err(StoreError::io("read", &path))?;
        self.is(&found, &path)?;
        TraceFile::parse(&bytes, &path)
    }
}

impl TraceFile {
    /// Read a file, which may be anything.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] with the place and the reason, or [`StoreError::Io`].
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        Self::parse(&read::up_to(path, parse::MOST_BYTES)?, path)
    }

    /// The trace in these bytes, which an error says to be those of `path`.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] with the place and the reason.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, StoreError> {
        parse::parse(bytes).map_err(|fault| fault.of(path))
    }

    /// Write it to a file, all or nothing, and give the [`digest`](crate::digest()) of that.
    ///
    /// # Errors
    /// [`StoreError::BadTrace`] if it cannot be, and then nothing is written; [`StoreError::Io`].
    pub fn write(&self, path: &Path) -> Result<String, StoreError> {
        check::check(self).map_err(|fault| fault.of(path))?;
        let json = self.json();
        write_atomically(path, json.as_bytes())?;
        digest(json.as_bytes()).map_err(StoreError::io("read", path))
    }

    /// What is wrong with it, and where; `None` if it can be read again. O(jobs log jobs).
    pub fn fault(&self) -> Option<String> {
        let Fault { place, reason } = check::check(self).err()?;
        Some(format!("{place}: {reason}"))
    }

    /// The file that it makes: a line of JSON.
    pub fn json(&self) -> String {
        let json = serde_json::to_string(self);
        json.expect("a trace is made of strings, numbers and lists, which JSON can hold") + "\n"
    }
}

/// Copy the traces of other runs into the directory of a new one.
pub(crate) fn copy(traces: &[PathBuf], directory: &Path) -> Result<(), StoreError> {
    let folder = directory.join(TRACES);
    if !traces.is_empty() {
        make_inner_directory(&folder)?;
    }
    for from in traces {
        let to = folder.join(from.file_name().unwrap_or_default());
        write_atomically(&to, &read::up_to(from, parse::MOST_BYTES)?)?;
    }
    Ok(())
}

/// What is left in `traces/` of a file that was not finished.
pub(crate) fn is_unfinished(name: &str) -> bool {
    let stem = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
    let stem = stem.and_then(|stem| stem.rsplit_once('.'));
    stem.is_some_and(|(target, number)| {
        is_name(target) && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The names in a directory, which a run may not have.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let list = || StoreError::io("list", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(list())? {
        names.push(entry.map_err(list())?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}
