use anyhow::Result;
use bp_harness::{Filters, Plan, Suite, units::Roughly};
use bp_laws::Law;
use bp_record::{Catalogue, StrategyEntry};

use crate::{
    arguments::{self, Format, Listed},
    exit::Status,
    output,
    rows::{Rows, wrapped},
};

/// The suite `preview`, as the file that it is.
const PLAN: &str = include_str!("../../../harness/suites/preview.toml");

/// Shows what there is.
pub(crate) fn list(arguments: &arguments::List) -> Result<Status> {
    let catalogue = bp_registry::catalogue();
    match arguments.what {
        Some(Listed::Strategies) => print_strategies(&catalogue, arguments.format)?,
        Some(Listed::Executors) => executors(&catalogue).print(arguments.format)?,
        Some(Listed::Workloads) => workloads(&catalogue).print(arguments.format)?,
        Some(Listed::Suites) => suites(&catalogue)?.print(arguments.format)?,
        Some(Listed::Laws) => laws().print(arguments.format)?,
        Some(Listed::Plan) => output::print(PLAN)?,
        None => everything(&catalogue, arguments.format)?,
    }
    Ok(Status::Done)
}

/// The sentences are too long for a column, so for people they stand below their strategy.
fn print_strategies(catalogue: &Catalogue, format: Format) -> Result<()> {
    if format != Format::Table {
        return strategies(catalogue).print(format);
    }
    let mut rows = Rows::new(["strategy", "family", "claims"]);
    for entry in &catalogue.strategies {
        rows.add([entry.name.clone(), entry.family.to_string(), entry.claims.clone()]);
    }
    let table = rows.table();
    let mut entries = catalogue.strategies.iter();
    let mut text = String::new();
    // Claims may take a second line, which is indented.
    for (place, row) in table.split_inclusive('\n').enumerate() {
        let goes_on = row.starts_with(' ');
        if place > 1 && !goes_on {
            text += &entries.next().map(told).unwrap_or_default();
        }
        text += row;
    }
    text += &entries.next().map(told).unwrap_or_default();
    output::print(&text)
}

/// The sentence below a strategy, with what it takes.
fn told(entry: &StrategyEntry) -> String {
    let takes = taken(entry);
    let takes = if takes == "-" { String::new() } else { format!(" [{takes}]") };
    wrapped(&format!("{}{takes}", entry.sentence), 4) + "\n"
}

fn strategies(catalogue: &Catalogue) -> Rows<5> {
    let mut rows = Rows::new(["strategy", "takes", "family", "claims", "what it is"]);
    for entry in &catalogue.strategies {
        rows.add([
            entry.name.clone(),
            taken(entry),
            entry.family.to_string(),
            entry.claims.clone(),
            entry.sentence.clone(),
        ]);
    }
    rows
}

fn taken(entry: &StrategyEntry) -> String {
    let names: Vec<_> = entry.takes.iter().map(ToString::to_string).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}

fn executors(catalogue: &Catalogue) -> Rows<2> {
    let mut rows = Rows::new(["executor", "what it is"]);
    for entry in &catalogue.executors {
        let marks = [(entry.legacy, " [legacy]"), (entry.simulated, " [simulated]")];
        let marks = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark);
        let sentence = std::iter::once(entry.sentence.as_str()).chain(marks).collect();
        rows.add([entry.name.clone(), sentence]);
    }
    rows
}

fn workloads(catalogue: &Catalogue) -> Rows<2> {
    let mut rows = Rows::new(["workload", "what a job does"]);
    for entry in &catalogue.workloads {
        rows.add([entry.name.clone(), entry.sentence.clone()]);
    }
    rows
}

fn suites(catalogue: &Catalogue) -> Result<Rows<5>> {
    let mut rows = Rows::new(["suite", "cells", "samples", "about", "file"]);
    for (name, text) in Suite::built_in() {
        let plan = Plan::new(&Suite::parse(text, name)?, &Filters::default(), catalogue)?;
        rows.add([
            name.to_owned(),
            plan.cells.len().to_string(),
            plan.items.len().to_string(),
            Roughly(plan.expected()).to_string(),
            format!("crates/harness/suites/{name}.toml"),
        ]);
    }
    Ok(rows)
}

fn laws() -> Rows<3> {
    let mut rows = Rows::new(["law", "name", "what it says"]);
    for law in Law::ALL {
        rows.add([law.number().to_string(), law.to_string(), law.sentence().to_owned()]);
    }
    rows
}

/// All five lists. As JSON they are one document; the other formats put them one below the other.
fn everything(catalogue: &Catalogue, format: Format) -> Result<()> {
    let suites = suites(catalogue)?;
    if format == Format::Json {
        let all = serde_json::json!({
            "strategies": strategies(catalogue).json(),
            "executors": executors(catalogue).json(),
            "workloads": workloads(catalogue).json(),
            "suites": suites.json(),
            "laws": laws().json(),
        });
        let text = serde_json::to_string_pretty(&all)? + "\n";
        return output::print_json(&text);
    }
    let gap = || output::print("\n");
    print_strategies(catalogue, format)?;
    gap()?;
    executors(catalogue).print(format)?;
    gap()?;
    workloads(catalogue).print(format)?;
    gap()?;
    suites.print(format)?;
    gap()?;
    laws().print(format)
}
