use std::path::Path;

use anyhow::Result;
use bp_analysis::{Summary, summarize, summary_csv};
use bp_record::{Run, Sample, Store, samples_csv, write_atomically};

use crate::{arguments::Format, output};

/// What was made of the events of a run.
pub(crate) struct Derived {
    run: Run,
    samples: Vec<Sample>,
    summaries: Vec<Summary>,
}

/// Makes `samples.csv`, `summary.csv`, the figures and the written report from the events.
///
/// The run that has just ended goes the same way as one of last year: what is shown is what is
/// on the disk.
pub(crate) fn derive(directory: &Path) -> Result<Derived> {
    let recorded = Store::read(directory)?;
    if let Some(torn) = recorded.torn {
        tell!(
            "note: the last line of the events (line {}) was not finished and is left out",
            torn.line
        );
    }
    let samples = recorded.counted();
    let summaries = summarize(&samples);
    write_atomically(&directory.join("samples.csv"), &samples_csv(&recorded.samples))?;
    write_atomically(&directory.join("summary.csv"), &summary_csv(&summaries))?;
    let run = recorded.run;
    let written = bp_report::write(&run, &samples, directory)?;
    if let Some(report) = written.first() {
        tell!("wrote {} and {} figures", report.display(), written.len() - 1);
    }
    Ok(Derived { run, samples, summaries })
}

impl Derived {
    /// Prints the table on standard output.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        let format = match format {
            Format::Table => bp_report::Format::Table,
            Format::Csv => bp_report::Format::Csv,
            Format::Json => bp_report::Format::Json,
            Format::Markdown => bp_report::Format::Markdown,
        };
        if self.run.sweep.is_some() {
            return output::print(&bp_report::sweep_table(&self.run, &self.samples, format));
        }
        output::print(&bp_report::table(&self.run, &self.summaries, format))
    }
}
