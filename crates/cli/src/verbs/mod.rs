//! A file a verb.

pub(crate) mod advise;
mod against;
pub(crate) mod clean;
pub(crate) mod compare;
pub(crate) mod completions;
mod derive;
pub(crate) mod doctor;
mod ending;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod race;
pub(crate) mod rank;
pub(crate) mod report;
mod resume;
pub(crate) mod run;
pub(crate) mod sweep;
mod theory;
pub(crate) mod trace;
pub(crate) mod verify;
pub(crate) mod watch;
