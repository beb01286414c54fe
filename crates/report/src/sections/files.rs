//! The files of the run, and how to read them.

use crate::document::{Block, Words};

/// What stands beside the report.
const FILES: [(&str, &str); 4] = [
    ("summary.csv", "a row a cell"),
    ("samples.csv", "a row a sample, which is one process"),
    ("run.json", "what was planned, where, and with which program"),
    ("events.jsonl", "the only truth, from which all else is made"),
];

pub(super) fn blocks<'a>() -> Vec<Block<'a>> {
    let method = Words::from(
        "Numbers in the files are raw, with the unit in the name; empty means \
                              not measured, never zero. How a run is made and read stands in ",
    )
    .code("METHODOLOGY.md")
    .then(", whom we favour and which weaknesses are known in ")
    .code("BIAS.md")
    .then(" of the project. All of this is made again from the events by ")
    .code("backpressure report")
    .then(".");
    vec![
        Block::Heading(3, "Files and method".to_owned()),
        Block::Files(&FILES),
        Block::Paragraph(method),
    ]
}
