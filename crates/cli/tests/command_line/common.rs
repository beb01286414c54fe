use std::{ffi::OsStr, path::Path, process::Output};

use assert_cmd::Command;

/// The smallest run that there is: simulated time, one strategy, few jobs.
pub(crate) const TINY: [&str; 11] =
    ["run", "-w", "^fixed$", "-s", "^semaphore$", "-x", "virtual", "-p", "limit=4", "--jobs", "40"];

/// A directory of its own for one test.
pub(crate) struct Place(pub(crate) tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program here.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        let mut command = Command::cargo_bin("backpressure").unwrap();
        command.current_dir(self.path()).args(arguments);
        Ended(command.output().unwrap())
    }

    /// Runs the tiny run with more options.
    pub(crate) fn tiny(&self, more: &[&str]) -> Ended {
        self.run(TINY.iter().chain(more))
    }
}

/// How a run of the program ended.
pub(crate) struct Ended(pub(crate) Output);

impl Ended {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Checks the exit code, and shows everything if it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let (stdout, stderr) = (self.stdout(), self.stderr());
        assert_eq!(self.0.status.code(), Some(code), "stdout:\n{stdout}\nstderr:\n{stderr}");
        self
    }

    /// Checks that the error is one line that has all these parts, and that nothing else came.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        let stderr = self.stderr();
        assert_eq!(self.stdout(), "", "results go to standard output, errors do not");
        let error = stderr.lines().find(|line| line.starts_with("error: "));
        let error = error.unwrap_or_else(|| panic!("no error in:\n{stderr}"));
        for part in parts {
            assert!(error.contains(part), "no {part:?} in: {error}");
        }
        self
    }
}
