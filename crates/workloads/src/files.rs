use std::{
    fs::{self, DirEntry},
    future::Future,
    io::{self, Read as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bp_core::{Io, Workload};
use futures::io::AsyncReadExt as _;

use crate::{
    Receipt, Tally, WorkloadError,
    attempts::{Failed, attempts, root},
    tally::Values,
};

/// Files above this size are skipped, in bytes.
pub(crate) const LARGEST: u64 = 64 << 20;
/// What a job asks for at once, where it reads piece by piece, in bytes.
const PIECE: usize = 8 << 10;
/// What is beyond so many files is not looked at.
const MOST: usize = 1_000_000;
/// Directories that are not entered.
const PASSED_OVER: [&str; 2] = [".git", "target"];

/// Real input: a job reads one file and hashes it.
///
/// Job `i` reads file `i` modulo their number. A file that has vanished or is not what it was fails
/// its job, and [`Tally::trouble`] names the first of them. The hash is computed where the job
/// runs, without yielding.
#[derive(Debug)]
pub struct Files {
    list: FileList,
    reading: Reading,
    retries: u32,
    jobs: Option<u64>,
    tally: &'static Tally,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Whole, in one visit to the executor's pool of blocking threads: no more files are open than it
    /// has threads.
    Whole,
    /// It is opened, read piece by piece and closed, as code that streams does. The job waits for
    /// the pool before each piece, and holds the file's descriptor meanwhile.
    Pieces,
}

/// The files under a directory and their checksums. It is leaked, so it is cheap to copy: open it
/// once for all runs of a process.
#[derive(Clone, Copy, Debug)]
pub struct FileList {
    files: &'static [File],
    bytes: u64,
    skipped: u64,
}

/// One file, as it was when the list was made.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    pub(crate) crc: u32,
}

impl FileList {
    /// Lists the regular files under `directory`, by path, and reads each once for its checksum.
    ///
    /// Directories called `.git` or `target`, and recorded runs, are not entered; symbolic links
    /// are not followed.
    /// Files above 64 MiB are skipped and counted; beyond a million nothing is looked at.
    ///
    /// # Errors
    /// If `directory` is none, if something in it cannot be read, or if it holds no file.
    pub fn open(directory: &Path) -> Result<Self, WorkloadError> {
        Self::first(directory, MOST)
    }

    /// The same, of the first `most` files alone: the rest of a large tree is not even listed.
    ///
    /// # Errors
    /// As [`open`](Self::open), of what is looked at.
    pub fn first(directory: &Path, most: usize) -> Result<Self, WorkloadError> {
        let most = most.min(MOST);
        let metadata = fs::metadata(directory).map_err(unreadable(directory))?;
        if !metadata.is_dir() {
            return Err(WorkloadError::NotADirectory { path: directory.to_owned() });
        }
        let (mut paths, mut skipped) = (Vec::new(), 0);
        walk(directory, &mut |path, bytes| {
            if bytes <= LARGEST {
                paths.push(path);
            } else {
                skipped += 1;
            }
            if paths.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if paths.is_empty() {
            return Err(WorkloadError::Empty { path: directory.to_owned() });
        }
        paths.sort_unstable();
        let (mut files, mut bytes) = (Vec::with_capacity(paths.len()), 0);
        for path in paths {
            let (crc, length) = checksum(&path).map_err(unreadable(&path))?;
            bytes += length;
            files.push(File { path, crc });
        }
        Ok(Self { files: files.leak(), bytes, skipped })
    }

    /// How many files there are.
    #[expect(clippy::len_without_is_empty, reason = "an empty list is an error")]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// How many bytes they have together.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many files were too large.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl Files {
    /// So many `jobs`, endless if `None`, over the files of `list`, again and again; each tries so
    /// many times more if it cannot read its file.
    pub fn new(list: FileList, reading: Reading, retries: u32, jobs: Option<u64>) -> Self {
        Self { list, reading, retries, jobs, tally: Tally::leak(Values::Files(list.files)) }
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.tally
    }
}

impl<X: Io> Workload<X> for Files {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        self.jobs
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        let (files, tally, io) = (self.list.files, self.tally, executor.clone());
        let (reading, retries) = (self.reading, self.retries);
        async move {
            let file = &files[(index % files.len() as u64) as usize];
            let attempt = || async {
                let read = file.read(&io, reading).await;
                let crc = read.map_err(|cause| Failed::Otherwise(file.unread(&cause)))?;
                if crc == file.crc { Ok(()) } else { Err(Failed::Otherwise(file.changed(crc))) }
            };
            attempts(&io, tally, index, retries, attempt).await
        }
    }
}

impl File {
    /// The checksum of what it holds.
    async fn read(&self, io: &impl Io, reading: Reading) -> io::Result<u32> {
        let path = self.path.clone();
        if reading == Reading::Whole {
            return io.read_file(path).await.map(|content| crc32fast::hash(&content));
        }
        let mut file = io.open_file(path).await?;
        let (mut hasher, mut piece) = (crc32fast::Hasher::new(), vec![0; PIECE]);
        loop {
            match file.read(&mut piece).await? {
                0 => return Ok(hasher.finalize()),
                read => hasher.update(&piece[..read]),
            }
        }
    }

    fn unread(&self, cause: &io::Error) -> String {
        let (path, cause) = (self.path.display(), root(cause));
        format!("cannot read {path}, which could be read before the run: {cause}")
    }

    fn changed(&self, crc: u32) -> String {
        let (path, before) = (self.path.display(), self.crc);
        format!("{path} changed during the run: its checksum was {before:08x} and is {crc:08x}")
    }
}

/// Shows `found` path and length in bytes of each regular file under `directory`, in order of their
/// names, until it has enough.
fn walk(
    directory: &Path,
    found: &mut impl FnMut(PathBuf, u64) -> ControlFlow<()>,
) -> Result<(), WorkloadError> {
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(unreadable(&directory))?;
        entries.sort_by_key(DirEntry::file_name);
        let mut inner = Vec::new();
        for entry in entries {
            // This describes a symbolic link itself, not what it leads to.
            let metadata = entry.metadata().map_err(unreadable(&entry.path()))?;
            if metadata.is_file() {
                if found(entry.path(), metadata.len()).is_break() {
                    return Ok(());
                }
            } else if metadata.is_dir() && !passed_over(&entry) {
                inner.push(entry.path());
            }
        }
        directories.extend(inner.into_iter().rev());
    }
    Ok(())
}

fn passed_over(entry: &DirEntry) -> bool {
    PASSED_OVER.iter().any(|name| entry.file_name() == *name) || is_run(&entry.path())
}

/// A recorded run, which may be the one that is being written.
fn is_run(directory: &Path) -> bool {
    ["run.json", "events.jsonl"].iter().all(|name| directory.join(name).is_file())
}

/// The checksum and the length of a file, without holding it in memory.
fn checksum(path: &Path) -> io::Result<(u32, u64)> {
    let mut file = fs::File::open(path)?;
    let (mut hasher, mut length, mut buffer) = (crc32fast::Hasher::new(), 0, [0; 1 << 15]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((hasher.finalize(), length)),
            read => {
                hasher.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> WorkloadError {
    move |cause| WorkloadError::Unreadable { path: path.to_owned(), cause }
}
