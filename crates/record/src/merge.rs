//! One run from its parts, which may have been made on several machines.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::PathBuf,
};

use crate::{
    Fingerprint, Partition, Recorded, Role, RoundRecord, Run, Sample, Shard, StoreError,
    StoredTrace,
};

/// What a merge takes although it weakens what the result says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allow {
    /// Parts, cells and samples that are not there.
    pub missing: bool,
    /// Parts that were made on unlike machines, or by programs of unlike compilers.
    pub unlike: bool,
}

/// A run that was put together, and what must be said of it.
#[derive(Debug)]
pub struct Merged {
    /// The run, ready to be written.
    pub recorded: Recorded,
    /// What is missing and what is unlike, a sentence each.
    pub notes: Vec<String>,
    /// The files of its traces, which are to be written with it.
    pub traces: Vec<PathBuf>,
}

/// A run that is a part of one, with what makes it one.
struct Part<'a> {
    path: &'a PathBuf,
    recorded: &'a Recorded,
    fingerprint: &'a Fingerprint,
    partition: Partition,
}

/// Put the parts of a plan together, each given with its directory, in any order.
///
/// # Errors
/// [`StoreError::NotMergeable`] with the directory of the run that does not go with those before
/// it: it is no part of a plan, or of another plan, seed, version or partition; it has cells that
/// another part has, too; and, unless it is allowed, something is missing or unlike.
pub fn merge(shards: &[(PathBuf, Recorded)], allow: Allow) -> Result<Merged, StoreError> {
    let mut parts = shards.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    parts.sort_by_key(|part| part.partition.index);
    let first = parts.first().ok_or_else(|| StoreError::NotMergeable {
        path: PathBuf::new(),
        reason: "no part was named".to_owned(),
    })?;
    for part in &parts[1..] {
        same_plan(first, part)?;
    }
    disjoint(&parts)?;
    let mut notes = Vec::new();
    let (traces, untraced) = traces(&parts);
    for (allowed, flag, found) in [
        (allow.missing, "--allow-missing", missing(&parts)),
        (allow.missing, "--allow-missing", untraced),
        (allow.unlike, "--allow-unlike", unlike(&parts)),
    ] {
        match found.into_iter().next() {
            Some((path, reason)) if !allowed => {
                let reason = format!("{reason}; {flag} merges all the same");
                return Err(StoreError::NotMergeable { path, reason });
            }
            Some(found) => notes.push(found),
            None => {}
        }
    }
    let notes = notes.into_iter().map(|(path, reason)| format!("{}: {reason}", path.display()));
    Ok(Merged { notes: notes.collect(), recorded: together(&parts, &traces), traces })
}

fn part((path, recorded): &(PathBuf, Recorded)) -> Result<Part<'_>, StoreError> {
    let run = &recorded.run;
    let refuse = |reason: &str| refusal(path, reason.to_owned());
    let fingerprint = run.fingerprint.as_ref().ok_or_else(|| {
        refuse("it has no fingerprint of its plan: an older program made it, make it again")
    })?;
    let partition = run.partition.ok_or_else(|| {
        refuse("it is no part of a plan: only runs that were made with --partition are merged")
    })?;
    Ok(Part { path, recorded, fingerprint, partition })
}

/// What no flag allows: then the parts are not those of one run.
fn same_plan(first: &Part, part: &Part) -> Result<(), StoreError> {
    let (one, other) = (first.partition, part.partition);
    let there = first.path.display();
    let differences = first.fingerprint.differences(part.fingerprint);
    let versions =
        (&first.recorded.run.environment.version, &part.recorded.run.environment.version);
    let reason = if one.kind != other.kind || one.count != other.count {
        format!("it is {other}, but {there} is {one}: the plan was divided in two ways")
    } else if versions.0 != versions.1 {
        format!("version {:?} made it, but {there} was made by {:?}", versions.1, versions.0)
    } else if !differences.is_empty() {
        format!("its plan is not that of {there}: {}", differences.join("; "))
    } else if first.recorded.run.catalogue != part.recorded.run.catalogue {
        format!("it knows other strategies, executors or workloads than {there}")
    } else {
        return Ok(());
    };
    Err(refusal(part.path, reason))
}

/// No cell may be in two parts, and each must be one of the plan.
fn disjoint(parts: &[Part]) -> Result<(), StoreError> {
    let mut owner: HashMap<String, &Part> = HashMap::new();
    for part in parts {
        let planned: HashSet<_> = part.fingerprint.cells.iter().map(|(id, _)| &**id).collect();
        for id in cells(part) {
            if !planned.contains(&*id) {
                return Err(refusal(part.path, format!("it has {id}, which is not planned")));
            }
            if let Some(other) = owner.insert(id.clone(), part)
                && !std::ptr::eq(other, part)
            {
                let other = other.path.display();
                return Err(refusal(part.path, format!("it has {id}, and so has {other}")));
            }
        }
    }
    let same = parts.windows(2).find(|pair| pair[0].partition == pair[1].partition);
    same.map_or(Ok(()), |pair| {
        let (partition, other) = (pair[1].partition, pair[0].path.display());
        Err(refusal(pair[1].path, format!("it is {partition}, and so is {other}")))
    })
}

/// The cells that a part has samples of. The canary is everywhere.
fn cells(part: &Part) -> BTreeSet<String> {
    let samples = part.recorded.samples.iter().filter(|sample| sample.role != Role::Canary);
    samples.map(|sample| sample.cell.id()).collect()
}

/// The first thing that is missing: a part, or samples of one that is there.
fn missing(parts: &[Part]) -> Option<(PathBuf, String)> {
    let there: HashSet<_> = parts.iter().map(|part| part.partition.index).collect();
    let partition = parts.first()?.partition;
    let absent: Vec<_> = (1..=partition.count.get())
        .filter_map(std::num::NonZeroU32::new)
        .filter(|index| !there.contains(index))
        .map(|index| Partition { index, ..partition }.to_string())
        .collect();
    let mut found: Vec<_> = parts
        .iter()
        .filter(|part| !part.recorded.is_complete())
        .map(|part| {
            let (there, planned) = (part.recorded.planned_samples(), part.recorded.run.planned);
            let path = part.path.display();
            format!(
                "{path} was stopped, {there} of {planned} samples are there: go on with it by \
                 `backpressure run --resume {path}`"
            )
        })
        .collect();
    if absent.is_empty() && found.is_empty() {
        found.extend(nowhere(parts));
    }
    if !absent.is_empty() {
        found.insert(0, format!("{} is missing", absent.join(", ")));
    }
    (!found.is_empty()).then(|| (parts[0].path.clone(), found.join("; ")))
}

/// Cells of the plan that no part has, though each has all that it thought was its own: programs of
/// one version that divide the plan differently.
fn nowhere(parts: &[Part]) -> Option<String> {
    let there: BTreeSet<String> = parts.iter().flat_map(cells).collect();
    let planned = parts.iter().flat_map(|part| &part.fingerprint.cells).map(|(id, _)| &**id);
    let missing: BTreeSet<&str> = planned.filter(|id| !there.contains(*id)).collect();
    let first = missing.first()?;
    Some(match missing.len() {
        1 => format!("{first} is in no part"),
        count => format!("{count} cells are in no part, such as {first}"),
    })
}

/// All that is unlike, at the first part that differs from those before it.
fn unlike(parts: &[Part]) -> Option<(PathBuf, String)> {
    let (first, rest) = parts.split_first()?;
    let mut found = Vec::new();
    for part in rest {
        let environments = (&first.recorded.run.environment, &part.recorded.run.environment);
        let mut differences = environments.0.unlike(environments.1);
        if first.fingerprint.binary != part.fingerprint.binary {
            differences.push("the program's file differs".to_owned());
        }
        if !differences.is_empty() {
            found.push((part.path, differences.join("; ")));
        }
    }
    let (path, _) = found.first()?;
    let path = (*path).clone();
    let all = found.iter().map(|(path, what)| format!("{}: {what}", path.display()));
    let all = all.collect::<Vec<_>>().join("; ");
    let reason = format!("made under other conditions than {} ({all})", first.path.display());
    Some((path, reason))
}

/// The traces that stand for the cells of the parts, which are whole, and what is wrong with others.
fn traces(parts: &[Part]) -> (Vec<PathBuf>, Option<(PathBuf, String)>) {
    let (mut there, mut missing) = (Vec::new(), None);
    for part in parts {
        let samples = part.recorded.traced().into_iter();
        for stored in samples.filter_map(|sample| sample.measured?.trace_file) {
            match stored.verified(part.path) {
                Ok(path) => there.push(path),
                Err(error) => missing = Some((part.path.clone(), error.to_string())),
            }
        }
    }
    (there, missing)
}

/// The samples of a part, which name the traces that come with them and no others.
fn samples<'a>(part: &'a Part, traces: &'a [PathBuf]) -> impl Iterator<Item = Sample> + 'a {
    let comes = |stored: &StoredTrace| traces.iter().any(|path| path.ends_with(&stored.file));
    part.recorded.samples.iter().cloned().map(move |mut sample| {
        if let Some(measured) = &mut sample.measured {
            measured.trace_file = measured.trace_file.take().filter(comes);
        }
        sample
    })
}

fn together(parts: &[Part], traces: &[PathBuf]) -> Recorded {
    let first = &parts[0].recorded.run;
    let runs = || parts.iter().map(|part| &part.recorded.run);
    let environment = runs().map(|run| run.environment.clone()).reduce(|a, b| a.common(&b));
    let run = Run {
        arguments: without_partition(&first.arguments),
        planned: runs().map(|run| run.planned).sum(),
        started: runs().map(|run| run.started.clone()).min().unwrap_or_default(),
        environment: environment.unwrap_or_default(),
        partition: None,
        shards: parts
            .iter()
            .map(|part| Shard {
                partition: part.partition,
                started: part.recorded.run.started.clone(),
                environment: part.recorded.run.environment.clone(),
            })
            .collect(),
        ..first.clone()
    };
    Recorded {
        run,
        samples: parts.iter().flat_map(|part| samples(part, traces)).collect(),
        rounds: parts.iter().flat_map(rounds).collect(),
        torn: None,
        ended: missing(parts).is_none(),
    }
}

/// Each part had rounds of its own, on a machine of its own.
fn rounds<'a>(part: &'a Part) -> impl Iterator<Item = RoundRecord> + 'a {
    let part_index = Some(part.partition.index);
    let rounds = part.recorded.rounds.iter();
    rounds.map(move |round| RoundRecord { part: part_index, ..round.clone() })
}

/// The command line that would have made the whole run, on one machine.
fn without_partition(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--partition" {
            rest.next();
        } else if !argument.starts_with("--partition=") {
            kept.push(argument.clone());
        }
    }
    kept
}

fn refusal(path: &std::path::Path, reason: String) -> StoreError {
    StoreError::NotMergeable { path: path.to_owned(), reason }
}
