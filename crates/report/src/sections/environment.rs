//! The machine and the program, of a merged run its parts, and the files.

use bp_record::{Environment, Run};

use super::files;
use crate::{
    document::{Block, points},
    units,
};

pub(super) fn blocks<'a>(run: &Run) -> Vec<Block<'a>> {
    let mut blocks = parts(run);
    blocks.push(Block::Heading(3, "Machine and program".to_owned()));
    let heads = ["what", "value"].map(str::to_owned).to_vec();
    let mut rows = facts(&run.environment);
    rows.extend(contestants(run));
    blocks.push(Block::Table(heads, rows));
    blocks.extend(files::blocks());
    blocks
}

/// What the run was merged from, and whether that was like.
fn parts<'a>(run: &Run) -> Vec<Block<'a>> {
    let Some((first, _)) = run.shards.split_first() else { return Vec::new() };
    let shards = run.shards.iter().map(|shard| {
        let unlike = match &*first.environment.unlike(&shard.environment) {
            [] => String::new(),
            unlike => format!("; unlike the first: {}", unlike.join("; ")),
        };
        format!("{}, begun {}{unlike}.", shard.partition, shard.started)
    });
    let merged = format!("Merged from {}.", units::counted(run.shards.len(), "run"));
    vec![Block::Heading(3, "Parts".to_owned()), Block::Paragraph(merged.into()), points(shards)]
}

fn facts(environment: &Environment) -> Vec<Vec<String>> {
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
        ("allowed processors", text(&environment.affinity)),
        ("memory", environment.memory_bytes.map(units::bytes)),
        ("virtualised", environment.virtualised.map(|is| if is { "yes" } else { "no" }.to_owned())),
        ("frequency governor", text(&environment.governor)),
        ("load at the start", environment.load_1m.map(|load| format!("{load:.2}"))),
        ("memory limit", environment.cgroup_memory_bytes.map(units::bytes)),
        ("processor limit", environment.cgroup_processors.map(|count| format!("{count:.2}"))),
    ];
    let row = |(name, value): (&str, Option<String>)| {
        let value = value.filter(|value| !value.is_empty());
        vec![name.to_owned(), value.unwrap_or_else(|| "not known".to_owned())]
    };
    facts.map(row).to_vec()
}

/// Which program each contestant was, as far as it said so.
fn contestants(run: &Run) -> impl Iterator<Item = Vec<String>> {
    run.catalogue.executors.iter().filter_map(|executor| {
        let contestant = executor.contestant.as_ref()?;
        let skipped = contestant.skipped.iter().map(|why| format!("did not take part: {why}"));
        let files = contestant.files.iter().map(|(file, digest)| format!("{file} {digest}"));
        let parts: Vec<_> = skipped.chain(contestant.version.clone()).chain(files).collect();
        Some(vec![format!("contestant {}", executor.name), parts.join("; ")])
    })
}
