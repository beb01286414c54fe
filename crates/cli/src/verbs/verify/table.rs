//! What was found, as a table of marks with the findings below it.

use std::fmt::Write as _;

use anyhow::Result;
use bp_laws::Law;
use bp_record::{Outcome, Sample};

use super::{
    BROKEN, COMPLETION, INPUT, KEPT, NOT_CLAIMED, NOT_SEEN, again, is_broken, laws::Finding, lines,
};
use crate::{arguments::Format, output, rows::wrapped};

/// Prints it; `typed` are the options that the cells were run with.
pub(super) fn print(
    findings: &[Finding],
    samples: &[Sample],
    typed: &str,
    format: Format,
) -> Result<()> {
    match format {
        Format::Table => output::print(&Matrix::new(findings, samples, typed).terminal()),
        Format::Markdown => output::print(&Matrix::new(findings, samples, typed).markdown()),
        Format::Csv | Format::Json => lines::print(findings, samples, typed, format),
    }
}

/// In a line for people.
pub(super) fn summary(findings: &[Finding], samples: &[Sample]) -> String {
    let mut parts = vec![];
    if !findings.is_empty() {
        let count =
            |verdict: &str| findings.iter().filter(|found| found.verdict == verdict).count();
        let seen = count(KEPT) + count(BROKEN);
        parts.push(format!("{} of {seen} claims held against the laws", count(KEPT)));
        let unseen = count(NOT_SEEN);
        parts.extend((unseen > 0).then(|| format!("{unseen} not seen")));
    }
    if !samples.is_empty() {
        let kept = samples.iter().filter(|sample| sample.outcome == Outcome::Ok).count();
        let broken = samples.iter().filter(|sample| is_broken(sample)).count();
        parts.push(format!("{kept} of {} cells kept their promises", kept + broken));
        let unsupported = samples.len() - kept - broken;
        parts.extend((unsupported > 0).then(|| format!("{unsupported} unsupported")));
    }
    if parts.is_empty() { "nothing was seen".to_owned() } else { parts.join("; ") }
}

/// A mark for each strategy and law, and for each strategy and executor.
struct Matrix<'a> {
    findings: &'a [Finding],
    samples: &'a [Sample],
    typed: &'a str,
    laws: Vec<Law>,
    strategies: Vec<&'a str>,
    /// With the letter of each.
    executors: Vec<(String, &'a str)>,
}

impl<'a> Matrix<'a> {
    fn new(findings: &'a [Finding], samples: &'a [Sample], typed: &'a str) -> Self {
        let seen = |law: &Law| findings.iter().any(|found| found.law == law.name());
        let mut strategies = vec![];
        let mut ran = vec![];
        let names = findings.iter().map(|found| found.strategy.as_str());
        for name in names.chain(samples.iter().map(|sample| sample.cell.strategy.as_str())) {
            if !strategies.contains(&name) {
                strategies.push(name);
            }
        }
        for sample in samples {
            if !ran.contains(&sample.cell.executor.as_str()) {
                ran.push(&sample.cell.executor);
            }
        }
        let laws = Law::ALL.into_iter().filter(seen).collect();
        Self { findings, samples, typed, laws, strategies, executors: lettered(&ran) }
    }

    fn law(&self, strategy: &str, law: Law) -> &'static str {
        let found = self
            .findings
            .iter()
            .find(|found| found.strategy == strategy && found.law == law.name());
        match found.map(|found| (found.verdict.as_str(), found.order.as_deref())) {
            Some((KEPT, Some(INPUT))) => "✓i",
            Some((KEPT, Some(COMPLETION))) => "✓c",
            Some((KEPT, _)) => "✓",
            Some((BROKEN, _)) => "✗",
            Some((NOT_CLAIMED, _)) => "·",
            Some(_) => "?",
            None => "",
        }
    }

    fn executor(&self, strategy: &str, executor: &str) -> &'static str {
        let of =
            |sample: &&Sample| sample.cell.strategy == strategy && sample.cell.executor == executor;
        let all = || self.samples.iter().filter(of);
        match all().next() {
            None => "",
            Some(_) if all().any(is_broken) => "✗",
            Some(_) if all().any(|sample| sample.outcome == Outcome::Ok) => "✓",
            Some(_) => "?",
        }
    }

    /// The marks of one strategy, and the head above them.
    fn marks(&self, strategy: &str) -> Vec<&'static str> {
        let laws = self.laws.iter().map(|&law| self.law(strategy, law));
        laws.chain(self.executors.iter().map(|(_, executor)| self.executor(strategy, executor)))
            .collect()
    }

    fn heads(&self) -> Vec<String> {
        let laws = self.laws.iter().map(|law| law.number().to_string());
        laws.chain(self.executors.iter().map(|(letter, _)| letter.clone())).collect()
    }

    fn terminal(&self) -> String {
        let widest = self.strategies.iter().map(|name| name.len()).max().unwrap_or(0);
        let width = widest.max("strategy".len());
        let heads = self.heads();
        let order = Law::Order.number().to_string();
        let line = |name: &str, marks: &[String]| {
            let mut line = format!("{name:width$} ");
            for (mark, head) in marks.iter().zip(&heads) {
                let width = if *head == order { 3 } else { head.len() + 1 };
                write!(line, "{mark:>width$}").expect("a string takes everything");
            }
            line.trim_end().to_owned() + "\n"
        };
        let mut text = line("strategy", &heads);
        for name in &self.strategies {
            let marks: Vec<_> = self.marks(name).into_iter().map(str::to_owned).collect();
            text += &line(name, &marks);
        }
        text.push('\n');
        for legend in self.legends() {
            text += &wrapped(&legend, 2);
            text.push('\n');
        }
        for (title, lines) in self.details() {
            text += &format!("\n{title}\n");
            for Detail { seen, steps, again } in lines {
                text += &wrapped(&seen, 2);
                text.push('\n');
                for (number, step) in (1..).zip(steps) {
                    text += &format!("    {number:>2}. {}\n", wrapped(step, 8).trim_start());
                }
                if !again.is_empty() {
                    text += &format!("    {again}\n"); // in one line, to be copied
                }
            }
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let heads = [vec!["strategy".to_owned()], self.heads()].concat();
        let rule =
            heads.iter().enumerate().map(|(place, _)| if place == 0 { "---" } else { ":-:" });
        let rule = line(rule.map(str::to_owned).collect());
        let mut text = line(heads) + &rule;
        for name in &self.strategies {
            let marks = self.marks(name).into_iter().map(str::to_owned);
            text += &line(std::iter::once((*name).to_owned()).chain(marks).collect());
        }
        for legend in self.legends() {
            text += &format!("\n{legend}\n");
        }
        for (title, lines) in self.details() {
            text += &format!("\n{title}\n\n");
            for Detail { seen, steps, again } in lines {
                let again = if again.is_empty() { again } else { format!(": `{again}`") };
                text += &format!("- {}{again}\n", bp_report::markdown_text(&seen));
                for (number, step) in (1..).zip(steps) {
                    text += &format!("  {number}. {}\n", bp_report::markdown_text(step));
                }
            }
        }
        text
    }

    /// What numbers, letters and marks mean.
    fn legends(&self) -> Vec<String> {
        let mut legends = vec![];
        if !self.laws.is_empty() {
            let laws = self.laws.iter().map(|law| format!("{} {law}", law.number()));
            let most = self.findings.iter().map(|found| found.schedules).max().unwrap_or(0);
            let over = match most {
                0 => "by probes".to_owned(),
                _ => format!("by probes, and by {most} schedules where those can tell"),
            };
            legends.push(format!(
                "laws, in the virtual world, {over}: {}",
                laws.collect::<Vec<_>>().join(", ")
            ));
        }
        if !self.executors.is_empty() {
            let names = self.executors.iter().map(|(letter, name)| format!("{letter} {name}"));
            legends.push(format!(
                "all promises in {} cells with a few short jobs: {}",
                self.samples.len(),
                names.collect::<Vec<_>>().join(", ")
            ));
        }
        if self.laws.contains(&Law::Order) {
            let number = Law::Order.number();
            legends.push(format!("{number}: ✓i in the order of input, ✓c in that of completion"));
        }
        legends.push(
            "✓ kept   ✗ broken   · not claimed: no fault, whatever was seen   ? not seen   blank: \
             does not run there"
                .to_owned(),
        );
        legends
    }

    /// What was broken, and what the laws that are not claimed have seen instead.
    fn details(&self) -> Vec<(&'static str, Vec<Detail<'_>>)> {
        let mut broken = vec![];
        for found in self.findings.iter().filter(|found| found.is_broken()) {
            let Finding { strategy, law, seen, steps, again, .. } = found;
            let seed = found.broken_by_seed.map(|seed| format!(" (seed {seed})"));
            let seen = format!("{strategy}, {law}: {seen}{}", seed.unwrap_or_default());
            broken.push(Detail { seen, steps, again: again.clone() });
        }
        broken.extend(self.cells());
        let seen_of = |verdict: &str| {
            let of = self.findings.iter().filter(|found| found.verdict == verdict);
            let seen = of.map(|found| format!("{}, {}: {}", found.strategy, found.law, found.seen));
            seen.map(|seen| Detail { seen, steps: &[], again: String::new() }).collect()
        };
        let all = [
            ("Broken:", broken),
            ("Not claimed, and what was seen:", seen_of(NOT_CLAIMED)),
            ("Not seen, and why:", seen_of(NOT_SEEN)),
        ];
        all.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
    }
}

impl Matrix<'_> {
    /// What was broken in cells: of each strategy and executor the first, and how many more.
    fn cells(&self) -> Vec<Detail<'_>> {
        let mut kinds: Vec<(&Sample, usize)> = vec![];
        for sample in self.samples.iter().filter(|sample| is_broken(sample)) {
            let of = |one: &Sample| (one.cell.strategy.clone(), one.cell.executor.clone());
            match kinds.iter_mut().find(|(first, _)| of(first) == of(sample)) {
                Some((_, more)) => *more += 1,
                None => kinds.push((sample, 0)),
            }
        }
        let told = |(sample, more): (&Sample, usize)| {
            let message = sample.message.as_deref().unwrap_or_default();
            let others =
                if more == 0 { String::new() } else { format!(" (and {more} more there)") };
            let seen = format!("{}: {}: {message}{others}", sample.cell.id(), sample.outcome);
            Detail { seen, steps: &[], again: again::of_cell(sample, self.typed) }
        };
        kinds.into_iter().map(told).collect()
    }
}

/// Each with its letter, which is the same whatever was chosen: that of its place among all of ours.
/// Those of contestants follow, as they were named.
fn lettered<'a>(names: &[&'a str]) -> Vec<(String, &'a str)> {
    let ours = bp_registry::catalogue().executors;
    let mut place = ours.len();
    let of = |name: &'a str| {
        let known = ours.iter().position(|entry| entry.name == name);
        let place = known.unwrap_or_else(|| {
            place += 1;
            place - 1
        });
        (letter(place), name)
    };
    names.iter().copied().map(of).collect()
}

/// a to z, then aa to az and so on.
fn letter(place: usize) -> String {
    let last = char::from(b'a' + (place % 26) as u8);
    if place < 26 { last.to_string() } else { letter(place / 26 - 1) + &last.to_string() }
}

/// A finding in words, and the command that shows it again.
struct Detail<'a> {
    seen: String,
    /// The schedule that shows it, step by step.
    steps: &'a [String],
    again: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_do_not_end_with_the_alphabet() {
        assert_eq!([0, 25, 26, 51, 52].map(letter), ["a", "z", "aa", "az", "ba"]);
    }

    #[test]
    fn a_letter_is_that_of_its_executor_whatever_else_was_chosen() {
        let ours = bp_registry::catalogue().executors;
        let names: Vec<_> = ours.iter().map(|entry| entry.name.as_str()).collect();
        let all = lettered(&names);
        for (place, name) in names.iter().enumerate() {
            assert_eq!(lettered(&[name]), all[place..=place]);
        }
        let beside = lettered(&[names[1], "python"]);
        assert_eq!(beside, [("b".to_owned(), names[1]), (letter(names.len()), "python")]);
    }
}
