//! What each strategy is, and why its cells behaved as they did.

use bp_record::StrategyEntry;

use super::Facts;
use crate::{
    document::{Block, Strategy},
    why::why,
};

/// Nothing if nothing was run.
pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let ran =
        |entry: &&StrategyEntry| facts.summaries.iter().any(|row| row.cell.strategy == entry.name);
    let entries = facts.run.catalogue.strategies.iter().filter(ran);
    let strategies: Vec<_> = entries.map(|entry| strategy(facts, entry)).collect();
    let any = !strategies.is_empty();
    any.then_some(Block::Strategies(strategies)).into_iter().collect()
}

fn strategy<'a>(facts: &Facts<'a>, entry: &'a StrategyEntry) -> Strategy<'a> {
    let source = facts.sources.iter().find(|(name, _)| *name == entry.name);
    let cells = facts.summaries.iter().filter(|row| row.cell.strategy == entry.name);
    Strategy {
        name: entry.name.clone(),
        title: titled(entry),
        sentence: entry.sentence.replace(['*', '`'], ""),
        facts: vec![
            ("kind of rule", entry.family.to_string()),
            ("promises", entry.claims.clone()),
            ("from", entry.source.clone()),
        ],
        source: source.map(|(_, text)| *text),
        cells: cells.map(|row| (row, why(facts, row))).collect(),
    }
}

/// The name that is typed first, and what it is called where that is more.
fn titled(entry: &StrategyEntry) -> String {
    let StrategyEntry { name, title, .. } = entry;
    if *title == name.replace('-', " ") { name.clone() } else { format!("{name} ({title})") }
}
