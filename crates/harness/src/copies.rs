use std::{fs, io, path::PathBuf};

use tempfile::TempDir;

use crate::{Error, Launcher, platform};

/// Fresh copies of programs, so that the pages of their files lie elsewhere each time.
///
/// Where they happen to lie makes two copies of one program differ by up to 12 %, for as long as
/// they are cached. In one round after another, that becomes noise instead of a difference.
#[derive(Debug)]
pub struct Copies {
    room: TempDir,
}

impl Copies {
    /// Makes room for them among the temporary files.
    ///
    /// # Errors
    /// If there is no such room.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { room: TempDir::with_prefix("backpressure-").map_err(Error::Room)? })
    }

    /// The same children from a new file of that name, which did not exist before.
    ///
    /// Names that are compared must be as long as one another: their length shifts what a program
    /// finds on its stack.
    ///
    /// # Errors
    /// If the program cannot be copied, or if a copy could not be started.
    pub fn fresh(&self, launcher: &Launcher, name: &str) -> Result<Launcher, Error> {
        let to = self.room.path().join(name);
        self.copy(launcher, &to).map_err(|cause| Error::Copy {
            from: launcher.program().into(),
            to: to.clone(),
            cause,
        })?;
        Ok(launcher.moved(to))
    }

    fn copy(&self, launcher: &Launcher, to: &PathBuf) -> io::Result<()> {
        match fs::remove_file(to) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => fs::copy(launcher.program(), to)?,
        };
        platform::may_start(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_a_new_file_and_goes_with_the_room() {
        let copies = Copies::new().unwrap();
        let this = std::env::current_exe().unwrap();
        let launcher = Launcher::another(&this, 1 << 30);
        let copy = copies.fresh(&launcher, "this").unwrap();
        let path = PathBuf::from(copy.program());
        fs::write(&path, "changed").unwrap();
        let again = copies.fresh(&launcher, "this").unwrap();
        assert_eq!(again.program(), copy.program());
        assert_eq!(fs::metadata(&path).unwrap().len(), fs::metadata(&this).unwrap().len());
        drop(copies);
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_copied_or_started_is_named() {
        let copies = Copies::new().unwrap();
        let nothing = Launcher::another("/nowhere/at all", 1 << 30);
        let error = copies.fresh(&nothing, "this").unwrap_err().to_string();
        assert!(error.starts_with("cannot copy /nowhere/at all to "), "{error}");
        #[cfg(unix)]
        {
            let text = copies.room.path().join("text");
            fs::write(&text, "no program").unwrap();
            let error = copies.fresh(&Launcher::another(&text, 1 << 30), "copy").unwrap_err();
            assert!(error.to_string().contains("ermission denied"), "{error}");
        }
    }
}
