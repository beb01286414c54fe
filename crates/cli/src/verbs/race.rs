use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result, bail};
use bp_harness::{Error, Filters};
use bp_record::{Recorded, Sample, Store, TraceFile, printable, write_atomically};

use crate::{arguments, browser, exit::Status, output};

/// Writes the race page of a run, and prints where it is.
pub(crate) fn race(arguments: &arguments::Race) -> Result<Status> {
    let directory = &arguments.run;
    let recorded = Store::read(directory)?;
    let traces = chosen(directory, &recorded, &arguments.names.filters())?;
    let page = bp_report::race(&recorded.run.catalogue, &bp_registry::sources(), &traces);
    let out = arguments.out.clone().unwrap_or_else(|| directory.join("race.html"));
    check_place(&out)?;
    write_atomically(&out, page.as_bytes())?;
    output::print(&format!("{}\n", out.display()))?;
    if arguments.open {
        browser::open(&out)?;
    }
    Ok(Status::Done)
}

/// The traces of those cells of a run that were asked for; at least one.
pub(super) fn chosen(run: &Path, recorded: &Recorded, filters: &Filters) -> Result<Vec<TraceFile>> {
    let all = recorded.traced();
    if all.is_empty() {
        let reason = format!("{} has no trace; a run of today records them", run.display());
        return Err(Error::Nothing(reason).into());
    }
    let wanted: Vec<_> = all.iter().filter(|sample| filters.fit(&sample.cell)).collect();
    if wanted.is_empty() {
        let run = run.display();
        let reason = format!("no trace matches; `backpressure trace {run}` lists what there is");
        return Err(Error::Nothing(reason).into());
    }
    let (failed, wanted): (Vec<&Sample>, Vec<&Sample>) =
        wanted.into_iter().partition(|sample| sample.jobs_failed());
    if !failed.is_empty() {
        let ids: Vec<_> = failed.iter().map(|sample| printable(&sample.cell.id())).collect();
        tell!("note: not drawn, since jobs failed or were refused: {}", ids.join(", "));
    }
    if wanted.is_empty() {
        let reason = "in all traces that match jobs failed or were refused, and a replay would count \
                      them as done";
        return Err(Error::Nothing(reason.to_owned()).into());
    }
    let mut traces = Vec::new();
    for sample in wanted {
        match recorded.trace(run, sample) {
            Ok(trace) => traces.push(trace),
            // One bad file is no reason to show nothing of the others.
            Err(trouble) => tell!("note: not drawn: {trouble}"),
        }
    }
    if traces.is_empty() {
        bail!("none of the traces can be read");
    }
    Ok(traces)
}

/// Refuses to write over anything but a page of ours.
fn check_place(path: &Path) -> Result<()> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened.with_context(|| format!("cannot look at {}", path.display()))?,
    };
    let mut head = Vec::new();
    let read = file.by_ref().take(2048).read_to_end(&mut head);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bp_report::is_race(&head) {
        return Ok(());
    }
    bail!("{} is there and is no race page; name another file with --out", path.display())
}
