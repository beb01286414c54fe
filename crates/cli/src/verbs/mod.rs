//! A file a verb.

mod against;
pub(crate) mod clean;
pub(crate) mod compare;
pub(crate) mod completions;
mod derive;
pub(crate) mod doctor;
pub(crate) mod list;
pub(crate) mod rank;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod verify;

/// Where a run goes if nobody says, and what `clean` removes.
const LATEST: &str = "reports/latest";
