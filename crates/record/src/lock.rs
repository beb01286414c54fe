use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    path::Path,
};

use crate::{StoreError, directory::LOCK, open};

/// Take the lock of a directory, or say who has it.
///
/// The operating system releases it with the file, however the process ends.
pub(crate) fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join(LOCK);
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = open::to_write(&path, "create", &mut options)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Where a locked file cannot be read, the holder stays unknown.
            let _ = file.take(20).read_to_string(&mut holder);
            let holder = holder.trim().parse().ok();
            return Err(StoreError::Locked { path: directory.to_owned(), holder });
        }
        Err(TryLockError::Error(cause)) => {
            return Err(StoreError::Io { action: "lock", path, cause });
        }
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(StoreError::io("write", &path))?;
    Ok(file)
}
