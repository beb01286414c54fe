//! A file a verb.

pub(crate) mod clean;
pub(crate) mod completions;
mod derive;
pub(crate) mod list;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sweep;
pub(crate) mod verify;

/// Where a run goes if nobody says, and what `clean` removes.
const LATEST: &str = "reports/latest";
