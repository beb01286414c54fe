//! What was found, as a table of marks with the findings below it; the other formats have a row for
//! each finding.

use std::fmt::Write as _;

use anyhow::Result;
use bp_laws::Law;
use bp_record::{Outcome, Sample};

use super::{is_broken, laws::Finding};
use crate::{
    arguments::Format,
    output,
    rows::{Rows, wrapped},
};

pub(super) fn print(findings: &[Finding], samples: &[Sample], format: Format) -> Result<()> {
    match format {
        Format::Table => output::print(&Matrix::new(findings, samples).terminal()),
        Format::Markdown => output::print(&Matrix::new(findings, samples).markdown()),
        Format::Csv | Format::Json => rows(findings, samples).print(format),
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

const KEPT: &str = "kept";
const BROKEN: &str = "broken";
const NOT_CLAIMED: &str = "not claimed";
const NOT_SEEN: &str = "not seen";

/// A row for each finding. What a cell promises in all is one row.
fn rows(findings: &[Finding], samples: &[Sample]) -> Rows<6> {
    let mut rows = Rows::new(["strategy", "where", "law", "verdict", "seen", "again"]);
    for found in findings {
        let Finding { strategy, law, verdict, seen, replay, .. } = found.clone();
        rows.add([strategy, "the virtual world".to_owned(), law, verdict, seen, replay]);
    }
    for sample in samples {
        let (strategy, outcome) = (sample.cell.strategy.clone(), sample.outcome);
        let verdict = match outcome {
            Outcome::Ok => KEPT,
            Outcome::Unsupported => NOT_SEEN,
            _ => BROKEN,
        };
        let message = sample.message.clone().unwrap_or_default();
        let seen = if outcome == Outcome::Ok { message } else { format!("{outcome}: {message}") };
        let (law, verdict) = ("all".to_owned(), verdict.to_owned());
        rows.add([strategy, sample.cell.id(), law, verdict, seen, again(sample)]);
    }
    rows
}

/// The command that runs a cell of that kind again.
fn again(sample: &Sample) -> String {
    let cell = &sample.cell;
    if !is_broken(sample) {
        return String::new();
    }
    let (work, strategy, executor) = (&cell.work.name, &cell.strategy, &cell.executor);
    format!("backpressure verify -w '^{work}$' -s '^{strategy}$' -x '^{executor}$'")
}

/// A mark for each strategy and law, and for each strategy and executor.
struct Matrix<'a> {
    findings: &'a [Finding],
    samples: &'a [Sample],
    laws: Vec<Law>,
    strategies: Vec<&'a str>,
    executors: Vec<&'a str>,
}

impl<'a> Matrix<'a> {
    fn new(findings: &'a [Finding], samples: &'a [Sample]) -> Self {
        let seen = |law: &Law| findings.iter().any(|found| found.law == law.name());
        let mut strategies = vec![];
        let mut executors = vec![];
        let names = findings.iter().map(|found| found.strategy.as_str());
        for name in names.chain(samples.iter().map(|sample| sample.cell.strategy.as_str())) {
            if !strategies.contains(&name) {
                strategies.push(name);
            }
        }
        for sample in samples {
            if !executors.contains(&sample.cell.executor.as_str()) {
                executors.push(&sample.cell.executor);
            }
        }
        let laws = Law::ALL.into_iter().filter(seen).collect();
        Self { findings, samples, laws, strategies, executors }
    }

    fn law(&self, strategy: &str, law: Law) -> &'static str {
        let found = self
            .findings
            .iter()
            .find(|found| found.strategy == strategy && found.law == law.name());
        match found.map(|found| found.verdict.as_str()) {
            Some(KEPT) => "✓",
            Some(BROKEN) => "✗",
            Some(NOT_CLAIMED) => "·",
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
        laws.chain(self.executors.iter().map(|executor| self.executor(strategy, executor)))
            .collect()
    }

    fn heads(&self) -> Vec<String> {
        let laws = self.laws.iter().map(|law| law.number().to_string());
        laws.chain(('a'..).take(self.executors.len()).map(String::from)).collect()
    }

    fn terminal(&self) -> String {
        let widest = self.strategies.iter().map(|name| name.len()).max().unwrap_or(0);
        let width = widest.max("strategy".len());
        let line = |name: &str, marks: &[String]| {
            let mut line = format!("{name:width$} ");
            for (mark, head) in marks.iter().zip(self.heads()) {
                let width = head.len() + 1;
                write!(line, "{mark:>width$}").expect("a string takes everything");
            }
            line.trim_end().to_owned() + "\n"
        };
        let mut text = line("strategy", &self.heads());
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
            for Detail { seen, again } in lines {
                text += &wrapped(&seen, 2);
                text.push('\n');
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
            for Detail { seen, again } in lines {
                let again = if again.is_empty() { again } else { format!(": `{again}`") };
                text += &format!("- {}{again}\n", bp_report::markdown_text(&seen));
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
            let names =
                ('a'..).zip(&self.executors).map(|(letter, name)| format!("{letter} {name}"));
            legends.push(format!(
                "all promises in {} cells with a few short jobs: {}",
                self.samples.len(),
                names.collect::<Vec<_>>().join(", ")
            ));
        }
        legends.push(
            "✓ kept   ✗ broken   · not claimed: no fault, whatever was seen   ? not seen   blank: \
             does not run there"
                .to_owned(),
        );
        legends
    }

    /// What was broken, and what the laws that are not claimed have seen instead.
    fn details(&self) -> Vec<(&'static str, Vec<Detail>)> {
        let mut broken = vec![];
        for found in self.findings.iter().filter(|found| found.is_broken()) {
            let Finding { strategy, law, seen, replay, .. } = found;
            let seed = found.seed.map(|seed| format!(" (seed {seed})")).unwrap_or_default();
            let seen = format!("{strategy}, {law}: {seen}{seed}");
            broken.push(Detail { seen, again: replay.clone() });
        }
        broken.extend(self.cells());
        let seen_of = |verdict: &str| {
            let of = self.findings.iter().filter(|found| found.verdict == verdict);
            let seen = of.map(|found| format!("{}, {}: {}", found.strategy, found.law, found.seen));
            seen.map(|seen| Detail { seen, again: String::new() }).collect()
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
    fn cells(&self) -> Vec<Detail> {
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
            Detail { seen, again: again(sample) }
        };
        kinds.into_iter().map(told).collect()
    }
}

/// A finding in words, and the command that shows it again.
struct Detail {
    seen: String,
    again: String,
}
