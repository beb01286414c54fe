//! The results as tables: for a terminal of 80 columns, for a page, and for programs.

mod ends;
mod grid;
mod ideal;
mod markdown;
pub(crate) mod open_loop;
mod pages;
mod quantiles;
mod terminal;

use bp_analysis::{Field, Summary, summarize};
use bp_record::{Outcome, Run, Sample};
use serde_json::json;

pub(crate) use self::{
    grid::{Align, Grid, bullets, wrapped},
    markdown::{character, makespan, makespans, preview, split},
    pages::{Page, Row, cpu_per_job, pages},
    quantiles::without_empty,
};
use crate::{
    document::{Block, markdown::render as markdown_of},
    sweep, units,
};

/// What a table is printed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A terminal of 80 columns: what matters, rounded, without colour.
    Table,
    /// A spreadsheet: the content of `summary.csv`, raw integers with the unit in the name.
    Csv,
    /// A program: an object with the run's suite and its cells, a summary each.
    Json,
    /// A page: the tables of `report.md`, in GitHub's Markdown.
    Markdown,
}

/// The results of `run`, whose samples that count are these, ready to be printed, ending with a line
/// end.
///
/// For a terminal and for a page there is a table for each workload and limit, and a row for each
/// strategy in the order of the catalogue. A failure stands in the cell that it is of.
pub fn table(run: &Run, samples: &[Sample], format: Format) -> String {
    let summaries = &summarize(samples);
    match format {
        Format::Table => terminal::text(run, summaries, &Field::new(samples)),
        Format::Csv => String::from_utf8_lossy(&bp_analysis::summary_csv(summaries)).into_owned(),
        Format::Json => json(run, summaries),
        Format::Markdown => markdown::text(run, summaries),
    }
}

/// The results of a run that is a sweep: a table for each strategy, executor and workload with a row
/// for each value, and what it says in words.
pub fn sweep_table(run: &Run, samples: &[Sample], format: Format) -> String {
    match format {
        Format::Table => sweep::terminal(run, samples),
        Format::Csv => sweep::csv(run, samples),
        Format::Json => sweep::json(run, samples),
        Format::Markdown => {
            let curves = sweep::swept(run, samples);
            let section = |swept| {
                let title = Block::Heading(3, sweep::title(swept));
                std::iter::once(title).chain(sweep::blocks(swept))
            };
            markdown_of(&curves.iter().flat_map(section).collect::<Vec<_>>())
        }
    }
}

fn json(run: &Run, summaries: &[Summary]) -> String {
    let whole = json!({
        "schema": run.schema,
        "suite": run.suite,
        "preview": run.preview,
        "seed": run.seed,
        "rounds": run.rounds,
        "cells": summaries,
    });
    format!("{whole:#}\n")
}

/// `fixed/batching/tokio/limit=10: timeout (2 times): no answer within 20 s`
pub(crate) fn failure(row: &Summary) -> String {
    let outcome = |(outcome, count): &(Outcome, u32)| match count {
        1 => outcome.to_string(),
        count => format!("{outcome} ({count} times)"),
    };
    let outcomes: Vec<_> = row.failures.iter().map(outcome).collect();
    let message = row.message.as_deref().map_or_else(String::new, |said| format!(": {said}"));
    units::plain(&format!("{}: {}{message}", row.id, outcomes.join(", ")))
}
