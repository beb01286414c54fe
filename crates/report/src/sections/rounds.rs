//! What the machine was like while it was measured, and what measuring cost.

use bp_record::RoundRecord;

use super::{Facts, head::is_repeated};
use crate::{
    document::{Block, points},
    probe, units,
};

/// Nothing for runs that did not look and that have one round alone.
pub(super) fn blocks<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = weather(facts.rounds);
    let own = facts.figures.iter().filter(|figure| figure.kind == "rounds");
    blocks.extend(own.map(|figure| Block::Picture(figure, true)));
    blocks.extend(probe::blocks(facts.pages));
    blocks
}

fn weather<'a>(rounds: &[RoundRecord]) -> Vec<Block<'a>> {
    if rounds.is_empty() {
        return Vec::new();
    }
    let noisy: Vec<_> = rounds.iter().filter(|round| round.noisy.is_some()).collect();
    let calm = if noisy.is_empty() { "; none was disturbed" } else { "" };
    let counted = units::counted(rounds.len(), "round");
    let ran = format!("{counted} were run{}{calm}.", canaries(rounds));
    let named = noisy.iter().map(|round| disturbed(rounds, round));
    let named = (!noisy.is_empty()).then(|| points(named));
    [Block::Paragraph(ran.into())].into_iter().chain(named).collect()
}

fn canaries(rounds: &[RoundRecord]) -> String {
    let canaries = rounds.iter().flat_map(|round| [round.canary_before_ns, round.canary_after_ns]);
    let canaries: Vec<u64> = canaries.flatten().collect();
    match (canaries.iter().min(), canaries.iter().max()) {
        (Some(&least), Some(&greatest)) => {
            let (least, greatest) = (units::time(least), units::time(greatest));
            format!("; the canary, always the same work, took {least} to {greatest}")
        }
        _ => String::new(),
    }
}

fn disturbed(rounds: &[RoundRecord], round: &RoundRecord) -> String {
    let why = round.noisy.as_deref().unwrap_or_default();
    let which = if round.attempt > 0 { ", repeated," } else { "" };
    let then = if is_repeated(rounds, round) { "; its repetition counts" } else { "" };
    let part = round.part.map_or_else(String::new, |part| format!(" of part {part}"));
    format!("Round {}{part}{which} was disturbed: {why}{then}.", round.round + 1)
}
