//! Traces as races: those that may share a chart, in the order in which the page offers them.

use bp_record::{Catalogue, Family, Provenance, TraceFile};

use crate::facts::REPRESENTATIVES;

/// Traces of one workload, one number of jobs and one kind of clock.
#[derive(Debug)]
pub struct Race<'a> {
    /// The workload with its conditions.
    pub workload: &'a str,
    /// How many jobs each run had.
    pub jobs: u64,
    /// What kind of clock.
    pub provenance: Provenance,
    /// In the order of the catalogue: by executor, then by strategy.
    pub traces: Vec<&'a TraceFile>,
}

/// The races, the one that tells most first: the one in which batches take the most times as long
/// as slots that are refilled. Simulated time comes last, for it is no measurement.
pub fn races<'a>(catalogue: &Catalogue, traces: &'a [TraceFile]) -> Vec<Race<'a>> {
    let mut races: Vec<Race<'a>> = Vec::new();
    for trace in traces {
        let same = |race: &&mut Race| {
            race.workload == trace.workload
                && race.jobs == trace.jobs
                && race.provenance == trace.provenance
        };
        match races.iter_mut().find(same) {
            Some(race) => race.traces.push(trace),
            None => races.push(Race {
                workload: &trace.workload,
                jobs: trace.jobs,
                provenance: trace.provenance,
                traces: vec![trace],
            }),
        }
    }
    for race in &mut races {
        race.traces.sort_by_key(|trace| place(catalogue, trace));
    }
    races.sort_by(|a, b| {
        let simulated = |race: &Race| race.provenance == Provenance::Simulated;
        simulated(a).cmp(&simulated(b)).then_with(|| b.tells().total_cmp(&a.tells()))
    });
    races
}

impl<'a> Race<'a> {
    /// The executor that is shown first.
    pub(super) fn executor(&self) -> &'a str {
        self.traces.first().map_or("", |trace| &trace.executor)
    }

    /// The traces on that executor.
    pub(super) fn first(&self) -> impl Iterator<Item = &'a TraceFile> {
        self.traces.iter().copied().filter(|trace| trace.executor == self.executor())
    }

    /// One trace of each family on the executor that is shown first, the most telling.
    pub fn representatives(&self) -> Vec<&'a TraceFile> {
        let families = [Family::NoLimit, Family::Barrier, Family::Refill, Family::Ordered];
        let best = |family| {
            self.first().filter(|trace| trace.family == family).min_by_key(|trace| telling(trace))
        };
        families.into_iter().filter_map(best).collect()
    }

    fn tells(&self) -> f64 {
        let representatives = self.representatives();
        let end = |family| {
            let trace = representatives.iter().find(|trace| trace.family == family);
            trace.map_or(1.0, |trace| end_us(trace).max(1) as f64)
        };
        end(Family::Barrier) / end(Family::Refill)
    }
}

/// True of the strategies that figures show first.
pub(super) fn stands_for_its_family(trace: &TraceFile) -> bool {
    telling(trace) < REPRESENTATIVES.len()
}

/// How well a strategy stands for its family: less is better.
fn telling(trace: &TraceFile) -> usize {
    let place = REPRESENTATIVES.iter().position(|name| *name == trace.strategy);
    place.unwrap_or(REPRESENTATIVES.len())
}

/// When the last job of a trace ended, in microseconds.
pub(super) fn end_us(trace: &TraceFile) -> u64 {
    trace.moments().iter().map(|job| job.delivered_us).max().unwrap_or(0)
}

fn place<'a>(catalogue: &Catalogue, trace: &'a TraceFile) -> (usize, usize, &'a str) {
    let executors = &catalogue.executors;
    let executor = executors.iter().position(|entry| entry.name == trace.executor);
    let strategy = catalogue.strategies.iter().position(|entry| entry.name == trace.strategy);
    (executor.unwrap_or(usize::MAX), strategy.unwrap_or(usize::MAX), &trace.cell)
}
