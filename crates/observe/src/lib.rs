//! Measurement as a decorator, and the probes of memory and processor time.
//!
//! - [`Observed`] is a workload around a workload: it writes down the moments of each job, and no
//!   strategy knows of it. The [`Recorder`] hands them out as a [`Trace`](bp_record::Trace).
//! - [`memory`] counts allocations, as the global allocator of the process; [`Sampler`] follows
//!   them over time.
//! - [`process`] asks the operating system: resident memory, processor time, switches, threads.
//!
//! What cannot be measured is `None`, never zero.

mod gauges;
mod histogram;
pub mod memory;
mod observed;
pub mod process;
mod recorder;
mod sampler;
mod slots;

pub use crate::{
    gauges::Readings,
    observed::{Handover, Observed},
    recorder::Recorder,
    sampler::Sampler,
};
