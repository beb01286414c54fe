//! Figures, tables and the written report of a recorded run.
//!
//! Everything is a pure function of the record: the same run gives the same bytes. Every word and
//! number in a figure is computed from the samples; nothing here runs or measures.

mod advice;
mod comparison;
mod draw;
mod error;
mod facts;
mod figures;
mod markdown;
mod probe;
mod ranking;
mod sweep;
mod tables;
mod units;
mod verdict;

use std::{
    fs,
    path::{Path, PathBuf},
};

use bp_record::{RoundRecord, Run, Sample, make_inner_directory, write_atomically};

pub use crate::{
    advice::{Answer, advice},
    comparison::{Sides, comparison, differences},
    error::ReportError,
    figures::{Figure, figures},
    ranking::ranking,
    tables::{Format, sweep_table, table},
};

/// Write `report.md` and `figures/*.svg` into `directory`, and return their paths, the report
/// first.
///
/// A figure that an earlier report left there and that this run does not have is removed: it
/// would show another run.
///
/// # Errors
/// [`ReportError`] if the operating system refuses; files written before that stay, each whole.
pub fn write(
    run: &Run,
    samples: &[Sample],
    rounds: &[RoundRecord],
    directory: &Path,
) -> Result<Vec<PathBuf>, ReportError> {
    let figures = figures(run, samples);
    let folder = directory.join("figures");
    make_inner_directory(&folder)?;
    remove_stale(&folder, &figures)?;
    let report = directory.join("report.md");
    let mut written = vec![report.clone()];
    for figure in &figures {
        let path = folder.join(figure.file_name());
        write_atomically(&path, figure.svg.as_bytes())?;
        written.push(path);
    }
    // Last, so that a report never names a figure that is not there yet.
    write_atomically(&report, markdown::report(run, samples, rounds, &figures).as_bytes())?;
    Ok(written)
}

fn remove_stale(folder: &Path, figures: &[Figure]) -> Result<(), ReportError> {
    let current: Vec<_> = figures.iter().map(|figure| folder.join(figure.file_name())).collect();
    for entry in fs::read_dir(folder).map_err(ReportError::io("read", folder))? {
        let path = entry.map_err(ReportError::io("read", folder))?.path();
        let is_figure = path.extension().is_some_and(|extension| extension == "svg");
        if is_figure && !current.contains(&path) {
            fs::remove_file(&path).map_err(ReportError::io("remove", &path))?;
        }
    }
    Ok(())
}
