//! Instructions, counted by callgrind in a process of their own, those of the allocator left out: they
//! are as many whoever asks and would hide the rest. Counts repeat exactly.

use std::{
    env,
    process::{Command, Output},
};

use anyhow::{Context, Result, ensure};
use tempfile::NamedTempFile;

/// Every function of the C library that hands out memory or takes it back; on entering one of them
/// callgrind stops counting, on leaving it goes on. None of them calls another.
const ALLOCATOR: [&str; 6] =
    ["malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc"];

/// Whether valgrind is installed.
pub(crate) fn valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// What this program executes when it is called with these arguments.
///
/// # Errors
/// If valgrind cannot be started, or the program fails.
pub(crate) fn instructions(arguments: &[&str]) -> Result<u64> {
    let counts = NamedTempFile::new()?;
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind");
    command.args(ALLOCATOR.map(|function| format!("--toggle-collect={function}")));
    command.arg("--collect-atstart=yes"); // each toggle before it would turn that off
    command.arg(format!("--callgrind-out-file={}", counts.path().display()));
    run(command.arg(env::current_exe()?).args(arguments))?;
    let text = std::fs::read_to_string(counts.path())?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: "));
    let total = total.with_context(|| format!("callgrind has no summary of {arguments:?}"))?;
    Ok(total.trim().parse()?)
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}
