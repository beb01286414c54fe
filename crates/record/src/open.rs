//! Opening files that may be anything: a pipe that nobody writes to, a link that leads elsewhere.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io,
    path::Path,
};

use crate::StoreError;

/// Open a regular file for reading; a link to one is followed.
///
/// Nothing else is opened: a pipe would make the reader wait for ever.
pub(crate) fn to_read(path: &Path) -> Result<File, StoreError> {
    let metadata = fs::metadata(path).map_err(StoreError::io("read", path))?;
    refuse_other_than_file(path, metadata.file_type())?;
    let file = no_waiting(OpenOptions::new().read(true)).open(path);
    file.map_err(StoreError::io("read", path))
}

/// Open a regular file, or make it if `options` say so, for writing; a link is never followed, for
/// it may lead to a file of somebody else.
pub(crate) fn to_write(
    path: &Path,
    action: &'static str,
    options: &mut OpenOptions,
) -> Result<File, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => refuse_other_than_file(path, metadata.file_type())?,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(StoreError::Io { action, path: path.to_owned(), cause }),
    }
    no_links(options).open(path).map_err(StoreError::io(action, path))
}

/// Make a directory inside the directory of a run; a link that stands there is refused, for it may
/// lead to a directory of somebody else.
///
/// # Errors
/// [`StoreError::InTheWay`] if something else is there, or [`StoreError::Io`].
pub fn make_inner_directory(path: &Path) -> Result<(), StoreError> {
    if is_inner_directory(path)? {
        return Ok(());
    }
    fs::create_dir(path).map_err(StoreError::io("create", path))
}

/// Whether there is such a directory; an error if something else is there.
pub(crate) fn is_inner_directory(path: &Path) -> Result<bool, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(found) => Err(StoreError::InTheWay {
            path: path.to_owned(),
            found: kind(found.file_type()),
            needed: "a directory",
        }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(StoreError::Io { action: "read", path: path.to_owned(), cause }),
    }
}

fn refuse_other_than_file(path: &Path, found: FileType) -> Result<(), StoreError> {
    if found.is_file() {
        return Ok(());
    }
    let needed = "a regular file";
    Err(StoreError::InTheWay { path: path.to_owned(), found: kind(found), needed })
}

fn kind(found: FileType) -> &'static str {
    if found.is_dir() {
        "a directory"
    } else if found.is_symlink() {
        "a link"
    } else if found.is_file() {
        "a file"
    } else {
        "a pipe or a device"
    }
}

/// Between the look at the name and the opening the file may be exchanged: then neither does a
/// pipe make us wait, nor is a link followed.
#[cfg(unix)]
fn no_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    flags(options, rustix::fs::OFlags::NONBLOCK)
}

#[cfg(unix)]
fn no_links(options: &mut OpenOptions) -> &mut OpenOptions {
    flags(options, rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW)
}

#[cfg(unix)]
fn flags(options: &mut OpenOptions, flags: rustix::fs::OFlags) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn no_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn no_links(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
