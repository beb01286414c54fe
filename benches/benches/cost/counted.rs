//! What a job costs, counted in processes of their own.

use std::{env, process::Command};

use anyhow::{Result, ensure};

use crate::{ALLOCATIONS, INSTRUCTIONS, callgrind, variant::Written};

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

fn instructions(strategy: &str, written: Written, jobs: u64) -> Result<u64> {
    callgrind::instructions(&[INSTRUCTIONS, strategy, written.word(), &jobs.to_string()])
}

fn allocations(strategy: &str, written: Written, jobs: u64) -> Result<u64> {
    let mut command = Command::new(env::current_exe()?);
    command.args([ALLOCATIONS, strategy, written.word()]).arg(jobs.to_string());
    let output = callgrind::run(&mut command)?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
