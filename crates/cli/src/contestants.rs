//! Programs of somebody else that take part in a run.

use std::path::PathBuf;

use anyhow::Result;
use bp_harness::{Contestant, Suite};
use bp_record::Catalogue;

/// Reads the files, enters each contestant into the catalogue, and says which cannot run here.
pub(crate) fn enter(files: &[PathBuf], catalogue: &mut Catalogue) -> Result<Vec<Contestant>> {
    let mut contestants = Vec::with_capacity(files.len());
    for file in files {
        let contestant = Contestant::open(file)?;
        contestant.join(catalogue)?;
        if let Some(why) = contestant.missing() {
            tell!("{} is skipped: {why}", contestant.name());
        }
        contestants.push(contestant);
    }
    Ok(contestants)
}

/// The suite with all of them in every matrix that lists executors.
pub(crate) fn added(contestants: &[Contestant], suite: Suite) -> Suite {
    contestants.iter().fold(suite, |suite, one| suite.with_executor(one.name()))
}
