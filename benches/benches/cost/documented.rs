//! The table of `ARCHITECTURE.md`: held to what is counted.

use std::fs;

use anyhow::{Context, Result};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md");

/// Processors copy memory by different instructions, so a figure may be off by this part.
const TOLERANCE: f64 = 0.03;

/// What is wrong with the row of `strategy`, and the row that would be right; the instructions of a
/// job are those of lean code, of cancelling code, of the contract, and what a time pass adds.
///
/// # Errors
/// If the document cannot be read.
pub(crate) fn differs(strategy: &str, counted: [f64; 4]) -> Result<Option<String>> {
    let document =
        fs::read_to_string(DOCUMENT).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let right = row(strategy, counted);
    let name = format!("| {strategy} |");
    let Some(line) = document.lines().find(|line| line.starts_with(&name)) else {
        return Ok(Some(format!("ARCHITECTURE.md has no row: {right}")));
    };
    let (written, right_figures) = (figures(line), figures(&right));
    let same = written.len() == right_figures.len()
        && written.iter().zip(&right_figures).all(|(a, b)| (a - b).abs() <= TOLERANCE * b);
    Ok((!same).then(|| format!("ARCHITECTURE.md says\n{line}\nand it should be\n{right}")))
}

fn row(strategy: &str, [lean, cancelling, contract, added]: [f64; 4]) -> String {
    let (to_lean, to_cancelling) = (contract / lean, contract / cancelling);
    format!(
        "| {strategy} | {lean:.0} | {cancelling:.0} | {contract:.0} | {to_lean:.2} | \
         {to_cancelling:.2} | {added:.0} |"
    )
}

fn figures(row: &str) -> Vec<f64> {
    row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect()
}
