use std::path::Path;

use anyhow::Result;
use bp_record::{LATEST, Store};

use crate::exit::Status;

/// Removes the latest run, and says so; dated runs and anything that is not ours stay.
pub(crate) fn clean() -> Result<Status> {
    let directory = Path::new(LATEST);
    if !directory.exists() {
        tell!("{LATEST} does not exist: nothing to remove");
        return Ok(Status::Done);
    }
    Store::remove(directory)?;
    if directory.exists() {
        tell!("removed the run in {LATEST}; what else was there stays");
    } else {
        tell!("removed {LATEST}");
    }
    Ok(Status::Done)
}
