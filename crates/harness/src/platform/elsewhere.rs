use std::{env, ffi::OsString, io};

use bp_record::Environment;

use super::Disturbance;

/// How to start this program again.
pub(crate) fn this_program() -> io::Result<OsString> {
    env::current_exe().map(OsString::from)
}

/// There is no such wish here: the child notices when its pipe is closed.
pub(crate) fn end_with_parent() {}

/// Nothing is known here beyond the name of the system.
pub(crate) fn describe(environment: &mut Environment) {
    environment.system = Some(env::consts::OS.to_owned());
}

/// Not known here.
pub(crate) fn disturbance() -> Disturbance {
    Disturbance::default()
}

/// Not known here.
pub(crate) fn memory_limit() -> Option<u64> {
    None
}

/// Not known here.
pub(crate) fn host_name() -> Option<String> {
    None
}
