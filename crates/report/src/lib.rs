//! Figures, tables and the written report of a recorded run.
//!
//! Everything is a pure function of the record: the same run gives the same bytes. Every word and
//! number in a figure is computed from the samples; nothing here runs or measures.

mod advice;
mod chrome;
mod comparison;
mod document;
mod draw;
mod error;
mod facts;
mod figures;
mod growth;
mod pace;
mod page;
mod probe;
mod race;
mod ranking;
mod sections;
mod slots;
mod sweep;
mod tables;
pub mod units;
mod verdict;
mod web;
mod why;

use std::{
    fs,
    path::{Path, PathBuf},
};

use bp_analysis::{Field, summarize};
use bp_record::{RoundRecord, Run, Sample, make_inner_directory, write_atomically};

use crate::sections::Facts;
pub use crate::{
    advice::{Answer, advice},
    chrome::{ChromeTrace, chrome_trace},
    comparison::{Sides, comparison, differences},
    document::markdown::escape as markdown_text,
    draw::family_colour,
    error::ReportError,
    figures::{Figure, figures, lanes::MOST_DRAWN},
    race::{Race, is_race, race, races},
    ranking::ranking,
    tables::{Format, sweep_table, table},
};

/// All that a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// What the run set out to do, and where.
    pub run: &'a Run,
    /// The samples that count.
    pub samples: &'a [Sample],
    /// What the machine was like.
    pub rounds: &'a [RoundRecord],
    /// The names of strategies with their source texts; what is not among them is shown without.
    pub sources: &'a [(&'a str, &'a str)],
    /// The page that replays the run, if it has traces; see [`race`](fn@race).
    pub race: Option<&'a str>,
}

/// A report in its two forms, and its pictures.
#[derive(Debug)]
pub struct Report {
    /// `report.md`, whose pictures are files in `figures/`.
    pub markdown: String,
    /// `report.html`, one file that needs no other.
    pub html: String,
    /// The pictures of both.
    pub figures: Vec<Figure>,
}

/// Makes the report. The same material gives the same bytes.
pub fn report(material: &Material) -> Report {
    let Material { run, samples, rounds, sources, race } = *material;
    let summaries = summarize(samples);
    let field = Field::new(samples);
    let figures = figures::all(run, samples, rounds, &summaries, &field);
    let swept = sweep::swept(run, samples);
    let curves = figures::beside(swept, &figures);
    let pages = if run.sweep.is_some() { Vec::new() } else { tables::pages(run, &summaries) };
    let facts = Facts {
        run,
        samples,
        rounds,
        sources,
        replayed: race.is_some(),
        summaries: &summaries,
        field: &field,
        pages: &pages,
        curves: &curves,
        figures: &figures,
    };
    let blocks = sections::all(&facts);
    let markdown = document::markdown::render(&blocks);
    let html = page::render(&facts, &blocks);
    drop(blocks);
    Report { markdown, html, figures }
}

/// Write `report.md`, `report.html`, `figures/*.svg` and, if there is one, `race.html` into
/// `directory`, and return the paths of all but the last, the reports first.
///
/// A figure that an earlier report left there and that this run does not have is removed: it
/// would show another run.
///
/// # Errors
/// [`ReportError`] if the operating system refuses; files written before that stay, each whole.
pub fn write(material: &Material, directory: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let Report { markdown, html, figures } = report(material);
    let folder = directory.join("figures");
    make_inner_directory(&folder)?;
    remove_stale(&folder, &figures)?;
    let reports = [("report.md", markdown), ("report.html", html)];
    let mut written: Vec<_> = reports.iter().map(|(name, _)| directory.join(name)).collect();
    for figure in &figures {
        let path = folder.join(figure.file_name());
        write_atomically(&path, figure.svg.as_bytes())?;
        written.push(path);
    }
    if let Some(race) = material.race {
        write_atomically(&directory.join("race.html"), race.as_bytes())?;
    }
    // Last, so that a report never names a file that is not there yet.
    for (name, text) in &reports {
        write_atomically(&directory.join(name), text.as_bytes())?;
    }
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
