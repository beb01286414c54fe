//! What every strategy promises, on the virtual clock, where it is exact.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cancellation;
mod cancellation_of_threads;
mod claims;
mod closed_forms;
mod common;
mod forecasts;
mod histograms;
mod knee;
mod lookout;
mod open_loop;
mod own;
mod theory;
mod traces;
