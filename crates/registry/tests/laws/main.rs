//! What every strategy promises, on the virtual clock, where it is exact.

mod cancellation;
mod claims;
mod closed_forms;
mod common;
