//! What a run keeps when it is ended at any instant, and when the disk fails.
//!
//! From outside, a sample counts as acknowledged when the program has said so: `run --verbose`
//! writes a line a sample, after the sample is on the disk. The two long tests are started by
//! `scripts/soak`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod endless;
mod experiment;
mod faults;
mod kills;
mod limits;
