//! The files of a run, written and read as the harness and the report do.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;
mod hostile;
mod hostile_text;
mod lines;
mod merge;
mod read;
mod resume;
mod samples_csv;
mod store;
mod traces;
mod versions;
