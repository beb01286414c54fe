use std::{
    fs::File,
    path::{Path, PathBuf},
};

use crate::{
    Environment, Fingerprint, RoundRecord, Run, Sample, StoreError, digest,
    directory::{self, Content, EVENTS, RUN},
    files::write_atomically,
    line::{Begin, End},
    lock::lock,
    log::{Log, encoded},
    read::{self, Recorded},
    resume::resumable,
    trace::stored,
};

/// The directory of a run that is being written; one process at a time holds it.
///
/// `events.jsonl` is the truth: a line a sample, appended and never changed. All other files but
/// `run.json` can be made again from it.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    /// What the run set out to do.
    run: Run,
    log: Log,
    /// How many samples are written and acknowledged.
    samples: u64,
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
        let (lock, digest) = begin(directory, run, replace)?;
        let log = Log::create(directory)?;
        let (directory, run) = (directory.to_owned(), run.clone());
        let mut store = Self { directory, run, log, samples: 0, _lock: lock };
        store.write_begin(digest)?;
        Ok(store)
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
        let check = || {
            let (run, digest) = read::run(&directory.join(RUN))?;
            match resumable(&run, now, machine) {
                Ok(()) => Ok((run, digest)),
                Err(reason) => Err(StoreError::NotResumable { path: directory.to_owned(), reason }),
            }
        };
        // Before the lock, for not even a lock file belongs into a directory that is not ours.
        check()?;
        let lock = lock(directory)?;
        let (run, digest) = check()?;
        let (log, recorded) = match read::recorded(directory) {
            Ok(found) => (Log::open(directory, found.torn.map(|torn| torn.offset))?, found),
            Err(StoreError::NoRun { .. }) => (Log::create(directory)?, Recorded::none(run)),
            Err(error) => return Err(error),
        };
        let (directory, samples) = (directory.to_owned(), recorded.samples.len() as u64);
        let run = recorded.run.clone();
        let mut store = Self { directory, run, log, samples, _lock: lock };
        if store.log.is_empty() {
            store.write_begin(digest)?;
        }
        Ok((store, recorded))
    }

    /// Write a whole run that was recorded before into a new `directory`, all or nothing, with
    /// copies of the files of its `traces`.
    ///
    /// # Errors
    /// As [`create`](Self::create), without replacing, and [`append`](Self::append).
    pub fn write(
        directory: &Path,
        recorded: &Recorded,
        traces: &[PathBuf],
    ) -> Result<(), StoreError> {
        let path = directory.join(EVENTS);
        let digest = digest_of(&json(&recorded.run));
        let mut bytes = encoded(&path, &Begin { run: digest }, || "the beginning".to_owned())?;
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
        stored::copy(traces, directory)?;
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
        self.log.write(sample, || sample.cell.id())?;
        self.samples += 1;
        Ok(())
    }

    /// Write what the machine was like in a round that is over.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_round(&mut self, round: &RoundRecord) -> Result<(), StoreError> {
        self.log.write(round, || format!("round {}", round.round))
    }

    /// Write that nothing is missing. Nothing may be appended after that.
    ///
    /// # Errors
    /// [`Io`](StoreError::Io).
    pub fn finish(&mut self) -> Result<(), StoreError> {
        self.log.write(&End { samples: self.samples }, || "the end".to_owned())
    }

    fn write_begin(&mut self, run: String) -> Result<(), StoreError> {
        self.log.write(&Begin { run }, || "the beginning".to_owned())
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
        read::run(&directory.join(RUN)).map(|(run, _)| run)
    }

    /// What the run set out to do.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// The directory of the run.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Read a run, which may still be being written.
    ///
    /// The checksum of each line is verified, and that the description is the one that the events
    /// began with. A last line that was not finished is left out and said.
    ///
    /// # Errors
    /// [`NoRun`](StoreError::NoRun), [`BadRun`](StoreError::BadRun),
    /// [`NewerSchema`](StoreError::NewerSchema), [`BadLine`](StoreError::BadLine) with the place,
    /// or [`Io`](StoreError::Io).
    pub fn read(directory: &Path) -> Result<Recorded, StoreError> {
        read::recorded(directory)
    }
}

/// Take the directory for a run, put its `run.json` there, and give the digest of that.
fn begin(directory: &Path, run: &Run, replace: bool) -> Result<(File, String), StoreError> {
    directory::make(directory)?;
    // Before the lock, for not even a lock file belongs into a directory that is not ours.
    directory::content(directory)?;
    let lock = lock(directory)?;
    match directory::content(directory)? {
        Content::Nothing => {}
        Content::Run if replace => directory::remove_samples(directory)?,
        Content::Run => return Err(StoreError::Exists { path: directory.to_owned() }),
    }
    let json = json(run);
    write_atomically(&directory.join(RUN), &json)?;
    Ok((lock, digest_of(&json)))
}

fn json(run: &Run) -> Vec<u8> {
    serde_json::to_vec_pretty(run)
        .expect("a run is made of strings, numbers and lists, which JSON can hold")
}

fn digest_of(bytes: &[u8]) -> String {
    digest(bytes).expect("reading from memory succeeds")
}
