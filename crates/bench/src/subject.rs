use std::process::ExitCode;

use bp_record::{Catalogue, Cell, Measured, Pass, WorkloadEntry};
use bp_registry::Failure;

use crate::Error;

/// A workload under test: its name, how many jobs it has, and how a cell of it is run.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'static str,
    /// Where it runs; everywhere if `None`.
    executors: Option<&'static [&'static str]>,
    jobs: Box<dyn Fn() -> Option<u64> + 'a>,
    execute: Box<Execute<'a>>,
}

type Execute<'a> = dyn Fn(&Cell, Pass) -> Result<Measured, Failure> + 'a;

impl<'a> Subject<'a> {
    pub(crate) fn new(
        name: &'static str,
        jobs: impl Fn() -> Option<u64> + 'a,
        execute: impl Fn(&Cell, Pass) -> Result<Measured, Failure> + 'a,
    ) -> Self {
        Self { name, executors: None, jobs: Box::new(jobs), execute: Box::new(execute) }
    }

    pub(crate) fn only_on(self, executors: &'static [&'static str]) -> Self {
        Self { executors: Some(executors), ..self }
    }

    /// Runs as a child. The canary of a run is a cell of the registry.
    pub(crate) fn serve(&self) -> Result<ExitCode, Error> {
        let served = bp_harness::serve_with(|cell, pass| {
            if cell.work.name == self.name {
                (self.execute)(cell, pass)
            } else {
                bp_registry::execute(cell, pass)
            }
        });
        served.map(|()| ExitCode::SUCCESS).map_err(Error::Pipe)
    }

    /// How many jobs a run has: `most`, or all if there are fewer.
    pub(crate) fn jobs(&self, most: u64) -> Result<u64, Error> {
        match (self.jobs)().map_or(most, |jobs| jobs.min(most)) {
            0 => Err(Error::NoJobs(self.name.to_owned())),
            jobs => Ok(jobs),
        }
    }

    /// The registry's catalogue with this workload alone, and the executors on which it runs.
    ///
    /// Simulated ones are left out: jobs of another crate may wait for what a virtual clock does
    /// not see.
    pub(crate) fn catalogue(&self) -> Result<Catalogue, Error> {
        let mut catalogue = bp_registry::catalogue();
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = self.name.chars().all(letter) && !self.name.is_empty();
        if !good || catalogue.workload(self.name).is_some() {
            return Err(Error::Name(self.name.to_owned()));
        }
        catalogue.workloads = vec![WorkloadEntry {
            name: self.name.to_owned(),
            sentence: "from another crate".to_owned(),
            timed: false,
            served: false,
        }];
        catalogue.executors.retain(|entry| {
            !entry.simulated && self.executors.is_none_or(|on| on.contains(&entry.name.as_str()))
        });
        let known: Vec<_> = catalogue.executors.iter().map(|entry| entry.name.clone()).collect();
        for strategy in &mut catalogue.strategies {
            strategy.executors.retain(|name| known.contains(name));
        }
        Ok(catalogue)
    }
}
