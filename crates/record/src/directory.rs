//! What belongs to a run in its directory. Whatever is not named here is never touched.

use std::{fs, io, path::Path};

use serde::Deserialize;

use crate::{StoreError, files::is_temporary, read::whole};

pub(crate) const RUN: &str = "run.json";
pub(crate) const EVENTS: &str = "events.jsonl";
pub(crate) const LOCK: &str = ".lock";
/// Derived from the events.
const DERIVED: [&str; 4] = ["report.md", "theory.md", "summary.csv", "samples.csv"];
const FIGURES: &str = "figures";

/// What a directory holds that a run may be written to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing, or what is left of a run that could not begin.
    Nothing,
    /// A run.
    Run,
}

/// Make the directory, with its parents.
pub(crate) fn make(directory: &Path) -> Result<(), StoreError> {
    match fs::metadata(directory) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(StoreError::NotADirectory { path: directory.to_owned() }),
        Err(_) => fs::create_dir_all(directory).map_err(StoreError::io("create", directory)),
    }
}

/// What a directory holds; [`StoreError::Foreign`] if that is neither nothing nor a run.
pub(crate) fn content(directory: &Path) -> Result<Content, StoreError> {
    if is_run(&directory.join(RUN))? {
        return Ok(Content::Run);
    }
    let list = StoreError::io("list", directory);
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let foreign = entries.map_err(list)?.into_iter().filter(|entry| !is_remnant(entry));
    match foreign.map(|entry| entry.file_name()).min() {
        Some(name) => Err(StoreError::Foreign { path: directory.to_owned(), found: name.into() }),
        None => Ok(Content::Nothing),
    }
}

/// Remove the samples of a run and all that was made of them, and nothing else.
///
/// `run.json` stays and is to be replaced, so that the directory is known as ours at any instant;
/// without its events it is no run that could be read.
pub(crate) fn remove_samples(directory: &Path) -> Result<(), StoreError> {
    let figures = directory.join(FIGURES);
    match fs::read_dir(&figures) {
        Ok(entries) => {
            for entry in entries {
                let path = entry.map_err(StoreError::io("list", &figures))?.path();
                if path.extension().is_some_and(|extension| extension == "svg") {
                    remove(&path)?;
                }
            }
            // It stays if it holds anything else.
            let _ = fs::remove_dir(&figures);
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(StoreError::Io { action: "list", path: figures, cause }),
    }
    DERIVED.iter().chain([&EVENTS]).try_for_each(|name| remove(&directory.join(name)))
}

/// Remove what is left of a run without samples. The lock must be held.
pub(crate) fn remove_marks(directory: &Path) -> Result<(), StoreError> {
    [RUN, LOCK].iter().try_for_each(|name| remove(&directory.join(name)))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Io { action: "remove", path: path.to_owned(), cause })
        }
        _ => Ok(()),
    }
}

/// Whether this is the `run.json` of a run, of whatever version.
fn is_run(path: &Path) -> Result<bool, StoreError> {
    /// What all versions have.
    #[derive(Deserialize)]
    struct Mark {
        #[serde(rename = "schema")]
        _schema: u64,
        #[serde(rename = "suite")]
        _suite: String,
        #[serde(rename = "planned")]
        _planned: u64,
    }
    match whole(path) {
        Ok(bytes) => Ok(serde_json::from_slice::<Mark>(&bytes).is_ok()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(StoreError::Io { action: "read", path: path.to_owned(), cause }),
    }
}

/// Whether a run that could not begin leaves such a thing.
fn is_remnant(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name == LOCK || is_temporary(&name, RUN)
}
