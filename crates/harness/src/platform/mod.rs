//! All that differs between operating systems: groups of processes, limits, and what the machine
//! tells about itself. What a system does not tell is `None`.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod machine;
#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod machine;

#[cfg(unix)]
#[path = "unix.rs"]
mod process;
#[cfg(not(unix))]
#[path = "other.rs"]
mod process;

pub(crate) use self::{
    machine::{describe, disturbance, end_with_parent, host_name, memory_limit, this_program},
    process::{
        Group, become_program, isolate, limit_address_space, limit_descriptors, may_start, signal,
    },
};

/// What the machine counts of those who take processor time from us; it only grows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Disturbance {
    /// Microseconds in which some task waited for a processor.
    pub(crate) stalled_us: Option<u64>,
    /// Clock ticks, over all processors, that the hypervisor gave to other machines.
    pub(crate) stolen_ticks: Option<u64>,
    /// All clock ticks, over all processors.
    pub(crate) ticks: Option<u64>,
}
