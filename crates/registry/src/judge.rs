//! Whether a run kept the promises of its strategy and of the contract.

use bp_core::{Claims, Order};
use bp_record::{Cell, Extent, Measured, Trace};

use crate::measure::Finished;

/// The first promise that was broken, in a line for people; `None` if all were kept as far as this
/// pass can see.
pub(crate) fn verdict(
    cell: &Cell,
    claims: &Claims,
    finished: &Finished,
    single_threaded: bool,
) -> Option<String> {
    let measured = &finished.measured;
    counts(cell, measured, finished.checksum)
        .or_else(|| limit(claims, measured))
        .or_else(|| window(claims, measured))
        .or_else(|| order(claims, measured, single_threaded))
}

/// Every job ends exactly once, and every output is delivered exactly once.
fn counts(cell: &Cell, measured: &Measured, checksum: u64) -> Option<String> {
    let counts = &measured.counts;
    let ended = counts.succeeded + counts.failed + counts.panicked + counts.cancelled;
    if let Extent::Jobs(jobs) = cell.work.extent
        && counts.admitted != jobs
    {
        return Some(format!("admitted {} of {jobs} jobs", counts.admitted));
    }
    if ended != counts.admitted || counts.cancelled > 0 {
        return Some(format!(
            "of {} admitted jobs {ended} ended, {} of them cancelled",
            counts.admitted, counts.cancelled
        ));
    }
    let finished = counts.succeeded + counts.failed;
    if counts.delivered != finished {
        return Some(format!("delivered {} of {finished} outputs", counts.delivered));
    }
    if counts.checksum != checksum {
        return Some(format!(
            "the checksum of the delivered outputs is {:016x} and should be {checksum:016x}",
            counts.checksum
        ));
    }
    None
}

fn limit(claims: &Claims, measured: &Measured) -> Option<String> {
    let (limit, peak) = (claims.limit?.get() as u64, measured.in_flight_peak?);
    (peak > limit).then(|| format!("promised at most {limit} in flight and had {peak}"))
}

/// One job more may be in hand, taken from the source before its place is free.
fn window(claims: &Claims, measured: &Measured) -> Option<String> {
    let (window, peak) = (claims.window?.get() as u64, measured.held_peak?);
    (peak > window.saturating_add(1))
        .then(|| format!("promised to hold at most {window} jobs and held {peak}"))
}

/// Where jobs run on several threads, two that end at once may be seen in either order.
fn order(claims: &Claims, measured: &Measured, single_threaded: bool) -> Option<String> {
    match claims.order {
        Order::Any => None,
        Order::Input => {
            let late = measured.out_of_order.filter(|&late| late > 0)?;
            Some(format!("promised the order of the source, and {late} outputs came late"))
        }
        Order::Completion => {
            let late = overtaken(measured.trace.as_ref()?);
            (late > 0 && single_threaded)
                .then(|| format!("promised the order of completion, and {late} outputs came late"))
        }
    }
}

/// How many outputs were delivered after that of a job which had finished later.
fn overtaken(trace: &Trace) -> usize {
    let finished = trace.order.iter().filter_map(|&job| trace.finished_ns[job as usize]);
    let mut latest = 0;
    let mut overtaken = 0;
    for moment in finished {
        overtaken += usize::from(moment < latest);
        latest = latest.max(moment);
    }
    overtaken
}
