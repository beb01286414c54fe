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
    machine::{describe, end_with_parent, host_name, memory_limit, this_program},
    process::{Group, become_program, isolate, limit_address_space, signal},
};
