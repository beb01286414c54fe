use std::{
    path::{Path, PathBuf},
    sync::mpsc,
};

use anyhow::Result;
use bp_harness::{Filters, Interrupts};
use bp_record::{Store, TraceFile};
use bp_watch::{Model, Race};

use super::{check_terminal, show};
use crate::{exit::Status, verbs::race::chosen};

/// Replays what was recorded.
pub(super) fn watch(sources: &[PathBuf], filters: &Filters) -> Result<Status> {
    let mut traces = Vec::new();
    for source in sources {
        traces.extend(read(source, filters)?);
    }
    check_terminal(
        "`backpressure trace RUN` lists its traces, `backpressure race RUN` writes a page",
    )?;
    let races = bp_report::races(&bp_registry::catalogue(), &traces);
    let mut model = Model::new(races.iter().map(Race::of_traces).collect());
    drop(races);
    drop(traces);
    let (_nobody, events) = mpsc::channel();
    show(&mut model, &events, &Interrupts::listen()?)
}

/// The traces of a run that were asked for, or the one in a file; at least one.
fn read(source: &Path, filters: &Filters) -> Result<Vec<TraceFile>> {
    // What is not there and is named as no file is was to be a run.
    if source.is_dir() || (source.extension().is_none() && !source.exists()) {
        return chosen(source, &Store::read(source)?, filters);
    }
    // A file that was named is meant.
    Ok(vec![TraceFile::read(source)?])
}
