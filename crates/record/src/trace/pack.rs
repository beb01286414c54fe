//! From the moments of a run to the lists of a trace, and back.

use super::{Fault, MOST_TRACED, Provenance, TRACE_SCHEMA, TraceFile, TracedMemory, check};
use crate::{Measured, Run, Sample, StrategyEntry, Trace};

/// Moments of one job may be the wrong way round by so much: they were read on several processors,
/// whose clocks may disagree by some nanoseconds.
const GRAIN_NS: u64 = 1_000;

/// When what became of a job, in microseconds since the start of the run. Each moment is no earlier
/// than the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobMoments {
    /// Which job of the run it is, from 0.
    pub index: u64,
    /// It was taken from the source.
    pub admitted_us: u64,
    /// It was first polled.
    pub started_us: u64,
    /// It completed, or ceased to exist.
    pub finished_us: u64,
    /// Its output was handed to the consumer; the moment before, if there was none.
    pub delivered_us: u64,
    /// It panicked, or was shed in no time, and has no output.
    pub lost: bool,
}

impl TraceFile {
    /// The trace of a sample of `run`, with what the run says of it. O(jobs log jobs).
    pub(crate) fn new(run: &Run, sample: &Sample, trace: &Trace) -> Result<Self, Fault> {
        let cell = &sample.cell;
        let strategy = run.catalogue.strategy(&cell.strategy);
        let strategy = strategy.ok_or_else(|| {
            Fault::new("`strategy`", format!("{:?} is not in the catalogue", cell.strategy))
        })?;
        let executor = run.catalogue.executor(&cell.executor);
        let contestant = || executor?.contestant.as_ref()?.version.clone();
        let is = |what: fn(&crate::ExecutorEntry) -> bool| executor.is_some_and(what);
        let jobs = sample.measured.as_ref().map_or(0, |measured| measured.counts.admitted);
        let mut file = Self {
            schema: TRACE_SCHEMA.to_owned(),
            provenance: match is(|executor| executor.simulated) {
                true => Provenance::Simulated,
                false => Provenance::Recorded,
            },
            cell: cell.id(),
            strategy: cell.strategy.clone(),
            family: strategy.family,
            executor: cell.executor.clone(),
            executor_version: run.environment.version_of(&cell.executor).or_else(contestant),
            workers: match is(|executor| executor.single_threaded) {
                true => 1,
                false => cell.threads.get() as u64,
            },
            workload: cell.work.label(),
            limit: promised_limit(strategy, cell.limit.map(|limit| limit.get() as u64)),
            window: cell.window.map(|window| window.get() as u64),
            seed: cell.work.seed,
            round: sample.round,
            commit: run.environment.revision.clone(),
            compiler: run.environment.compiler.clone(),
            processor: run.environment.processor.clone(),
            time: run.started.clone(),
            jobs,
            every: traced_every(jobs),
            admitted: vec![],
            started: vec![],
            finished: vec![],
            delivered: vec![],
            lost: vec![],
            memory: None,
        };
        delivered_once(trace)?;
        file.pack(trace)?;
        check::check(&file)?;
        Ok(file)
    }

    /// Fill the lists. Each moment is rounded down, which keeps their order and puts no two jobs in
    /// flight together that were not.
    fn pack(&mut self, trace: &Trace) -> Result<(), Fault> {
        let mut before = 0;
        for (job, admitted) in admitted(trace)?.into_iter().enumerate() {
            let lost = trace.lost_ns.get(job).copied().flatten();
            let shed = lost.filter(|_| trace.started_ns.get(job) == Some(&None));
            let started = match shed {
                Some(moment) => moment.max(admitted), // it ceased to exist as it would have started
                None => after(admitted, job, ("started", &trace.started_ns))?,
            };
            let lost = lost.is_some();
            let ends = if lost { &trace.lost_ns } else { &trace.finished_ns };
            let finished = after(started, job, ("finished", ends))?;
            let delivered = match lost {
                true => finished,
                false => after(finished, job, ("delivered", &trace.delivered_ns))?,
            };
            self.admitted.push(micros(admitted) - before);
            self.started.push(micros(started) - micros(admitted));
            self.finished.push(micros(finished) - micros(started));
            self.delivered.push(micros(delivered) - micros(finished));
            self.lost.extend(lost.then_some(job as u64));
            before = micros(admitted);
        }
        Ok(())
    }

    /// The moments of the jobs that are here, in the order of their index. O(jobs).
    pub fn moments(&self) -> Vec<JobMoments> {
        let (mut admitted_us, mut lost) = (0, self.lost.iter().peekable());
        let gaps = self.admitted.iter().zip(&self.started).zip(&self.finished).zip(&self.delivered);
        let moments =
            gaps.enumerate().map(|(place, (((admitted, started), finished), delivered))| {
                // What was checked is far from the end of numbers.
                admitted_us = admitted.saturating_add(admitted_us);
                let started_us = started.saturating_add(admitted_us);
                let finished_us = finished.saturating_add(started_us);
                JobMoments {
                    index: self.every.saturating_mul(place as u64),
                    admitted_us,
                    started_us,
                    finished_us,
                    delivered_us: delivered.saturating_add(finished_us),
                    lost: lost.next_if_eq(&&(place as u64)).is_some(),
                }
            });
        moments.collect()
    }

    /// The same as it was measured, but for what is below a microsecond. When the jobs arrived is
    /// not known any more: no later than they were admitted.
    pub fn trace(&self) -> Trace {
        let moments = self.moments();
        let nanos = |moment: u64| moment.saturating_mul(1_000);
        let all = |moment: fn(&JobMoments) -> u64| -> Vec<Option<u64>> {
            moments.iter().map(|job| Some(nanos(moment(job)))).collect()
        };
        let only = |lost: bool, moment: fn(&JobMoments) -> u64| -> Vec<Option<u64>> {
            let moment = |job: &JobMoments| (job.lost == lost).then(|| nanos(moment(job)));
            moments.iter().map(moment).collect()
        };
        let mut order: Vec<_> = (0..moments.len()).filter(|&job| !moments[job].lost).collect();
        order.sort_by_key(|&job| moments[job].delivered_us);
        Trace {
            arrived_ns: moments.iter().map(|job| nanos(job.admitted_us)).collect(),
            admitted_ns: all(|job| job.admitted_us),
            started_ns: all(|job| job.started_us),
            finished_ns: only(false, |job| job.finished_us),
            delivered_ns: only(false, |job| job.delivered_us),
            lost_ns: only(true, |job| job.finished_us),
            order: order.into_iter().map(|job| job as u64).collect(),
        }
    }
}

impl Trace {
    /// The first job and each k-th after it, where k is the least with which at most
    /// [`MOST_TRACED`](crate::MOST_TRACED) jobs are left. O(jobs).
    #[must_use]
    pub fn thinned(self) -> Self {
        let every = traced_every(self.started_ns.len() as u64);
        if every == 1 {
            return self;
        }
        let kept = |list: Vec<Option<u64>>| list.into_iter().step_by(every as usize).collect();
        let order = self.order.into_iter().filter(|job| job % every == 0);
        Self {
            arrived_ns: self.arrived_ns.into_iter().step_by(every as usize).collect(),
            admitted_ns: kept(self.admitted_ns),
            started_ns: kept(self.started_ns),
            finished_ns: kept(self.finished_ns),
            delivered_ns: kept(self.delivered_ns),
            lost_ns: kept(self.lost_ns),
            order: order.map(|job| job / every).collect(),
        }
    }
}

impl TracedMemory {
    /// The live bytes over time of a memory pass; `None` if it has none.
    pub(crate) fn of(measured: &Measured) -> Option<Self> {
        let points = &measured.series.live_bytes;
        let times = points.iter().map(|(time, _)| micros(*time));
        let mut before = 0;
        let at_us: Vec<_> = times
            .map(|time| {
                let gap = time.saturating_sub(before);
                before = before.max(time);
                gap
            })
            .collect();
        let live_bytes = points.iter().map(|(_, bytes)| *bytes).collect();
        (!at_us.is_empty()).then_some(Self { at_us, live_bytes })
    }
}

/// Every how-manieth of so many jobs a trace keeps: 1 up to [`MOST_TRACED`], the least that leaves
/// no more than that beyond.
///
/// ```
/// assert_eq!([100_000, 100_001, 1_000_000].map(bp_record::traced_every), [1, 2, 10]);
/// ```
pub fn traced_every(jobs: u64) -> u64 {
    jobs.div_ceil(MOST_TRACED as u64).max(1)
}

fn micros(nanoseconds: u64) -> u64 {
    nanoseconds / 1_000
}

/// A strategy says what it promises in the words of the catalogue, of which the limit comes first.
fn promised_limit(strategy: &StrategyEntry, limit: Option<u64>) -> Option<u64> {
    match strategy.claims.split(", ").next()? {
        "limit 1" => Some(1),
        "limit" => limit,
        _ => None,
    }
}

/// When each job was taken from the source.
///
/// Jobs are taken one after the other, but where several threads take them, the moment of a later
/// one may have been noted first. Then it is the better one for both.
fn admitted(trace: &Trace) -> Result<Vec<u64>, Fault> {
    let missing = |job| Fault::new(format!("`admitted`, job {job}"), "it has no such moment");
    let moments = trace.admitted_ns.iter().enumerate();
    let moments = moments.map(|(job, moment)| moment.ok_or_else(|| missing(job)));
    let mut moments = moments.collect::<Result<Vec<_>, _>>()?;
    let mut after = u64::MAX;
    for moment in moments.iter_mut().rev() {
        after = after.min(*moment);
        *moment = after;
    }
    Ok(moments)
}

/// The moment of a job in the list of that name; it must not be before `earlier`.
fn after(earlier: u64, job: usize, (name, list): (&str, &[Option<u64>])) -> Result<u64, Fault> {
    let place = || format!("`{name}`, job {job}");
    let moment = list.get(job).copied().flatten();
    let moment = moment.ok_or_else(|| Fault::new(place(), "it has no such moment"))?;
    match earlier.saturating_sub(moment) {
        0 => Ok(moment),
        1..=GRAIN_NS => Ok(earlier),
        gap => {
            let reason = format!("it is {gap} ns before the moment that it follows");
            Err(Fault::new(place(), reason))
        }
    }
}

/// The order of the deliveries has each job once.
fn delivered_once(trace: &Trace) -> Result<(), Fault> {
    let mut seen = vec![false; trace.delivered_ns.len()];
    for &job in &trace.order {
        let place = usize::try_from(job).ok().and_then(|job| seen.get_mut(job));
        let place = place.ok_or_else(|| Fault::new("`order`", format!("there is no job {job}")))?;
        if std::mem::replace(place, true) {
            return Err(Fault::new("`order`", format!("job {job} was delivered twice")));
        }
    }
    Ok(())
}
