use std::path::{Path, PathBuf};

use anyhow::Result;
use bp_analysis::{summarize, summary_csv};
use bp_record::{Recorded, Run, Sample, Store, samples_csv, write_atomically};
use bp_report::{Material, units::counted};

use crate::{
    arguments::Format,
    browser, output,
    verbs::theory::{self, THEORY, Theory},
};

/// What was made of the events of a run.
pub(crate) struct Derived {
    directory: PathBuf,
    run: Run,
    samples: Vec<Sample>,
    /// Of the suite that is about it.
    pub(crate) theory: Option<Theory>,
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
    if !recorded.is_complete() {
        let (there, planned) = (recorded.planned_samples(), recorded.run.planned);
        let missing = if there < planned {
            let directory = directory.display();
            format!(
                "{there} of {planned} planned samples are there; `backpressure run --resume \
                 {directory}` runs the rest"
            )
        } else {
            "all planned samples are there, but not the line that says that it ended".to_owned()
        };
        tell!("note: the run is not complete: {missing}");
    }
    let (samples, troubles) = recorded.counted_with_traces(directory, bp_report::MOST_DRAWN as u64);
    troubles.iter().for_each(|trouble| tell!("note: not drawn job by job: {trouble}"));
    let summaries = summarize(&samples);
    write_atomically(&directory.join("samples.csv"), &samples_csv(&recorded.samples))?;
    write_atomically(&directory.join("summary.csv"), &summary_csv(&summaries))?;
    let sources = bp_registry::sources();
    let race = replay(&recorded, directory, &sources);
    let run = recorded.run;
    let theory = (run.suite == THEORY).then(|| theory::compare(&summaries, &run.catalogue));
    if let Some(theory) = &theory {
        write_atomically(&directory.join("theory.md"), theory.rows.markdown().as_bytes())?;
    }
    let material = Material {
        run: &run,
        samples: &samples,
        rounds: &recorded.rounds,
        sources: &sources,
        race: race.as_deref(),
    };
    let written = bp_report::write(&material, directory)?;
    if let [markdown, html, figures @ ..] = &written[..] {
        let (markdown, html) = (markdown.display(), html.display());
        let figures = counted(figures.len(), "figure");
        tell!("wrote {html}, {markdown} and {figures}");
    }
    Ok(Derived { directory: directory.to_owned(), run, samples, theory })
}

/// So many traced jobs are read for the page that replays them; `race` takes others by name.
const MOST_REPLAYED: u64 = 1_000_000;

/// The page that replays the run; `None` if it has no trace.
fn replay(recorded: &Recorded, directory: &Path, sources: &[(&str, &str)]) -> Option<String> {
    let mut left = MOST_REPLAYED;
    let mut chosen = recorded.traced();
    chosen.retain(|sample| !sample.jobs_failed());
    chosen.retain(|sample| {
        let jobs = sample.measured.as_ref().map_or(0, |measured| measured.counts.admitted);
        let rest = left.checked_sub(jobs);
        left = rest.unwrap_or(left);
        rest.is_some()
    });
    // What cannot be read is told where the samples are drawn.
    let traces: Vec<_> =
        chosen.iter().filter_map(|sample| recorded.trace(directory, sample).ok()).collect();
    (!traces.is_empty()).then(|| bp_report::race(&recorded.run.catalogue, sources, &traces))
}

impl Derived {
    /// Opens the page in the reader's browser, if that is asked for.
    pub(crate) fn open(&self, asked: bool) -> Result<()> {
        if asked { browser::open(&self.directory.join("report.html")) } else { Ok(()) }
    }

    /// Prints the table on standard output; of a suite about theory, the one that is about that.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        if self.run.sweep.is_some() {
            let table = bp_report::sweep_table(&self.run, &self.samples, format.into());
            return output::print_as(format, &table);
        }
        if let Some(theory) = &self.theory {
            theory.rows.print(format)?;
            let Theory { cells, off, .. } = theory;
            let (all, are) = (counted(*cells, "cell"), if *cells == 1 { "is" } else { "are" });
            tell!("{} of {all} {are} within 10 % of theory", cells - off);
            return Ok(());
        }
        let table = bp_report::table(&self.run, &self.samples, format.into());
        output::print_as(format, &table)
    }
}
