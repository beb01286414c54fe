//! What a job costs, counted in processes of their own.

use std::{
    env,
    process::{Command, Output},
};

use anyhow::{Context, Result, ensure};
use tempfile::NamedTempFile;

use crate::{ALLOCATIONS, INSTRUCTIONS, variant::Written};

/// Every function of the C library that hands out memory or takes it back; on entering one of them
/// callgrind stops counting, on leaving it goes on. None of them calls another.
const ALLOCATOR: [&str; 6] =
    ["malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc"];

/// What one more job costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Instructions, the allocator's left out; `None` without valgrind.
    pub(crate) instructions: Option<f64>,
    /// Allocations.
    pub(crate) allocations: f64,
}

/// How many jobs a small and a large run have: start and end of a program fall out of their
/// difference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) small: u64,
    pub(crate) large: u64,
}

impl Cost {
    /// Counts a small and a large run of a strategy.
    ///
    /// # Errors
    /// If a process cannot be started, fails, or answers with something else.
    pub(crate) fn of(
        strategy: &str,
        written: Written,
        sizes: Sizes,
        valgrind: bool,
    ) -> Result<Self> {
        let a_job = |count: &dyn Fn(u64) -> Result<u64>| -> Result<f64> {
            let more = count(sizes.large)? as f64 - count(sizes.small)? as f64;
            Ok(more / (sizes.large - sizes.small) as f64)
        };
        let instructions =
            valgrind.then(|| a_job(&|jobs| instructions(strategy, written, jobs))).transpose()?;
        if let Some(counted) = instructions {
            // Else callgrind was counting something else, and every bound would hold.
            ensure!(
                counted > LEAST,
                "{strategy}, {}: {counted:.1} instructions a job are too few to be true",
                written.word()
            );
        }
        let allocations = a_job(&|jobs| allocations(strategy, written, jobs))?;
        Ok(Self { instructions, allocations })
    }
}

/// No job that is spawned, yields and is delivered costs fewer instructions.
const LEAST: f64 = 100.0;

/// Whether valgrind is installed.
pub(crate) fn valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn instructions(strategy: &str, written: Written, jobs: u64) -> Result<u64> {
    let counts = NamedTempFile::new()?;
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind");
    command.args(ALLOCATOR.map(|function| format!("--toggle-collect={function}")));
    command.arg("--collect-atstart=yes"); // each toggle before it would turn that off
    command.arg(format!("--callgrind-out-file={}", counts.path().display()));
    command.arg(env::current_exe()?).args([INSTRUCTIONS, strategy, written.word()]);
    run(command.arg(jobs.to_string()))?;
    let text = std::fs::read_to_string(counts.path())?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary: "));
    let total = total.with_context(|| format!("callgrind has no summary of {strategy}"))?;
    Ok(total.trim().parse()?)
}

fn allocations(strategy: &str, written: Written, jobs: u64) -> Result<u64> {
    let mut command = Command::new(env::current_exe()?);
    command.args([ALLOCATIONS, strategy, written.word()]).arg(jobs.to_string());
    let output = run(&mut command)?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}
