//! `report.md`: the verdict in words, the pictures, the tables, what failed, and the machine.

use bp_analysis::{Summary, summarize};
use bp_record::{RoundRecord, Run, Sample};

use crate::{
    figures::Figure,
    probe,
    sweep::{self, Swept},
    tables::{self, Page, escape, pages},
    units,
    verdict::verdict,
};

/// The whole document. `figures` are named in it by their files in `figures/`.
pub(crate) fn report(
    run: &Run,
    samples: &[Sample],
    rounds: &[RoundRecord],
    figures: &[Figure],
) -> String {
    let summaries = summarize(samples);
    let mut parts = vec![head(run, samples)];
    if samples.is_empty() {
        parts.push("No sample was taken, so there is nothing to show.\n".to_owned());
    }
    if run.sweep.is_some() {
        parts.extend(curves(run, samples));
    } else {
        parts.extend(comparisons(run, &summaries, figures));
    }
    parts.extend(failures(&summaries));
    parts.extend(weather(rounds));
    parts.extend(shards(run));
    parts.push(environment(run));
    parts.join("\n")
}

/// A section for each curve of a sweep: what it says, its picture, its table.
fn curves(run: &Run, samples: &[Sample]) -> Vec<String> {
    let curves = sweep::swept(run, samples);
    let figures = crate::figures::of_curves(&curves);
    let section = |(swept, figure): (&Swept, Option<Figure>)| {
        let picture = figure.map_or_else(String::new, |figure| {
            format!("\n![{}](figures/{})\n", escape(&figure.title), figure.file_name())
        });
        format!("## {}\n\n{}{picture}", escape(&sweep::title(swept)), sweep::markdown(swept))
    };
    curves.iter().zip(figures).map(section).collect()
}

/// What is said of each page, then workload by workload its pictures and tables.
fn comparisons(run: &Run, summaries: &[Summary], figures: &[Figure]) -> Vec<String> {
    let pages = pages(run, summaries);
    let mut parts = Vec::new();
    parts.extend(pages.iter().map(said));
    let mut labels: Vec<&str> = pages.iter().map(|page| page.label.as_str()).collect();
    labels.dedup();
    for label in labels {
        parts.push(workload(run, label, figures));
        let of_label = pages.iter().filter(|page| page.label == label);
        parts.extend(
            of_label.map(|page| {
                format!("### {}\n\n{}", escape(&page.title()), tables::tables_of(page))
            }),
        );
    }
    parts.extend(probe::section(&pages));
    parts
}

fn head(run: &Run, samples: &[Sample]) -> String {
    let mut text = format!("# backpressure: {}\n\n", escape(&run.suite));
    if run.preview {
        text += "> **Preview.** Few jobs or few rounds: a look, not to be quoted.\n\n";
    }
    let command: Vec<String> = std::iter::once("backpressure".to_owned())
        .chain(run.arguments.iter().map(|word| quoted(word)))
        .collect();
    let processor = run.environment.processor.as_deref().map_or_else(String::new, |model| {
        let count =
            run.environment.processors.map_or_else(String::new, |count| format!("{count} × "));
        format!(", on {count}{}", escape(model))
    });
    text += &format!(
        "Begun {}, seed {}, {} of {} planned samples{processor}. Made by\n\n```sh\n{}\n```\n",
        escape(&run.started),
        run.seed,
        units::count(samples.len() as u64),
        units::count(run.planned),
        // Three backticks would end the code.
        command.join(" ").replace("```", "'''"),
    );
    text
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let word = units::plain(word);
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:+%@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The verdict of a page.
fn said(page: &Page) -> String {
    let sentences = verdict(page);
    let mut text = format!("**{}**\n\n", escape(&page.title()));
    if sentences.is_empty() {
        text += "- Nothing succeeded.\n";
    }
    sentences.iter().for_each(|sentence| text += &format!("- {}\n", escape(sentence)));
    text
}

/// The pictures of a workload.
fn workload(run: &Run, label: &str, figures: &[Figure]) -> String {
    let mut text = format!("## {}\n\n", escape(label));
    let name = label.split('+').next().unwrap_or(label);
    if let Some(entry) = run.catalogue.workload(name) {
        text += &format!("Each job {}.\n\n", escape(entry.sentence.trim_end_matches('.')));
    }
    let mut own =
        figures.iter().filter(|figure| units::plain(&figure.workload) == label).peekable();
    if own.peek().is_none() {
        text += "There is no picture: no sample of this workload succeeded.\n";
    }
    let lanes = |figure: &Figure| figure.name.ends_with("-lanes");
    if own.peek().is_some() && !own.clone().any(lanes) {
        text += "The slots are not drawn: that takes a trace of every job, which only successful \
                 runs of few jobs keep.\n\n";
    }
    let pictures = own.map(|figure| {
        let caption = escape(&figure.description);
        format!("![{}](figures/{})\n\n{caption}\n", escape(&figure.title), figure.file_name())
    });
    text + &pictures.collect::<Vec<_>>().join("\n")
}

fn failures(summaries: &[Summary]) -> Option<String> {
    let failed = summaries.iter().filter(|row| !row.failures.is_empty());
    let lines: Vec<_> =
        failed.map(|row| format!("- {}\n", escape(&tables::failure(row)))).collect();
    (!lines.is_empty()).then(|| {
        let count = format!("{} of {} cells failed at least once", lines.len(), summaries.len());
        format!("## Failures\n\n{count}.\n\n{}", lines.concat())
    })
}

/// What the run was merged from, and whether that was like; `None` for runs made as they are.
fn shards(run: &Run) -> Option<String> {
    let (first, _) = run.shards.split_first()?;
    let mut text = format!("## Parts\n\nMerged from {} runs.\n\n", run.shards.len());
    for shard in &run.shards {
        let (partition, started) = (shard.partition, escape(&shard.started));
        let unlike = first.environment.unlike(&shard.environment);
        let unlike = match &*unlike {
            [] => String::new(),
            unlike => format!("; unlike the first: {}", escape(&unlike.join("; "))),
        };
        text += &format!("- {partition}, begun {started}{unlike}.\n");
    }
    Some(text)
}

/// What the machine was like while it was measured; `None` for runs that did not look.
fn weather(rounds: &[RoundRecord]) -> Option<String> {
    let canaries = rounds.iter().flat_map(|round| [round.canary_before_ns, round.canary_after_ns]);
    let canaries: Vec<u64> = canaries.flatten().collect();
    let noisy: Vec<_> = rounds.iter().filter(|round| round.noisy.is_some()).collect();
    let mut text = format!("## Rounds\n\n{} were run", units::counted(rounds.len(), "round"));
    if let (Some(&least), Some(&greatest)) = (canaries.iter().min(), canaries.iter().max()) {
        let (least, greatest) = (units::time(least), units::time(greatest));
        text += &format!("; the canary, always the same work, took {least} to {greatest}");
    }
    text += if noisy.is_empty() { "; none was disturbed.\n" } else { ".\n\n" };
    for round in noisy {
        let of = |round: &RoundRecord| (round.part, round.round);
        let repeats =
            rounds.iter().any(|other| of(other) == of(round) && other.attempt > round.attempt);
        let why = round.noisy.as_deref().unwrap_or_default();
        let which = if round.attempt > 0 { ", repeated," } else { "" };
        let then = if repeats { "; its repetition counts" } else { "" };
        let part = round.part.map_or_else(String::new, |part| format!(" of part {part}"));
        let (number, why) = (round.round + 1, escape(why));
        text += &format!("- Round {number}{part}{which} was disturbed: {why}{then}.\n");
    }
    (!rounds.is_empty()).then_some(text)
}

fn environment(run: &Run) -> String {
    let environment = &run.environment;
    let text = |value: &Option<String>| value.clone();
    let crates: Vec<_> =
        environment.crates.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let facts = [
        ("program", Some(format!("{} ({})", environment.version, environment.profile))),
        ("revision", text(&environment.revision)),
        ("compiler", text(&environment.compiler)),
        ("allocator", Some(environment.allocator.clone())),
        ("crates", (!crates.is_empty()).then(|| crates.join(", "))),
        ("system", text(&environment.system)),
        ("processor", text(&environment.processor)),
        ("processors", environment.processors.map(|count| count.to_string())),
        ("memory", environment.memory_bytes.map(units::bytes)),
        ("virtualised", environment.virtualised.map(|is| if is { "yes" } else { "no" }.to_owned())),
        ("frequency governor", text(&environment.governor)),
        ("load at the start", environment.load_1m.map(|load| format!("{load:.2}"))),
        ("memory limit", environment.cgroup_memory_bytes.map(units::bytes)),
        ("processor limit", environment.cgroup_processors.map(|count| format!("{count:.2}"))),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value));
    let row = |(name, value): (String, Option<String>)| {
        let value = value.filter(|value| !value.is_empty());
        vec![name, value.unwrap_or_else(|| "not known".to_owned())]
    };
    let rows: Vec<_> = facts.into_iter().chain(contestants(run)).map(row).collect();
    let heads = ["what", "value"].map(str::to_owned);
    format!("## Machine and program\n\n{}", tables::pipes(&heads, &rows))
}

/// Which program each contestant was, as far as it said so.
fn contestants(run: &Run) -> impl Iterator<Item = (String, Option<String>)> {
    run.catalogue.executors.iter().filter_map(|executor| {
        let contestant = executor.contestant.as_ref()?;
        let skipped = contestant.skipped.iter().map(|why| format!("did not take part: {why}"));
        let files = contestant.files.iter().map(|(file, digest)| format!("{file} {digest}"));
        let parts: Vec<_> = skipped.chain(contestant.version.clone()).chain(files).collect();
        Some((format!("contestant {}", executor.name), Some(parts.join("; "))))
    })
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let words = ["limit=64,256", "a b", "it's", "", "$(rm)"].map(quoted);
        assert_eq!(words, ["limit=64,256", "'a b'", "'it'\\''s'", "''", "'$(rm)'"]);
    }
}
