//! The program as people run it: what it prints, what it leaves behind, how it exits.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod advise;
mod again;
mod bad_input;
mod common;
mod comparing;
mod contestants;
#[cfg(unix)]
mod hostile;
mod misuse_of_files;
mod parts;
mod race;
mod real;
mod results;
mod selection;
mod server;
#[cfg(unix)]
mod signals;
mod start_up;
mod sweep;
#[cfg(target_os = "linux")]
mod terminal;
mod theory;
mod traces;
mod urls;
mod verify;
#[cfg(target_os = "linux")]
mod watch;
