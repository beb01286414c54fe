use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    RoundRecord, Run, Sample, StoreError,
    directory::{self, Content, EVENTS, LOCK, RUN},
    files::{directory_of, sync_directory, write_atomically},
    line,
    read::{self, Events, Recorded},
};

/// The directory of a run that is being written; one process at a time holds it.
///
/// `events.jsonl` is the truth: a line a sample, appended and never changed. All other files but
/// `run.json` can be made again from it.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    events: File,
    /// How much of the events is written and acknowledged.
    length: u64,
    /// True if more than that may be there, because a write failed halfway.
    torn: bool,
    /// The operating system releases the lock with this file, however the process ends.
    _lock: File,
}

impl Store {
    /// Begin a run in `directory`, which is made with its parents if it does not exist.
    ///
    /// An earlier run there is removed if `replace` is true: its own files, never anything else.
    /// When this returns, `run.json` is on the disk.
    ///
    /// # Errors
    /// [`NotADirectory`](StoreError::NotADirectory), [`Foreign`](StoreError::Foreign) if the
    /// directory holds files and no run, [`Locked`](StoreError::Locked) at once if another process
    /// writes there, [`Exists`](StoreError::Exists), or [`Io`](StoreError::Io).
    pub fn create(directory: &Path, run: &Run, replace: bool) -> Result<Self, StoreError> {
        directory::make(directory)?;
        // Before the lock, for not even a lock file belongs into a directory that is not ours.
        directory::content(directory)?;
        let lock = lock(directory)?;
        match directory::content(directory)? {
            Content::Nothing => {}
            Content::Run if replace => directory::remove_samples(directory)?,
            Content::Run => return Err(StoreError::Exists { path: directory.to_owned() }),
        }
        let json = serde_json::to_vec_pretty(run)
            .expect("a run is made of strings, numbers and lists, which JSON can hold");
        write_atomically(&directory.join(RUN), &json)?;
        let path = directory.join(EVENTS);
        let events = File::options().append(true).create_new(true).open(&path);
        let events = events.map_err(StoreError::io("create", &path))?;
        for directory in [directory, directory_of(directory)] {
            sync_directory(directory).map_err(StoreError::io("sync", directory))?;
        }
        Ok(Self { directory: directory.to_owned(), events, length: 0, torn: false, _lock: lock })
    }

    /// Write one sample. When this returns `Ok`, the sample is on the disk.
    ///
    /// # Errors
    /// [`Io`](StoreError::Io), after which the sample is not in the file and another one may be
    /// tried; [`BadSample`](StoreError::BadSample) if it could not be read back: a number that is
    /// not finite, a directory's name that is not UTF-8, more than 64 MiB.
    pub fn append(&mut self, sample: &Sample) -> Result<(), StoreError> {
        let line = line::encode(sample).map_err(|reason| StoreError::BadSample {
            path: self.directory.join(EVENTS),
            cell: sample.cell.id(),
            reason,
        })?;
        self.write(&line)
    }

    /// Write what the machine was like in a round that is over.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_round(&mut self, round: &RoundRecord) -> Result<(), StoreError> {
        let line = line::encode(round).map_err(|reason| StoreError::BadSample {
            path: self.directory.join(EVENTS),
            cell: format!("round {}", round.round),
            reason,
        })?;
        self.write(&line)
    }

    fn write(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let path = || self.directory.join(EVENTS);
        if self.torn {
            // Half a line is there still: a line that followed it would be lost with it.
            self.events.set_len(self.length).map_err(StoreError::io("mend", &path()))?;
            self.torn = false;
        }
        let written = self.events.write_all(line).and_then(|()| self.events.sync_data());
        if let Err(cause) = written {
            self.torn = self.events.set_len(self.length).is_err();
            return Err(StoreError::Io { action: "write", path: path(), cause });
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Remove the run in `directory` and all that was made of it, nothing else; the directory goes
    /// with it if nothing else is there.
    ///
    /// # Errors
    /// [`Foreign`](StoreError::Foreign) if the directory holds files and no run,
    /// [`Locked`](StoreError::Locked) if another process writes there, or [`Io`](StoreError::Io).
    pub fn remove(directory: &Path) -> Result<(), StoreError> {
        directory::content(directory)?;
        let lock = lock(directory)?;
        directory::remove_samples(directory)?;
        directory::remove_marks(directory)?;
        drop(lock);
        // It stays if it holds anything else.
        let _ = std::fs::remove_dir(directory);
        Ok(())
    }

    /// The directory of the run.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Read a run, which may still be being written.
    ///
    /// The checksum of each line is verified. A last line that was not finished is left out and
    /// said.
    ///
    /// # Errors
    /// [`NoRun`](StoreError::NoRun), [`BadRun`](StoreError::BadRun),
    /// [`NewerSchema`](StoreError::NewerSchema), [`BadLine`](StoreError::BadLine) with the place,
    /// or [`Io`](StoreError::Io).
    pub fn read(directory: &Path) -> Result<Recorded, StoreError> {
        let run = read::run(&directory.join(RUN))?;
        let Events { samples, rounds, torn } = read::events(&directory.join(EVENTS))?;
        Ok(Recorded { run, samples, rounds, torn })
    }
}

/// Take the lock of a directory, or say who has it.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join(LOCK);
    let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = file.map_err(StoreError::io("create", &path))?;
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::{Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Role, Work};

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

    fn store(events: File, length: u64, lock: File) -> Store {
        Store { directory: "/there".into(), events, length, torn: false, _lock: lock }
    }

    #[test]
    fn a_full_disk_is_an_error_that_says_what_to_do() {
        let full = File::options().append(true).open("/dev/full").unwrap();
        let mut store = store(full, 0, tempfile::tempfile().unwrap());
        let error = store.append(&sample()).unwrap_err().to_string();
        assert!(error.starts_with("cannot write /there/events.jsonl: No space left"), "{error}");
        assert!(error.ends_with("on another disk"), "{error}");
    }

    #[test]
    fn half_a_line_is_cut_before_the_next_one_is_written() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(EVENTS);
        std::fs::write(&path, "{\"crc\":\"half a li").unwrap();
        let events = File::options().append(true).open(&path).unwrap();
        let mut store = Store { torn: true, ..store(events, 0, tempfile::tempfile().unwrap()) };
        store.append(&sample()).unwrap();
        assert_eq!(read::events(&path).unwrap().samples, [sample()]);
    }
}
