use std::path::Path;

use anyhow::Result;
use bp_analysis::{Comparison, Gate, Verdict, compare_stored};
use bp_harness::open_gate;
use bp_record::{Catalogue, ContestantEntry, ExecutorEntry, Recorded, Sample, Store};
use bp_report::Sides;

use crate::{
    arguments::{Compare, Format},
    exit::Status,
    output,
    verbs::against,
};

/// Says what became worse: of two stored runs, or of two builds that run in turns.
pub(crate) fn compare(arguments: &Compare) -> Result<Status> {
    if !arguments.select.contestants.is_empty() {
        let reason = "--contestant has no part in a comparison: both builds would run the very \
                      same program; `run --contestant` measures it, and `compare BASE NEW` \
                      compares what two runs have of it";
        return Err(bp_harness::Error::Contradiction(reason.to_owned()).into());
    }
    let gate = arguments.gate.as_deref().map_or_else(|| Ok(Gate::default()), open_gate)?;
    match (&arguments.against, &*arguments.runs) {
        (Some(binary), _) => against::against(arguments, binary, &gate),
        (None, [base, new]) => stored(arguments, base, new, &gate),
        (None, _) => unreachable!("clap asks for two runs or for --against"),
    }
}

fn stored(arguments: &Compare, base: &Path, new: &Path, gate: &Gate) -> Result<Status> {
    let (base_run, new_run) = (Store::read(base)?, Store::read(new)?);
    let comparison =
        compare_stored(&chosen(&base_run, arguments), &chosen(&new_run, arguments), gate);
    if comparison.cells == 0 {
        let (base, new) = (base.display(), new.display());
        return Err(bp_harness::Error::Nothing(format!(
            "{base} and {new} have no cell in common: run the same suite, of the same size"
        ))
        .into());
    }
    let sides = Sides {
        base: &base.display().to_string(),
        new: &new.display().to_string(),
        base_environment: Some(&base_run.run.environment),
        new_environment: Some(&new_run.run.environment),
    };
    let mut differences =
        bp_report::differences(&base_run.run.environment, &new_run.run.environment);
    differences.extend(other_contestants(&base_run.run.catalogue, &new_run.run.catalogue));
    if !differences.is_empty() {
        tell!("warning: the runs differ in more than the code:\n  {}", differences.join("\n  "));
    }
    print(&comparison, gate, &sides, arguments.format)?;
    Ok(status(&comparison, arguments.strict))
}

/// Of which contestants the two runs had different versions.
fn other_contestants(base: &Catalogue, new: &Catalogue) -> Vec<String> {
    let other = |entry: &ExecutorEntry| {
        let before = entry.contestant.as_ref()?;
        let now = new.executor(&entry.name)?.contestant.as_ref()?;
        let version = |of: &ContestantEntry| of.version.as_deref().unwrap_or("unknown").to_owned();
        let name = &entry.name;
        if before.version != now.version {
            return Some(format!("{name}: {} before, {} now", version(before), version(now)));
        }
        (before.files != now.files).then(|| format!("{name}: its files are others"))
    };
    base.executors.iter().filter_map(other).collect()
}

/// The samples of the cells that the filters leave.
fn chosen(run: &Recorded, arguments: &Compare) -> Vec<Sample> {
    let filters = arguments.select.filters();
    run.counted().into_iter().filter(|sample| filters.fit(&sample.cell)).collect()
}

pub(super) fn print(
    comparison: &Comparison,
    gate: &Gate,
    sides: &Sides<'_>,
    format: Format,
) -> Result<()> {
    let table = bp_report::comparison(comparison, gate, sides, format.into());
    output::print_as(format, &table)
}

pub(super) fn status(comparison: &Comparison, strict: bool) -> Status {
    match comparison.verdict() {
        Verdict::Worse => Status::Worse,
        _ if strict && comparison.count(Verdict::Inconclusive) > 0 => Status::Inconclusive,
        _ => Status::Done,
    }
}
