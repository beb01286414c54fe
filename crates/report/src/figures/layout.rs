//! The moments of a trace as rectangles: which job holds which slot, and when.

use bp_record::Trace;

use crate::slots::slots;

/// A job that started, in the place where it ran. Times count from the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) index: u64,
    pub(super) started_ns: u64,
    /// Where a job never finished: when it was lost, or else when the run ended.
    pub(super) finished_ns: u64,
    /// When its output was handed on; not before it finished.
    pub(super) delivered_ns: u64,
    /// The slot, counted from the top.
    pub(super) lane: usize,
}

/// All jobs that started, in the order of their start, each in a lane.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) jobs: Vec<Job>,
    /// How many lanes they need.
    pub(super) lanes: usize,
    /// How many jobs there were, started or not.
    pub(super) total: usize,
    /// When the last job started: until then, a free slot had work to take.
    pub(super) last_start_ns: u64,
}

/// Put each job into the first free lane.
///
/// If `held`, a slot is taken until the output is delivered, as it is where an ordered strategy
/// has as many outputs open as jobs in flight; else until the job finishes.
pub(super) fn layout(trace: &Trace, makespan_ns: u64, held: bool) -> Layout {
    let moment = |moments: &[Option<u64>], index: usize| moments.get(index).copied().flatten();
    let mut jobs: Vec<Job> = (0..trace.started_ns.len())
        .filter_map(|index| {
            let started_ns = moment(&trace.started_ns, index)?;
            let delivered = moment(&trace.delivered_ns, index);
            let finished = moment(&trace.finished_ns, index);
            let ended = finished.or_else(|| moment(&trace.lost_ns, index)).or(delivered);
            let finished = ended.unwrap_or(makespan_ns);
            let finished_ns = finished.max(started_ns);
            let delivered_ns = delivered.unwrap_or(finished_ns).max(finished_ns);
            let index = index as u64;
            Some(Job { index, started_ns, finished_ns, delivered_ns, lane: 0 })
        })
        .collect();
    jobs.sort_by_key(|job| (job.started_ns, job.index));

    let places = slots(jobs.iter().map(|job| (job.started_ns, job.end_of_slot(held))));
    let lanes = places.iter().max().map_or(0, |last| last + 1);
    jobs.iter_mut().zip(places).for_each(|(job, lane)| job.lane = lane);
    let last_start_ns = jobs.last().map_or(0, |job| job.started_ns);
    Layout { jobs, lanes, total: trace.started_ns.len(), last_start_ns }
}

impl Job {
    /// When its slot is free again; see [`layout`].
    pub(super) fn end_of_slot(&self, held: bool) -> u64 {
        if held { self.delivered_ns } else { self.finished_ns }
    }

    fn service_ns(&self) -> u64 {
        self.finished_ns - self.started_ns
    }
}

impl Layout {
    /// The service time from which a job is called slow: four times the median.
    pub(super) fn slow_ns(&self) -> u64 {
        let mut services: Vec<u64> = self.jobs.iter().map(Job::service_ns).collect();
        bp_analysis::median(&mut services).map_or(u64::MAX, |median| median.saturating_mul(4))
    }

    /// True if a job is slow by [`Layout::slow_ns`].
    pub(super) fn is_slow(job: &Job, slow_ns: u64) -> bool {
        job.service_ns() > slow_ns
    }

    /// Where a slot was free while jobs waited: (lane, from, to), at least `least_ns` long.
    ///
    /// Lanes that no job ever used, of `slots` in all, are free from the start.
    pub(super) fn free(&self, slots: usize, held: bool, least_ns: u64) -> Vec<(usize, u64, u64)> {
        let mut since = vec![0; slots.max(self.lanes)];
        let mut free = Vec::new();
        for job in &self.jobs {
            let from = std::mem::replace(&mut since[job.lane], job.end_of_slot(held));
            free.push((job.lane, from, job.started_ns));
        }
        free.extend(
            since.into_iter().enumerate().map(|(lane, from)| (lane, from, self.last_start_ns)),
        );
        free.retain(|&(_, from, to)| to > from && to - from >= least_ns);
        free
    }

    /// The part of all slots, over the whole run, in which a job was in service.
    pub(super) fn busy(&self, slots: usize, makespan_ns: u64) -> f64 {
        let services: u128 = self.jobs.iter().map(|job| u128::from(job.service_ns())).sum();
        services as f64 / (slots.max(1) as f64 * makespan_ns.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(moments: &[(u64, u64, u64)]) -> Trace {
        Trace {
            arrived_ns: vec![0; moments.len()],
            admitted_ns: moments.iter().map(|m| Some(m.0)).collect(),
            started_ns: moments.iter().map(|m| Some(m.0)).collect(),
            finished_ns: moments.iter().map(|m| Some(m.1)).collect(),
            delivered_ns: moments.iter().map(|m| Some(m.2)).collect(),
            lost_ns: vec![None; moments.len()],
            order: (0..moments.len() as u64).collect(),
        }
    }

    #[test]
    fn a_slot_that_is_free_at_an_instant_is_taken_at_that_instant() {
        let layout =
            layout(&trace(&[(0, 10, 10), (0, 30, 30), (10, 20, 20), (20, 40, 40)]), 40, false);
        assert_eq!(layout.jobs.iter().map(|job| job.lane).collect::<Vec<_>>(), [0, 1, 0, 0]);
        assert_eq!((layout.lanes, layout.last_start_ns), (2, 20));
        assert_eq!(layout.busy(2, 40), 70.0 / 80.0);
    }

    #[test]
    fn a_held_output_keeps_its_slot_only_if_asked() {
        let moments = [(0, 30, 30), (0, 10, 30), (10, 20, 30)];
        assert_eq!(layout(&trace(&moments), 30, false).lanes, 2);
        assert_eq!(layout(&trace(&moments), 30, true).lanes, 3);
    }

    #[test]
    fn a_slot_is_free_while_jobs_wait_and_not_after_the_last_start() {
        // Two batches of two: slot 1 waits for slot 0.
        let layout =
            layout(&trace(&[(0, 50, 50), (0, 10, 10), (50, 60, 60), (50, 90, 90)]), 90, false);
        assert_eq!(layout.free(2, false, 1), [(1, 10, 50)]);
        assert_eq!(layout.free(3, false, 1), [(1, 10, 50), (2, 0, 50)]);
        assert_eq!(layout.free(2, false, 41), []);
    }

    #[test]
    fn a_job_that_never_ended_lasts_until_the_run_does() {
        let mut trace = trace(&[(0, 10, 10), (5, 0, 0)]);
        trace.finished_ns[1] = None;
        trace.delivered_ns[1] = None;
        trace.started_ns.push(None);
        let drawn = layout(&trace, 100, false);
        assert_eq!(drawn.jobs[1].finished_ns, 100);
        assert_eq!((drawn.jobs.len(), drawn.total), (2, 3));

        trace.lost_ns[1] = Some(30);
        assert_eq!(layout(&trace, 100, false).jobs[1].finished_ns, 30, "it was lost then");
    }
}
