use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::StoreError;

/// Replace the file at `path` by `bytes`, all or nothing: a reader sees the old file or the new.
///
/// The bytes go to a temporary file beside it, onto the disk, and then into place.
///
/// # Errors
/// [`StoreError::Io`] if the operating system refuses; the old file, if any, is still whole, and
/// the temporary file is gone.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = temporary_name(path);
    let written = write_synced(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_directory(directory_of(path)));
    written.map_err(|cause| {
        // It failed before the rename or because of it; a second failure would say nothing new.
        let _ = fs::remove_file(&temporary);
        StoreError::Io { action: "write", path: path.to_owned(), cause }
    })
}

/// Whether `name` is a temporary file of [`write_atomically`], left behind for `target`.
pub(crate) fn is_temporary(name: &str, target: &str) -> bool {
    let rest = name.strip_prefix('.').and_then(|rest| rest.strip_prefix(target));
    rest.is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".tmp"))
}

/// `.name.1234.tmp` beside `path`: the process id keeps two writers apart.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A new file always: whatever has this name is what a killed process of our number left, or a
    // link that leads to a file of somebody else.
    let mut file = match File::create_new(path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            File::create_new(path)?
        }
        file => file?,
    };
    file.write_all(bytes)?;
    file.sync_all()
}

/// The directory that holds `path`.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Put the names in a directory onto the disk. Where a file system has no such thing, the files
/// themselves are synced all the same.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(directory)?.sync_all() {
        Err(cause)
            if matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        result => result,
    }
}
