use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    Environment, Fingerprint, RoundRecord, Run, Sample, StoreError,
    directory::{self, Content, EVENTS, LOCK, RUN},
    files::{sync_directory, write_atomically},
    line::{self, End},
    open,
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
    /// How many samples that is.
    samples: u64,
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
        let lock = begin(directory, run, replace)?;
        let events = new_events(directory)?;
        let directory = directory.to_owned();
        Ok(Self { directory, events, length: 0, samples: 0, torn: false, _lock: lock })
    }

    /// Go on with the run in `directory`, for which the plan and the program must be those of
    /// `now`. What was read is returned with it, and a torn tail said there is cut off.
    ///
    /// Whatever was acknowledged stays as it is. A run that was stopped before it had events has
    /// none.
    ///
    /// # Errors
    /// [`NoRun`](StoreError::NoRun), [`NotResumable`](StoreError::NotResumable) if the plan, the
    /// program or the machine is another, [`Locked`](StoreError::Locked), whatever
    /// [`read`](Self::read) says, or [`Io`](StoreError::Io). The files are then as they were.
    pub fn resume(
        directory: &Path,
        now: &Fingerprint,
        machine: &Environment,
    ) -> Result<(Self, Recorded), StoreError> {
        let path = directory.join(EVENTS);
        let check = || {
            let run = read::run(&directory.join(RUN))?;
            resumable(&run, now, machine)
                .map(|()| run)
                .map_err(|reason| StoreError::NotResumable { path: directory.to_owned(), reason })
        };
        // Before the lock, for not even a lock file belongs into a directory that is not ours.
        check()?;
        let lock = lock(directory)?;
        let run = check()?;
        let (events, Events { samples, rounds, torn, ended }) = match read::events(&path) {
            Ok(found) => (open::to_write(&path, "open", File::options().append(true))?, found),
            Err(StoreError::NoRun { .. }) => (new_events(directory)?, Events::default()),
            Err(error) => return Err(error),
        };
        if let Some(torn) = torn {
            let cut = events.set_len(torn.offset).and_then(|()| events.sync_all());
            cut.map_err(StoreError::io("mend", &path))?;
        }
        let length = events.metadata().map_err(StoreError::io("read", &path))?.len();
        let directory = directory.to_owned();
        let count = samples.len() as u64;
        let store = Self { directory, events, length, samples: count, torn: false, _lock: lock };
        Ok((store, Recorded { run, samples, rounds, torn, ended }))
    }

    /// Write a whole run that was recorded before into a new `directory`, all or nothing.
    ///
    /// # Errors
    /// As [`create`](Self::create), without replacing, and [`append`](Self::append).
    pub fn write(directory: &Path, recorded: &Recorded) -> Result<(), StoreError> {
        let path = directory.join(EVENTS);
        let mut bytes = Vec::new();
        for sample in &recorded.samples {
            bytes.extend(encoded(&path, sample, || sample.cell.id())?);
        }
        for round in &recorded.rounds {
            bytes.extend(encoded(&path, round, || format!("round {}", round.round))?);
        }
        if recorded.ended {
            let end = End { samples: recorded.samples.len() as u64 };
            bytes.extend(encoded(&path, &end, || "the end".to_owned())?);
        }
        let _lock = begin(directory, &recorded.run, false)?;
        // Without its events it is no run, so none that is half there is ever read.
        write_atomically(&path, &bytes)
    }

    /// Write one sample. When this returns `Ok`, the sample is on the disk.
    ///
    /// # Errors
    /// [`Io`](StoreError::Io), after which the sample is not in the file and another one may be
    /// tried; [`BadSample`](StoreError::BadSample) if it could not be read back: a number that is
    /// not finite, a directory's name that is not UTF-8, more than 64 MiB.
    pub fn append(&mut self, sample: &Sample) -> Result<(), StoreError> {
        let line = encoded(&self.directory.join(EVENTS), sample, || sample.cell.id())?;
        self.write_line(&line)?;
        self.samples += 1;
        Ok(())
    }

    /// Write that nothing is missing. Nothing may be appended after that.
    ///
    /// # Errors
    /// [`Io`](StoreError::Io).
    pub fn finish(&mut self) -> Result<(), StoreError> {
        let end = End { samples: self.samples };
        let line = encoded(&self.directory.join(EVENTS), &end, || "the end".to_owned())?;
        self.write_line(&line)
    }

    /// Write what the machine was like in a round that is over.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_round(&mut self, round: &RoundRecord) -> Result<(), StoreError> {
        let name = || format!("round {}", round.round);
        let line = encoded(&self.directory.join(EVENTS), round, name)?;
        self.write_line(&line)
    }

    fn write_line(&mut self, line: &[u8]) -> Result<(), StoreError> {
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

    /// Read what a run set out to do, and none of its samples.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for the events.
    pub fn description(directory: &Path) -> Result<Run, StoreError> {
        read::run(&directory.join(RUN))
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
        let Events { samples, rounds, torn, ended } = read::events(&directory.join(EVENTS))?;
        Ok(Recorded { run, samples, rounds, torn, ended })
    }
}

/// Take the directory for a run and put its `run.json` there.
fn begin(directory: &Path, run: &Run, replace: bool) -> Result<File, StoreError> {
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
    Ok(lock)
}

/// Make the file of the events, and put its name onto the disk.
fn new_events(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join(EVENTS);
    let events = File::options().append(true).create_new(true).open(&path);
    let events = events.map_err(StoreError::io("create", &path))?;
    sync_directory(directory).map_err(StoreError::io("sync", directory))?;
    Ok(events)
}

fn encoded<V: line::Value>(
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

/// Whether a run can be continued by this plan, this program and this machine; if not, why.
fn resumable(run: &Run, now: &Fingerprint, machine: &Environment) -> Result<(), String> {
    let Some(then) = &run.fingerprint else {
        return Err("it has no fingerprint of its plan and its program, as runs of schema 1 have \
                    none: it can be read, but a new run must be begun"
            .to_owned());
    };
    if !run.shards.is_empty() {
        return Err("it was merged: go on with its parts, and merge them again".to_owned());
    }
    if then.binary != now.binary {
        return Err(format!(
            "it was begun by another program ({}, this one is {}): use that one, or begin a new run",
            then.binary, now.binary
        ));
    }
    let plan = then.differences(now);
    if !plan.is_empty() {
        return Err(format!("the plan is another: {}", plan.join("; ")));
    }
    let machine = run.environment.unlike(machine);
    if !machine.is_empty() {
        return Err(format!("the machine is another: {}: begin a new run", machine.join("; ")));
    }
    Ok(())
}

/// Take the lock of a directory, or say who has it.
fn lock(directory: &Path) -> Result<File, StoreError> {
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
        let directory = "/there".into();
        Store { directory, events, length, samples: 0, torn: false, _lock: lock }
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
