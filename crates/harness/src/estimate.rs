use std::time::Duration;

use bp_record::{Arrivals, Catalogue, Cell, Consumer, Extent, Family};

/// What a process costs beside its jobs: start, threads, warm-up, answer.
const PROCESS: Duration = Duration::from_millis(15);
/// The same for a program of somebody else, which may have to start an interpreter.
const FOREIGN_PROCESS: Duration = Duration::from_millis(150);
/// What one job costs a core, whatever it waits for.
const JOB_CPU: f64 = 3e-6;
/// What it costs there, by the first contestant, which is Python.
const FOREIGN_JOB_CPU: f64 = 15e-6;
/// By how much timers fire late, on average over the executors.
const TIMER_LATE: f64 = 0.4e-3;

/// How long a child process will take for one cell: an honest guess, within about a factor of
/// two, from the number of jobs, their service time and how many the strategy's rule overlaps.
pub(crate) fn expected(cell: &Cell, catalogue: &Catalogue) -> Duration {
    let executor = catalogue.executor(&cell.executor);
    let (process, job_cpu) = match executor.and_then(|entry| entry.contestant.as_ref()) {
        Some(_) => (FOREIGN_PROCESS, FOREIGN_JOB_CPU),
        None => (PROCESS, JOB_CPU),
    };
    if let Extent::ForNs(time) = cell.work.extent {
        return process + Duration::from_nanos(time);
    }
    let Extent::Jobs(jobs) = cell.work.extent else { unreachable!("the other extent returned") };
    let jobs = jobs as f64;
    let simulated = executor.is_some_and(|entry| entry.simulated);
    let cpu = jobs * job_cpu;
    if simulated {
        return process + Duration::from_secs_f64(cpu);
    }
    let timed = catalogue.workload(&cell.work.name).is_some_and(|entry| entry.timed);
    let service = if timed { cell.work.service_ns as f64 / 1e9 + TIMER_LATE } else { 0.0 };
    let rounds_of_service = jobs / overlap(cell, catalogue, jobs);
    let pauses = cell.pause_ns.map_or(0.0, |pause| jobs * (pause as f64 / 1e9 + TIMER_LATE));
    let arrivals = match cell.work.arrivals {
        Arrivals::Drain => 0.0,
        Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => {
            jobs / f64::from(per_second)
        }
    };
    let consumer = match cell.work.consumer {
        Consumer::Instant => 0.0,
        Consumer::Serial { time_ns } => jobs * time_ns as f64 / 1e9,
        Consumer::Parallel { time_ns } => rounds_of_service * time_ns as f64 / 1e9,
    };
    // Whichever is slowest holds the others up; the processor's part comes on top.
    let wait = (rounds_of_service * service).max(pauses).max(arrivals).max(consumer);
    process + Duration::from_secs_f64((wait + cpu).min(1e9))
}

/// How many jobs are in service at once.
fn overlap(cell: &Cell, catalogue: &Catalogue, jobs: f64) -> f64 {
    let family = catalogue.strategy(&cell.strategy).map(|entry| entry.family);
    let limit = cell.limit.map(|limit| limit.get() as f64);
    let slots = match (family, limit) {
        (Some(Family::NoLimit), None) => jobs,
        (_, None) => 1.0,
        // A barrier waits for the slowest of each batch.
        (Some(Family::Barrier), Some(limit)) => (limit / (1.0 + limit.ln())).max(1.0),
        (_, Some(limit)) => limit,
    };
    slots.min(jobs).max(1.0)
}
