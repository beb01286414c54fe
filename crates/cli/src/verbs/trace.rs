use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use bp_harness::Error;
use bp_record::{Outcome, Pass, Recorded, Sample, Store, TraceFile, printable, traced_every};
use bp_report::units::counted;

use crate::{
    arguments::{Format, Trace, TraceFormat},
    exit::Status,
    output,
    rows::Rows,
};

/// Lists the traces of a run, writes one, or checks files.
pub(crate) fn trace(arguments: &Trace) -> Result<Status> {
    let Some(directory) = &arguments.run else { return check(&arguments.check) };
    let recorded = Store::read(directory)?;
    match (&arguments.cell, arguments.format) {
        (Some(cell), format) => {
            let jobs = arguments.jobs.map(|jobs| jobs.get());
            let sample = chosen(&recorded, cell, jobs)?;
            let trace = recorded.trace(directory, &sample)?;
            write(&trace, format.unwrap_or(TraceFormat::Chrome))
        }
        (None, format) => list(&recorded, directory, format.unwrap_or(TraceFormat::Table)),
    }
}

/// The one sample whose cell is meant.
fn chosen(recorded: &Recorded, cell: &str, jobs: Option<u64>) -> Result<Sample, Error> {
    let all = recorded.traced();
    let among = |fits: &dyn Fn(&str) -> bool| -> Vec<Sample> {
        let sized = |sample: &&Sample| jobs.is_none_or(|jobs| admitted(sample) == jobs);
        all.iter().filter(sized).filter(|sample| fits(&sample.cell.id())).cloned().collect()
    };
    let mut found = among(&|id| id == cell);
    if found.is_empty() {
        found = among(&|id| id.contains(cell));
    }
    let shown = printable(cell);
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error::Nothing(format!(
            "no cell with a trace has {shown:?} in its id; without a cell they are listed"
        ))),
        count => {
            let name = |sample: &Sample| {
                let jobs = counted(usize::try_from(admitted(sample)).unwrap_or(usize::MAX), "job");
                format!("{} of {jobs}", printable(&sample.cell.id()))
            };
            let first = found.iter().take(3).map(name).collect::<Vec<_>>().join(", ");
            let more = if count > 3 { ", …" } else { "" };
            let reason = format!("{count} cells have {shown:?} in their id: {first}{more}");
            Err(Error::Contradiction(reason))
        }
    }
}

fn admitted(sample: &Sample) -> u64 {
    sample.measured.as_ref().map_or(0, |measured| measured.counts.admitted)
}

fn write(trace: &TraceFile, format: TraceFormat) -> Result<Status> {
    match format {
        TraceFormat::Json => output::print_json(&trace.json())?,
        TraceFormat::Chrome => {
            let chrome = bp_report::chrome_trace(trace);
            output::print_json(&chrome.json)?;
            if chrome.left_out > 0 {
                let (jobs, have) = match chrome.left_out {
                    1 => ("1 job".to_owned(), "has"),
                    many => (many.to_string() + " jobs", "have"),
                };
                tell!("note: {jobs} {have} no slice, for no program shows so many threads");
            }
        }
        _ => return Err(Error::Contradiction("a trace is written as chrome or json".into()).into()),
    }
    if trace.every > 1 {
        tell!("note: one in {} of {} jobs is in it", trace.every, trace.jobs);
    }
    Ok(Status::Done)
}

fn list(recorded: &Recorded, directory: &Path, format: TraceFormat) -> Result<Status> {
    let format = match format {
        TraceFormat::Table => Format::Table,
        TraceFormat::Csv => Format::Csv,
        TraceFormat::Json => Format::Json,
        TraceFormat::Markdown => Format::Markdown,
        TraceFormat::Chrome => {
            let reason = "a trace for Perfetto is that of one cell: name it after the run";
            return Err(Error::Contradiction(reason.to_owned()).into());
        }
    };
    let traced = recorded.traced();
    let mut rows = Rows::new(["jobs", "kept", "round", "time", "cell"]);
    for sample in &traced {
        let jobs = admitted(sample);
        let executor = recorded.run.catalogue.executor(&sample.cell.executor);
        let simulated = executor.is_some_and(|executor| executor.simulated);
        rows.add([
            jobs.to_string(),
            match traced_every(jobs) {
                1 => "all".to_owned(),
                every => format!("one in {every}"),
            },
            (sample.round + 1).to_string(),
            if simulated { "simulated" } else { "recorded" }.to_owned(),
            sample.cell.id(),
        ]);
    }
    rows.print(format)?;
    let (count, directory) = (counted(traced.len(), "trace"), directory.display());
    tell!("{count} in {directory}; `backpressure trace {directory} CELL` writes one");
    let without = cells(&recorded.counted()).difference(&cells(&traced)).count();
    if without > 0 {
        let (more, were) = match without {
            1 => ("1 more cell".to_owned(), "was"),
            many => (format!("{many} more cells"), "were"),
        };
        tell!("{more} {were} traced, and no moments were kept of that");
    }
    Ok(Status::Done)
}

/// The cells of the trace passes that went well.
fn cells(samples: &[Sample]) -> HashSet<(String, u64)> {
    let traced =
        samples.iter().filter(|sample| sample.pass == Pass::Trace && sample.outcome == Outcome::Ok);
    traced.map(|sample| (sample.cell.id(), sample.cell.work.extent.amount())).collect()
}

/// Reads each file, and says what it is or why it is refused.
fn check(files: &[PathBuf]) -> Result<Status> {
    let mut refused = 0;
    for path in files {
        match TraceFile::read(path) {
            Ok(trace) => {
                let (path, cell) = (path.display(), printable(&trace.cell));
                let jobs = counted(trace.admitted.len(), "job");
                output::print(&format!("{path}: {jobs} of {cell}\n"))?;
            }
            Err(error) => {
                refused += 1;
                tell!("{error}");
            }
        }
    }
    match refused {
        0 => Ok(Status::Done),
        refused => {
            let are = if files.len() == 1 { "is" } else { "are" };
            bail!("{refused} of {} {are} refused", counted(files.len(), "file"))
        }
    }
}
