//! What belongs to a run in its directory. Whatever is not named here is never touched.

use std::{fs, io, path::Path};

use serde::Deserialize;

use crate::{
    SCHEMA, StoreError,
    files::{directory_of, is_temporary, sync_directory},
    open, read,
    trace::stored,
};

/// Where a run goes if nobody says.
pub const LATEST: &str = "reports/latest";
pub(crate) const RUN: &str = "run.json";
pub(crate) const EVENTS: &str = "events.jsonl";
pub(crate) const LOCK: &str = ".lock";
/// Derived from the events.
const DERIVED: [&str; 6] =
    ["race.html", "report.html", "report.md", "theory.md", "summary.csv", "samples.csv"];
const FIGURES: &str = "figures";
/// Written with the events.
pub(crate) const TRACES: &str = "traces";

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
        Err(_) => {
            let new: Vec<_> = directory.ancestors().take_while(|path| !path.exists()).collect();
            fs::create_dir_all(directory).map_err(StoreError::io("create", directory))?;
            // A file is on the disk only if all the names on the way to it are.
            for parent in new.into_iter().filter(|path| *path != Path::new("")).map(directory_of) {
                sync_directory(parent).map_err(StoreError::io("sync", parent))?;
            }
            Ok(())
        }
    }
}

/// What a directory holds.
///
/// [`StoreError::Foreign`] if that is neither nothing nor a run; [`StoreError::NewerSchema`] if it
/// is a run of which we do not know what belongs to it.
pub(crate) fn content(directory: &Path) -> Result<Content, StoreError> {
    let path = directory.join(RUN);
    match schema(&path)? {
        Some(found) if found > u64::from(SCHEMA) => {
            return Err(StoreError::NewerSchema { path, found });
        }
        Some(_) => return Ok(Content::Run),
        None => {}
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
    if open::is_inner_directory(&figures)? {
        for entry in fs::read_dir(&figures).map_err(StoreError::io("list", &figures))? {
            let path = entry.map_err(StoreError::io("list", &figures))?.path();
            if path.extension().is_some_and(|extension| extension == "svg") {
                remove(&path)?;
            }
        }
        // It stays if it holds anything else.
        let _ = fs::remove_dir(&figures);
    }
    remove_traces(directory, |_| false)?;
    DERIVED.iter().chain([&EVENTS]).try_for_each(|name| remove(&directory.join(name)))
}

/// Remove the traces of a run but those whose file is to be kept, and nothing else.
pub(crate) fn remove_traces(
    directory: &Path,
    keep: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let folder = directory.join(TRACES);
    if !open::is_inner_directory(&folder)? {
        return Ok(());
    }
    for name in stored::names(&folder)? {
        if stored::is_unfinished(&name) || stored::is_name(&name) && !keep(&name) {
            remove(&folder.join(&name))?;
        }
    }
    // It stays if it holds anything else.
    let _ = fs::remove_dir(&folder);
    Ok(())
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

/// The schema of a run, of whatever version; `None` if this is not the `run.json` of one.
fn schema(path: &Path) -> Result<Option<u64>, StoreError> {
    /// What all versions have.
    #[derive(Deserialize)]
    struct Mark {
        schema: u64,
        #[serde(rename = "suite")]
        _suite: String,
        #[serde(rename = "planned")]
        _planned: u64,
    }
    let bytes = match read::whole(path) {
        Err(StoreError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        bytes => bytes?,
    };
    Ok(serde_json::from_slice::<Mark>(&bytes).ok().map(|mark| mark.schema))
}

/// Whether a run that could not begin leaves such a thing.
fn is_remnant(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name == LOCK || is_temporary(&name, RUN)
}
