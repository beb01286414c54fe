use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::Mutex,
    sync::{
        PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bp_record::{Catalogue, Outcome, Pass, Sample};

use crate::{Error, Filters, Interrupts, Item, Launcher, Matrix, Plan, Suite};

/// The suite of the shortest check: every cell with a few short jobs, all executors, the
/// simulated ones too.
const TEXT: &str = include_str!("../suites/verify.toml");

/// The plan of `verify`: each cell once, in the pass that sees every moment.
///
/// Where the catalogue has none of the workloads that a matrix names, as in a bench of somebody's
/// own, that matrix is left out.
///
/// # Errors
/// As [`Plan::new`].
pub fn verification(
    seed: Option<u64>,
    flags: &Matrix,
    filters: &Filters,
    catalogue: &Catalogue,
) -> Result<Plan, Error> {
    let mut suite = Suite::parse(TEXT, "verify")?.overridden(flags);
    suite.seed = seed.unwrap_or(suite.seed);
    let known = |name: &String| catalogue.workload(name).is_some();
    suite
        .matrices
        .retain(|matrix| matrix.workloads.as_ref().is_none_or(|all| all.iter().any(known)));
    for matrix in &mut suite.matrices {
        let all = || catalogue.executors.iter().map(|entry| entry.name.clone()).collect();
        matrix.executors.get_or_insert_with(all);
        let all = || catalogue.strategies.iter().map(|entry| entry.name.clone()).collect();
        matrix.strategies.get_or_insert_with(all);
    }
    let mut plan = Plan::new(&suite, filters, catalogue)?;
    plan.items.retain(|item| item.pass == Pass::Trace);
    let order: HashMap<_, _> =
        plan.cells.iter().enumerate().map(|(index, cell)| (cell.id(), index)).collect();
    plan.items.sort_by_cached_key(|item| order.get(&item.cell.id()).copied());
    Ok(plan)
}

/// Runs each item once and hands back the samples in that order, those that did not keep
/// their promises included; all that were made if the user stops it.
///
/// Nothing is timed here, so as many children run at once as there are processors.
///
/// # Errors
/// If a child cannot be started.
pub fn verify(
    items: &[Item],
    launcher: &Launcher,
    stop: &Interrupts,
    ended: impl Fn(usize) + Sync,
) -> Result<Vec<Sample>, Error> {
    let run = |item: &Item| launcher.sample(item, stop);
    let mut samples = side_by_side(items, stop, run, ended)?;
    samples.retain(|sample| sample.outcome != Outcome::Interrupted);
    Ok(samples)
}

/// Does something with each item, as many at once as there are processors, and hands back what came
/// of it, in the order of the items; of those that were begun, if the user stops it. `ended` hears
/// how many are done.
///
/// # Errors
/// The first in that order; the others are not tried then.
pub fn side_by_side<I: Sync, T: Send, E: Send>(
    items: &[I],
    stop: &Interrupts,
    each: impl Fn(&I) -> Result<T, E> + Sync,
    ended: impl Fn(usize) + Sync,
) -> Result<Vec<T>, E> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        while let Some((index, item)) = take(items, &next)
            && !stop.asked()
        {
            let result = each(item);
            match &result {
                Ok(_) => ended(done.fetch_add(1, Ordering::Relaxed) + 1),
                // The others need not try what this machine cannot do.
                Err(_) => next.store(items.len(), Ordering::Relaxed),
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'items, I>(items: &'items [I], next: &AtomicUsize) -> Option<(usize, &'items I)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}
