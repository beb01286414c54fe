//! What holds of every trace, whoever made it.

use super::{Fault, JobMoments, MOST_TRACED, TRACE_SCHEMA, TraceFile};
use crate::{Family, error::printable};

/// The greatest number that a page can hold exactly: 2⁵³ − 1.
const GREATEST: u64 = (1 << 53) - 1;

/// The first thing in a trace that cannot be. O(jobs log jobs).
pub(super) fn check(trace: &TraceFile) -> Result<(), Fault> {
    version(&trace.schema)?;
    lengths(trace)?;
    sizes(trace)?;
    lost(trace)?;
    memory(trace)?;
    let moments = trace.moments();
    limit(trace, &moments)?;
    match trace.family {
        Family::Ordered => order(&moments),
        Family::Barrier => batches(trace, &moments),
        Family::NoLimit | Family::Refill => Ok(()),
    }
}

/// Refuse a file of another format, or of another version of it.
pub(super) fn version(schema: &str) -> Result<(), Fault> {
    if schema == TRACE_SCHEMA {
        return Ok(());
    }
    let schema = printable(schema);
    Err(Fault::new("`schema`", format!("it is {schema:?}, and {TRACE_SCHEMA:?} is known")))
}

/// No job is missing, and none is there twice.
fn lengths(trace: &TraceFile) -> Result<(), Fault> {
    if trace.every == 0 {
        return Err(Fault::new("`every`", "it is 0, and must be 1 or more"));
    }
    if trace.jobs == 0 {
        return Err(Fault::new("`jobs`", "there is no job, so there is nothing to draw"));
    }
    let kept = trace.jobs.div_ceil(trace.every);
    let most = MOST_TRACED as u64;
    if kept > most {
        let every = trace.jobs.div_ceil(most);
        let reason = format!("{kept} jobs are too many, {most} is the most: keep one in {every}");
        return Err(Fault::new("`jobs`", reason));
    }
    for (name, list) in columns(trace) {
        let found = list.len() as u64;
        if found != kept {
            let what = if found < kept { "a job is missing" } else { "a job is there twice" };
            let reason = format!("it has {found} entries for {kept} jobs: {what}");
            return Err(Fault::new(format!("`{name}`"), reason));
        }
    }
    Ok(())
}

fn columns(trace: &TraceFile) -> [(&'static str, &[u64]); 4] {
    [
        ("admitted", &trace.admitted),
        ("started", &trace.started),
        ("finished", &trace.finished),
        ("delivered", &trace.delivered),
    ]
}

/// No moment is so late that adding up would not give it exactly.
fn sizes(trace: &TraceFile) -> Result<(), Fault> {
    let mut admitted = 0_u64;
    for job in 0..trace.admitted.len() {
        let mut moment = admitted;
        for (name, list) in columns(trace) {
            let later = moment.checked_add(list[job]).filter(|later| *later <= GREATEST);
            moment = later.ok_or_else(|| {
                let reason =
                    format!("the moment is beyond {GREATEST} µs, which is no time of a run");
                Fault::new(format!("`{name}`, job {job}"), reason)
            })?;
        }
        admitted += trace.admitted[job];
    }
    Ok(())
}

fn lost(trace: &TraceFile) -> Result<(), Fault> {
    let bad = |reason: String| Err(Fault::new("`lost`", reason));
    if let Some(pair) = trace.lost.windows(2).find(|pair| pair[1] <= pair[0]) {
        return bad(format!("{} follows {}: each job once, in ascending order", pair[1], pair[0]));
    }
    for &job in &trace.lost {
        match trace.delivered.get(usize::try_from(job).unwrap_or(usize::MAX)) {
            None => return bad(format!("there is no job {job}")),
            Some(0) => {}
            Some(_) => return bad(format!("job {job} was lost, and was delivered later")),
        }
    }
    Ok(())
}

fn memory(trace: &TraceFile) -> Result<(), Fault> {
    let Some(memory) = &trace.memory else { return Ok(()) };
    let (times, bytes) = (memory.at_us.len(), memory.live_bytes.len());
    if times != bytes {
        let reason = format!("{times} times in `at_us`, and {bytes} weights in `live_bytes`");
        return Err(Fault::new("`memory`", reason));
    }
    let mut time = 0_u64;
    for (index, (&later, &bytes)) in memory.at_us.iter().zip(&memory.live_bytes).enumerate() {
        time = time.saturating_add(later);
        if time > GREATEST || bytes > GREATEST {
            let reason = format!("{bytes} bytes at {time} µs are beyond {GREATEST}");
            return Err(Fault::new(format!("`memory`, sample {index}"), reason));
        }
    }
    Ok(())
}

/// Never more in flight than promised. At one instant, ends go before starts.
fn limit(trace: &TraceFile, moments: &[JobMoments]) -> Result<(), Fault> {
    let Some(limit) = trace.limit else { return Ok(()) };
    // A job that took less than a microsecond has ended when it starts.
    let took_time = || moments.iter().filter(|job| job.finished_us > job.started_us);
    let mut ends: Vec<_> = took_time().map(|job| job.finished_us).collect();
    ends.sort_unstable();
    let mut starts: Vec<_> = took_time().map(|job| (job.started_us, job.index)).collect();
    starts.sort_unstable();
    let mut ended = 0;
    for (before, (moment, index)) in starts.into_iter().enumerate() {
        while ends[ended] <= moment {
            ended += 1; // this one ends later, so there is another end
        }
        let in_flight = (before + 1 - ended) as u64;
        if in_flight > limit {
            let reason =
                format!("{in_flight} jobs are in flight at {moment} µs, and the limit is {limit}");
            return Err(Fault::new(format!("`started`, job {index}"), reason));
        }
    }
    Ok(())
}

/// What is ordered leaves in the order in which it came.
fn order(moments: &[JobMoments]) -> Result<(), Fault> {
    let mut before: Option<&JobMoments> = None;
    for job in moments.iter().filter(|job| !job.lost) {
        if let Some(before) = before.filter(|before| job.delivered_us < before.delivered_us) {
            let (index, earlier) = (job.index, before.index);
            let reason = format!("it was delivered before job {earlier}, and the order is kept");
            return Err(Fault::new(format!("`delivered`, job {index}"), reason));
        }
        before = Some(job);
    }
    Ok(())
}

/// A batch ends before the next one starts.
fn batches(trace: &TraceFile, moments: &[JobMoments]) -> Result<(), Fault> {
    let Some(limit) = trace.limit.filter(|limit| *limit > 0) else { return Ok(()) };
    let mut over = 0;
    for batch in moments.chunk_by(|a, b| a.index / limit == b.index / limit) {
        if let Some(early) = batch.iter().find(|job| job.started_us < over) {
            let reason = format!(
                "it started at {} µs, and the batch before ended at {over}",
                early.started_us
            );
            return Err(Fault::new(format!("`started`, job {}", early.index), reason));
        }
        over = batch.iter().map(|job| job.finished_us).max().unwrap_or(over);
    }
    Ok(())
}
