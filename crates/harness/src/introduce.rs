//! What a program says of itself when another build asks what it was made of.

use std::{ffi::OsStr, process::Command};

use bp_record::Environment;

use crate::environment;

/// The hidden command with which a program says what it was built from.
pub const ENVIRONMENT_VERB: &str = "__environment";

/// What this program answers to [`ENVIRONMENT_VERB`]: a line of JSON.
pub fn introduction() -> String {
    let json = serde_json::to_string(&environment())
        .expect("an environment is made of strings and numbers, which JSON can hold");
    json + "\n"
}

/// What another build says it was made of; `None` if it is too old to know the question.
///
/// Ask only a program that has run a cell as one of ours does: any other may never end.
pub fn environment_of(program: impl AsRef<OsStr>) -> Option<Environment> {
    let output = Command::new(program).arg(ENVIRONMENT_VERB).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}
