use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::directory::{EVENTS, LATEST};

/// Why the files of a run cannot be written or read.
///
/// Each message is complete: it names the place and says what would be right, so there is no
/// `source` to print after it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {action} {}: {cause}{}", path.display(), advice(cause))]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// There is a file where the directory of the run should be.
    #[error("{} is a file, but a run needs a directory: remove it or name another place", path.display())]
    NotADirectory {
        /// The file.
        path: PathBuf,
    },
    /// Where a run has a file or a directory of its own, there is something else.
    #[error("{} is {found}, but a run has {needed} there: remove it, or name another directory", path.display())]
    InTheWay {
        /// What it is called.
        path: PathBuf,
        /// What it is, such as `a link`.
        found: &'static str,
        /// What it should be.
        needed: &'static str,
    },
    /// The directory holds something that is not a run.
    #[error("{} holds {found:?} and no run of ours, so nothing is written there: name a new or an empty directory", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// The name of one of the files found in it.
        found: PathBuf,
    },
    /// The directory holds an earlier run, and replacing it was not asked for.
    #[error("{} holds an earlier run: go on with it by `backpressure run --resume {}` if it was stopped, name another directory, or remove that one (`run` can with --replace)", path.display(), path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// Another process writes there.
    #[error("{} is being written by {}: wait for it, or name another directory", path.display(), holder.map_or("another process".into(), |id| format!("process {id}")))]
    Locked {
        /// The directory.
        path: PathBuf,
        /// The other process, if it said who it is.
        holder: Option<u32>,
    },
    /// There is no run to read.
    #[error("{} holds no run, for there is no {missing}: run {} first, or name the directory of a run", path.display(), maker(path, missing))]
    NoRun {
        /// The directory.
        path: PathBuf,
        /// The file that makes it a run.
        missing: &'static str,
    },
    /// `run.json` does not describe a run.
    #[error("{} does not describe a run: {reason}", path.display())]
    BadRun {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The run was written by a newer version of this program. It is neither read nor replaced.
    #[error("{} has schema {found}, but this program knows up to {}: use a newer one", path.display(), crate::SCHEMA)]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u64,
    },
    /// A line of `events.jsonl` is not what was written.
    #[error("{}, line {line} (byte {offset}): {reason}", path.display())]
    BadLine {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Where the line begins in the file.
        offset: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A run cannot be continued.
    #[error("cannot go on with {}: {reason}", path.display())]
    NotResumable {
        /// The directory.
        path: PathBuf,
        /// Why not, and what would be right.
        reason: String,
    },
    /// Runs do not make one together.
    #[error("cannot merge {}: {reason}", path.display())]
    NotMergeable {
        /// The directory of the run that does not go with the others.
        path: PathBuf,
        /// Why not, and what would be right.
        reason: String,
    },
    /// This does not say which part of a plan is meant.
    #[error("`{text}` is no partition: {reason}")]
    BadPartition {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A trace is not one that can be.
    #[error("{}: {place}: {reason}", path.display())]
    BadTrace {
        /// The file, or where it would be.
        path: PathBuf,
        /// Where in it, such as `` `delivered`, job 12 ``.
        place: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// A sample cannot be written.
    #[error("cannot write a sample of {cell} to {}: {reason}", path.display())]
    BadSample {
        /// The file.
        path: PathBuf,
        /// The cell's id.
        cell: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { action, path: path.to_owned(), cause }
    }
}

/// True of a character that shows nothing itself but steers what is shown or hides in it: control
/// characters, ends of lines and paragraphs, marks that turn the direction of the text around, and
/// those of no width, by which two names that differ look alike.
pub fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What a file holds, fit to be shown: characters that [steer](steers), with which a hostile file
/// could write all over a terminal, are spelt out.
///
/// ```
/// assert_eq!(bp_record::printable("\u{1b}[2J"), "\\u{1b}[2J");
/// assert_eq!(bp_record::printable("a\u{202e}b"), "a\\u{202e}b");
/// ```
pub fn printable(text: &str) -> String {
    spelt(text, |_| false)
}

/// The same for a text of several lines, whose ends stay.
///
/// ```
/// assert_eq!(bp_record::printable_lines("a\r\nb\n"), "a\\r\nb\n");
/// ```
pub fn printable_lines(text: &str) -> String {
    spelt(text, |character| character == '\n')
}

/// JSON that a terminal can show: what [steers](steers) inside its strings is spelt as JSON spells
/// it, so it says the same. The ends of its lines stay.
///
/// ```
/// assert_eq!(bp_record::printable_json("[\"\u{9b}2J\"]\n"), "[\"\\u009b2J\"]\n");
/// ```
pub fn printable_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if steers(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                shown += &format!("\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

fn spelt(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) && !stays(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// What makes a run in a directory where it lacks a file.
fn maker(directory: &Path, missing: &str) -> String {
    match directory.display() {
        path if missing == EVENTS => format!("`backpressure run --resume {path}`"),
        _ if directory == Path::new(LATEST) => "`backpressure`".to_owned(),
        path => format!("`backpressure --out {path}`"),
    }
}

/// What a user can do about the usual refusals.
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space, or name a directory on another disk"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; name a directory that you may write to"
        }
        io::ErrorKind::NotADirectory => "; a part of this path is a file",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_run_it_is_said_what_makes_one() {
        let said = |path: &str, missing| {
            let path = path.into();
            StoreError::NoRun { path, missing }.to_string()
        };
        assert!(said(LATEST, "run.json").contains("run `backpressure` first"));
        assert!(said("mine", "run.json").contains("run `backpressure --out mine` first"));
        assert!(said("mine", EVENTS).contains("run `backpressure run --resume mine` first"));
    }
}
