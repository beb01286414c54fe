use std::{
    fs::{self, DirEntry},
    future::Future,
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bp_core::{Io, Workload};

use crate::{Receipt, Tally, WorkloadError, tally::Values};

/// Files above this size are skipped, in bytes.
pub(crate) const LARGEST: u64 = 64 << 20;
/// What is beyond so many files is not looked at.
const MOST: usize = 1_000_000;
/// Directories that are not entered.
const PASSED_OVER: [&str; 2] = [".git", "target"];

/// Real input: a job reads one file whole and hashes it.
///
/// Job `i` reads file `i` modulo their number. A file that has vanished or is not what it was fails
/// its job, and [`Tally::trouble`] names the first of them. The hash is computed where the job
/// runs, without yielding.
#[derive(Debug)]
pub struct Files {
    list: FileList,
    jobs: Option<u64>,
    tally: &'static Tally,
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
    /// So many `jobs`, endless if `None`, over the files of `list`, again and again.
    pub fn new(list: FileList, jobs: Option<u64>) -> Self {
        Self { list, jobs, tally: Tally::leak(Values::Files(list.files)) }
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
        async move {
            let file = &files[(index % files.len() as u64) as usize];
            let content = io.read_file(file.path.clone()).await;
            let verified = content.map_err(|cause| file.unread(&cause)).and_then(|content| {
                let crc = crc32fast::hash(&content);
                if crc == file.crc { Ok(()) } else { Err(file.changed(crc)) }
            });
            match verified {
                Ok(()) => Receipt::good(tally, u64::from(file.crc)),
                Err(message) => {
                    tally.complain(|| message);
                    Receipt::bad(tally, u64::from(file.crc))
                }
            }
        }
    }
}

impl File {
    fn unread(&self, cause: &io::Error) -> String {
        format!("cannot read {}, which could be read before the run: {cause}", self.path.display())
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
