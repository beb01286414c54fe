//! A file a verb.

pub(crate) mod clean;
pub(crate) mod completions;
mod derive;
pub(crate) mod doctor;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod report;
mod resume;
pub(crate) mod run;
pub(crate) mod verify;

/// Where a run goes if nobody says, and what `clean` removes.
const LATEST: &str = "reports/latest";
