//! What the run says, in words, and where it comes from.

use bp_analysis::Field;
use bp_record::RoundRecord;

use super::Facts;
use crate::{
    document::{Block, Words, points},
    tables::{Page, preview},
    units, verdict,
};

/// What a reader must know before anything else.
pub(super) fn top<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = vec![Block::Heading(1, format!("backpressure: {}", facts.run.suite))];
    blocks.extend(facts.run.preview.then(preview));
    blocks.extend(noisy(facts.rounds));
    blocks
}

/// What the run says, and where it comes from.
pub(super) fn verdict<'a>(facts: &Facts<'a>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    if facts.samples.is_empty() {
        let said = "No sample was taken, so there is nothing to show.";
        blocks.push(Block::Paragraph(said.into()));
    } else if facts.run.sweep.is_none() {
        let mut pages: Vec<_> = facts.pages.iter().collect();
        // What tells most comes first.
        pages.sort_by(|a, b| verdict::tells(b).total_cmp(&verdict::tells(a)));
        let said = |page: &Page| Block::Workload(page.work.clone(), said(page, facts.field).into());
        blocks.extend(pages.into_iter().map(said));
    } else if !facts.curves.is_empty() {
        blocks.push(Block::Points(of_curves(facts)));
    }
    blocks.extend(facts.replayed.then_some(Block::Replay));
    blocks.push(Block::Paragraph(provenance(facts).into()));
    blocks.push(Block::Command(command(&facts.run.arguments)));
    blocks
}

/// A warning if a round that counts was disturbed.
fn noisy<'a>(rounds: &[RoundRecord]) -> Option<Block<'a>> {
    let counted: Vec<_> = rounds.iter().filter(|round| !is_repeated(rounds, round)).collect();
    let noisy: Vec<_> = counted.iter().filter(|round| round.noisy.is_some()).collect();
    let first = noisy.first()?;
    let why = first.noisy.as_deref().unwrap_or_default();
    Some(Block::Notice(
        "Noisy",
        format!(
            "The machine was disturbed in {} of {} that count (first: {why}). Small differences \
             below may be the machine's.",
            noisy.len(),
            units::counted(counted.len(), "round"),
        ),
    ))
}

/// True if another attempt at the same round counts instead.
pub(super) fn is_repeated(rounds: &[RoundRecord], round: &RoundRecord) -> bool {
    let of = |round: &RoundRecord| (round.part, round.round);
    rounds.iter().any(|other| of(other) == of(round) && other.attempt > round.attempt)
}

/// The verdict of a page.
fn said<'a>(page: &Page, field: &Field) -> [Block<'a>; 2] {
    let mut sentences = verdict::verdict(page, field);
    if sentences.is_empty() {
        sentences.push("Nothing succeeded.".to_owned());
    }
    [Block::Lead(page.title()), points(sentences)]
}

/// What each curve says above all, and how memory grew.
fn of_curves(facts: &Facts) -> Vec<Words> {
    let said = facts.curves.iter().filter_map(|(swept, _)| {
        let who = format!("{}, {}", swept.who, swept.conditions);
        let first = swept.said().into_iter().next()?;
        Some(Words::default().strong(who).then(": ").then(first))
    });
    let grown = facts.figures.iter().filter(|figure| figure.kind == "growth");
    said.chain(grown.map(|figure| figure.description.as_str().into())).collect()
}

fn provenance(facts: &Facts) -> String {
    let environment = &facts.run.environment;
    let processor = environment.processor.as_deref().map_or_else(String::new, |model| {
        let count = environment.processors.map_or_else(String::new, |count| format!("{count} × "));
        format!(", on {count}{model}")
    });
    format!(
        "Begun {}, seed {}, {} of {} planned samples{processor}. Made by",
        facts.run.started,
        facts.run.seed,
        units::count(facts.samples.len() as u64),
        units::count(facts.run.planned),
    )
}

fn command(arguments: &[String]) -> String {
    let words = arguments.iter().map(|word| quoted(word));
    std::iter::once("backpressure".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let word = units::plain(word);
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:+%@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let words = ["limit=64,256", "a b", "it's", "", "$(rm)"].map(quoted);
        assert_eq!(words, ["limit=64,256", "'a b'", "'it'\\''s'", "''", "'$(rm)'"]);
    }

    #[test]
    fn a_banner_stands_only_where_a_disturbed_round_counts() {
        let round = |attempt, noisy: Option<&str>| RoundRecord {
            attempt,
            noisy: noisy.map(str::to_owned),
            ..RoundRecord::default()
        };
        let repeated = [round(0, Some("steal")), round(1, None)];
        assert!(noisy(&repeated).is_none());
        let Some(Block::Notice("Noisy", text)) = noisy(&[round(0, Some("steal"))]) else {
            panic!("no banner");
        };
        assert!(text.contains("1 of 1 round that count (first: steal)"), "{text}");
    }
}
