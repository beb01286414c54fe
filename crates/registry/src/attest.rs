//! Whether a run by a program of somebody else can be believed.
//!
//! Such a program tells counts, a makespan and perhaps the moments of its jobs. Everything else
//! follows from these here, by the rules by which our own runs are judged; and since it cannot be
//! made to run our jobs, it is held to what they are known to need.

use std::time::Duration;

use bp_core::Claims;
use bp_record::{Cell, Extent, Measured, Trace, Work};
use bp_workloads::Schedule;

use crate::{
    derive::{Witnessed, derive},
    execute::claims,
    judge,
    measure::{Failure, Finished},
    workloads,
};

/// Jobs of an endless run beyond this would take too long to be checked.
const MOST_ADMITTED: u64 = 1 << 30;

/// The service times that the jobs of `work` are to have, by index, in nanoseconds; `None` if its
/// jobs do not sleep or nobody knows how many there are. O(jobs).
pub fn service_times(work: &Work) -> Option<Vec<u64>> {
    let law = workloads::row(&work.name)?.law()?;
    let Extent::Jobs(jobs) = work.extent else { return None };
    let mean = Duration::from_nanos(work.service_ns);
    let time = |index| law.service(work.seed, index, mean).as_nanos() as u64; // it was rounded to it
    Some((0..jobs).map(time).collect())
}

/// Derives from `told`, a run of `cell` in another program that took `lifetime` in all, everything
/// that follows from its moments, and verifies that it kept the promises of its strategy.
///
/// Of `told.trace` the arrivals are not looked at: they follow from the cell. O(jobs log jobs).
///
/// # Errors
/// [`Failure::Wrong`] with the promise that was broken; [`Failure::Invalid`] if there is no such
/// strategy or workload.
pub fn attest(
    cell: &Cell,
    told: Measured,
    lifetime: Duration,
    single_threaded: bool,
) -> Result<Measured, Failure> {
    let unknown = || Failure::Invalid(format!("{} is not in the registry", cell.id()));
    let claims = claims(cell).ok_or_else(unknown)?;
    workloads::row(&cell.work.name).ok_or_else(unknown)?;
    let broken = |message, measured| Err(Failure::Wrong(message, Box::new(measured)));
    let needed = service_times(&cell.work);
    let quick = || too_quick(needed.clone()?, &claims, &told);
    if let Some(message) = implausible(cell, &told, lifetime).or_else(quick) {
        return broken(message, told);
    }
    let (mut measured, mut witnessed) = (told, Witnessed::default());
    if let Some(mut trace) = measured.trace.take() {
        trace.arrived_ns = (0..trace.started_ns.len() as u64).map(due(cell)).collect();
        if let Some(message) = impossible(&trace, &measured, needed.as_deref()) {
            return broken(message, measured);
        }
        witnessed = derive(cell, trace, due(cell), None, &mut measured);
    }
    let checksum = checksum(cell, measured.counts.admitted)?;
    let finished = Finished { measured, witnessed, checksum };
    match judge::verdict(cell, &claims, &finished, single_threaded) {
        None => Ok(finished.measured),
        Some(message) => broken(message, finished.measured),
    }
}

/// Counts and times that cannot be, whatever the strategy did. Sums of what is left do not
/// overflow, and what is counted through ends.
fn implausible(cell: &Cell, told: &Measured, lifetime: Duration) -> Option<String> {
    let counts = &told.counts;
    let most = match cell.work.extent {
        Extent::Jobs(jobs) => jobs,
        Extent::ForNs(_) => MOST_ADMITTED,
    };
    if counts.admitted > most {
        return Some(format!("says that it admitted {} of {most} jobs", counts.admitted));
    }
    let ends = [
        ("succeeded", counts.succeeded),
        ("failed", counts.failed),
        ("refused", counts.refused),
        ("panicked", counts.panicked),
        ("cancelled", counts.cancelled),
        ("shed", counts.shed),
        ("delivered", counts.delivered),
    ];
    if let Some((end, count)) = ends.into_iter().find(|(_, count)| *count > counts.admitted) {
        return Some(format!("says that of {} jobs {count} {end}", counts.admitted));
    }
    let (makespan, lifetime) = (told.makespan_ns, lifetime.as_nanos());
    if u128::from(makespan) > lifetime {
        return Some(format!("says that it took {makespan} ns, but the process lived {lifetime}"));
    }
    (makespan == 0).then(|| "says that it took no time".to_owned())
}

/// No rule ends before the longest job does, nor before the limit's slots have done all the work.
/// Jobs that panicked or were shed may have been the longest ones, and have done none of it.
fn too_quick(mut times: Vec<u64>, claims: &Claims, told: &Measured) -> Option<String> {
    times.sort_unstable();
    let idle = told.counts.panicked.saturating_add(told.counts.shed);
    times.truncate(times.len().saturating_sub(idle as usize));
    let sum: u128 = times.iter().copied().map(u128::from).sum();
    let slots = claims.limit.map_or(u128::MAX, |limit| limit.get() as u128);
    let least = (sum / slots).max(u128::from(times.last().copied().unwrap_or(0)));
    let makespan = told.makespan_ns;
    (u128::from(makespan) < least - least / EARLY).then(|| {
        format!("says that it took {makespan} ns, but the jobs' own service times need {least}")
    })
}

/// A timer may fire early by its granularity: one part in so many of the time asked for.
const EARLY: u128 = 100;

/// How much earlier than asked for a timer may fire on a clock that counts in fractions.
const GRAIN_NS: u64 = 1_000;

/// The first thing in a trace that cannot be.
fn impossible(trace: &Trace, told: &Measured, needed: Option<&[u64]>) -> Option<String> {
    let jobs = told.counts.admitted;
    let lists = [
        ("admitted_ns", trace.admitted_ns.len()),
        ("started_ns", trace.started_ns.len()),
        ("finished_ns", trace.finished_ns.len()),
        ("delivered_ns", trace.delivered_ns.len()),
        ("lost_ns", trace.lost_ns.len()),
    ];
    if let Some((list, length)) = lists.into_iter().find(|(_, length)| *length as u64 != jobs) {
        return Some(format!("admitted {jobs} jobs, and `{list}` has {length} moments"));
    }
    let all = 0..trace.started_ns.len();
    disorder(trace)
        .or_else(|| all.clone().find_map(|job| out_of_time(trace, job, told.makespan_ns)))
        .or_else(|| {
            let needed = needed?;
            all.clone().find_map(|job| too_short(trace, job, needed[job]))
        })
}

/// A moment of a job that comes before one that it follows, or after the end.
fn out_of_time(trace: &Trace, job: usize, makespan_ns: u64) -> Option<String> {
    let moments = [
        ("available", Some(trace.arrived_ns[job].saturating_sub(GRAIN_NS))),
        ("admitted", trace.admitted_ns[job]),
        ("started", trace.started_ns[job]),
        ("finished", trace.finished_ns[job]),
        ("delivered", trace.delivered_ns[job]),
    ];
    let known = || moments.iter().filter_map(|&(name, moment)| Some((name, moment?)));
    for ((before, earlier), (after, later)) in known().zip(known().skip(1)) {
        if later < earlier {
            let (after, before) = (format!("{after} at {later} ns"), format!("{before} only at"));
            return Some(format!("job {job} was {after} and {before} {earlier} ns"));
        }
    }
    let lost = trace.lost_ns[job].map(|moment| ("lost", moment));
    let (end, moment) = known().chain(lost).find(|(_, moment)| *moment > makespan_ns)?;
    Some(format!("job {job} was {end} at {moment} ns, after the end"))
}

/// A job that did not do its work.
fn too_short(trace: &Trace, job: usize, needed: u64) -> Option<String> {
    let taken = trace.finished_ns[job]?.saturating_sub(trace.started_ns[job]?);
    let least = u128::from(needed) - u128::from(needed) / EARLY;
    (u128::from(taken) < least).then(|| format!("job {job} took {taken} ns instead of {needed}"))
}

/// `order` names each job that has a moment of delivery, once.
fn disorder(trace: &Trace) -> Option<String> {
    let mut left: Vec<_> = trace.delivered_ns.iter().map(Option::is_some).collect();
    for &job in &trace.order {
        let place = usize::try_from(job).ok().and_then(|job| left.get_mut(job));
        match place {
            Some(left) if *left => *left = false,
            _ => return Some(format!("`order` has job {job}, which was not delivered then")),
        }
    }
    let job = left.iter().position(|left| *left)?;
    Some(format!("job {job} was delivered, and is not in `order`"))
}

/// When a job comes: the cell says it, not the program.
fn due(cell: &Cell) -> impl Fn(u64) -> u64 {
    let schedule = Schedule::new(cell.work.arrivals, cell.work.seed);
    move |job| schedule.arrival(job).as_nanos() as u64
}

/// What the admitted jobs were to yield, summed up.
fn checksum(cell: &Cell, admitted: u64) -> Result<u64, Failure> {
    let workload =
        workloads::make(&cell.work, None).map_err(|e| Failure::Invalid(e.to_string()))?;
    Ok(workload.tally().expected(admitted))
}
