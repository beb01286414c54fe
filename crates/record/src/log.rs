use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    StoreError,
    directory::EVENTS,
    files::sync_directory,
    line::{self, Value},
    open,
};

/// `events.jsonl`, open for appending: a line is on the disk before the next one is begun.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    file: File,
    /// How much of it is written and acknowledged.
    length: u64,
    /// True if more than that may be there, because a write failed halfway.
    torn: bool,
}

impl Log {
    /// Make the file, and put its name onto the disk.
    pub(crate) fn create(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(EVENTS);
        let file = File::options().append(true).create_new(true).open(&path);
        let file = file.map_err(StoreError::io("create", &path))?;
        sync_directory(directory).map_err(StoreError::io("sync", directory))?;
        Ok(Self { path, file, length: 0, torn: false })
    }

    /// Open the file, and cut it where its whole lines end, if it is longer than that.
    pub(crate) fn open(directory: &Path, whole: Option<u64>) -> Result<Self, StoreError> {
        let path = directory.join(EVENTS);
        let file = open::to_write(&path, "open", File::options().append(true))?;
        if let Some(whole) = whole {
            let cut = file.set_len(whole).and_then(|()| file.sync_all());
            cut.map_err(StoreError::io("mend", &path))?;
        }
        let length = file.metadata().map_err(StoreError::io("read", &path))?.len();
        Ok(Self { path, file, length, torn: false })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Append a value as a line; `name` is what an error calls it. When this returns `Ok`, it is
    /// on the disk; after an error it is not in the file, and another one may be tried.
    pub(crate) fn write<V: Value>(
        &mut self,
        value: &V,
        name: impl FnOnce() -> String,
    ) -> Result<(), StoreError> {
        let line = encoded(&self.path, value, name)?;
        if self.torn {
            // Half a line is there still: a line that followed it would be lost with it.
            self.file.set_len(self.length).map_err(StoreError::io("mend", &self.path))?;
            self.torn = false;
        }
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(cause) = written {
            self.torn = self.file.set_len(self.length).is_err();
            return Err(StoreError::Io { action: "write", path: self.path.clone(), cause });
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

/// The line of a value in the file at `path`.
pub(crate) fn encoded<V: Value>(
    path: &Path,
    value: &V,
    name: impl FnOnce() -> String,
) -> Result<Vec<u8>, StoreError> {
    line::encode(value).map_err(|reason| StoreError::BadSample {
        path: path.to_owned(),
        cell: name(),
        reason,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::{
        Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Role, Sample, Work, read,
    };

    fn sample() -> Sample {
        let work = Work {
            name: "fixed".into(),
            extent: Extent::Jobs(1),
            service_ns: 1,
            payload_bytes: 0,
            seed: 0,
            places: NonZeroUsize::MIN,
            queue: 0,
            directory: None,
            service_times: None,
            real: crate::Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        };
        let cell = Cell {
            work,
            strategy: "sequential".into(),
            executor: "tokio".into(),
            threads: NonZeroUsize::MIN,
            limit: None,
            capacity: None,
            window: None,
            pause_ns: None,
            rate_per_second: None,
        };
        Sample {
            cell,
            pass: Pass::Time,
            role: Role::Measured,
            round: 0,
            attempt: 0,
            outcome: Outcome::Timeout,
            exit_code: None,
            signal: None,
            message: None,
            measured: None,
        }
    }

    fn log(file: File) -> Log {
        Log { path: "/there/events.jsonl".into(), file, length: 0, torn: false }
    }

    #[test]
    fn a_full_disk_is_an_error_that_says_what_to_do() {
        let full = File::options().append(true).open("/dev/full").unwrap();
        let error = log(full).write(&sample(), String::new).unwrap_err().to_string();
        assert!(error.starts_with("cannot write /there/events.jsonl: No space left"), "{error}");
        assert!(error.ends_with("on another disk"), "{error}");
    }

    #[test]
    fn half_a_line_is_cut_before_the_next_one_is_written() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("events.jsonl");
        std::fs::write(&path, "{\"crc\":\"half a li").unwrap();
        let file = File::options().append(true).open(&path).unwrap();
        let mut log = Log { torn: true, ..log(file) };
        log.write(&sample(), String::new).unwrap();
        assert_eq!(read::events(&path).unwrap().samples, [sample()]);
    }
}
