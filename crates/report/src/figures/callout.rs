//! The one thing to say of a row of lanes, found in its trace.

use super::layout::{Job, Layout};
use crate::units;

/// Words, and the stretch of time that they are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Callout {
    pub(super) text: String,
    pub(super) span_ns: Option<(u64, u64)>,
}

/// The part of all slots and all time that must be lost for the loss to be worth saying.
const TELLING: f64 = 0.05;

/// What is said of a row with a limit: outputs held for order, else free slots that wait, else
/// that none do; and how busy the slots are.
pub(super) fn limited(layout: &Layout, slots: usize, makespan_ns: u64, held: bool) -> Callout {
    let area = slots.max(1) as f64 * makespan_ns.max(1) as f64;
    let telling = |lost: u128| lost as f64 / area > TELLING;
    let stretches = stretches(&layout.jobs);
    let busy = units::percent(layout.busy(slots, makespan_ns));

    let held_area = stretches.iter().map(|stretch| stretch.area(stretch.held.len())).sum();
    if held
        && telling(held_area)
        && let Some(worst) = stretches.iter().max_by_key(|stretch| stretch.area(stretch.held.len()))
        && let Some(blocker) = worst.running.iter().min()
    {
        let held = finished_results(worst.held.len());
        let text = format!("{held} held behind job {blocker}; slots {busy} busy");
        return Callout { text, span_ns: Some((worst.from, worst.to)) };
    }

    let until = layout.last_start_ns;
    let free = |stretch: &Stretch| {
        let taken = stretch.running.len() + if held { stretch.held.len() } else { 0 };
        if stretch.to <= until { slots.saturating_sub(taken) } else { 0 }
    };
    let free_area = stretches.iter().map(|stretch| stretch.area(free(stretch))).sum();
    if telling(free_area)
        && let Some(worst) = stretches.iter().max_by_key(|stretch| stretch.area(free(stretch)))
    {
        let free = free_slots(free(worst), &worst.running);
        let text = format!("{free}; slots {busy} busy");
        return Callout { text, span_ns: Some((worst.from, worst.to)) };
    }
    Callout { text: format!("a free slot finds work at once; slots {busy} busy"), span_ns: None }
}

/// What is said of a row that has far more lanes than a limit would give.
pub(super) fn unlimited(layout: &Layout, peak: u64, live_peak_bytes: Option<u64>) -> Callout {
    let (total, peak) = (layout.total as u64, units::count(peak));
    let who = if peak == units::count(total) {
        format!("all {peak} in flight at once")
    } else {
        format!("{peak} of {} in flight at once", units::count(total))
    };
    let text = match live_peak_bytes {
        Some(bytes) => format!("{who}: {}", units::bytes(bytes)),
        None => who,
    };
    Callout { text, span_ns: None }
}

fn finished_results(count: usize) -> String {
    format!("{count} finished result{}", if count == 1 { "" } else { "s" })
}

fn free_slots(count: usize, running: &[u64]) -> String {
    let wait =
        if count == 1 { "1 free slot waits".into() } else { format!("{count} free slots wait") };
    match running {
        [] => format!("{wait}, although nothing runs"),
        [job] => format!("{wait} for job {job}"),
        jobs => format!("{wait} for {} jobs", jobs.len()),
    }
}

/// A stretch of time in which nothing begins or ends.
struct Stretch {
    from: u64,
    to: u64,
    /// The jobs in service.
    running: Vec<u64>,
    /// The jobs that are finished and not delivered.
    held: Vec<u64>,
}

impl Stretch {
    fn area(&self, slots: usize) -> u128 {
        u128::from(self.to - self.from) * slots as u128
    }
}

fn stretches(jobs: &[Job]) -> Vec<Stretch> {
    let mut moments: Vec<u64> =
        jobs.iter().flat_map(|job| [job.started_ns, job.finished_ns, job.delivered_ns]).collect();
    moments.push(0);
    moments.sort_unstable();
    moments.dedup();
    let mut waiting = jobs.iter().peekable();
    let mut open: Vec<Job> = Vec::new();
    let mut stretches = Vec::new();
    for pair in moments.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        while let Some(job) = waiting.next_if(|job| job.started_ns <= from) {
            open.push(*job);
        }
        open.retain(|job| job.delivered_ns > from);
        let (running, held): (Vec<Job>, Vec<Job>) =
            open.iter().partition(|job| job.finished_ns > from);
        let indices = |jobs: Vec<Job>| jobs.iter().map(|job| job.index).collect();
        stretches.push(Stretch { from, to, running: indices(running), held: indices(held) });
    }
    stretches
}

#[cfg(test)]
mod tests {
    use bp_record::Trace;

    use super::{super::layout::layout, *};

    /// Six jobs of 10, but job 1 of 40; two slots. What each rule does is worked out by hand.
    fn six(moments: [(u64, u64, u64); 6]) -> Trace {
        Trace {
            arrived_ns: vec![0; 6],
            admitted_ns: moments.iter().map(|m| Some(m.0)).collect(),
            started_ns: moments.iter().map(|m| Some(m.0)).collect(),
            finished_ns: moments.iter().map(|m| Some(m.1)).collect(),
            delivered_ns: moments.iter().map(|m| Some(m.2)).collect(),
            lost_ns: vec![None; moments.len()],
            order: (0..6).collect(),
        }
    }

    #[test]
    fn batches_leave_slots_free_behind_the_slowest() {
        let trace =
            six([(0, 10, 10), (0, 40, 40), (40, 50, 50), (40, 50, 50), (50, 60, 60), (50, 60, 60)]);
        let said = limited(&layout(&trace, 60, false), 2, 60, false);
        assert_eq!(said.text, "1 free slot waits for job 1; slots 75 % busy");
        assert_eq!(said.span_ns, Some((10, 40)));
    }

    #[test]
    fn refilling_keeps_the_slots_busy() {
        let trace =
            six([(0, 10, 10), (0, 40, 40), (10, 20, 20), (20, 30, 30), (30, 40, 40), (40, 50, 50)]);
        let said = limited(&layout(&trace, 50, false), 2, 50, false);
        assert_eq!(said.text, "a free slot finds work at once; slots 90 % busy");
        assert_eq!(said.span_ns, None);
    }

    #[test]
    fn order_holds_what_is_finished_behind_the_slowest() {
        let trace =
            six([(0, 10, 10), (0, 40, 40), (10, 20, 40), (40, 50, 50), (40, 50, 50), (50, 60, 60)]);
        let said = limited(&layout(&trace, 60, true), 2, 60, true);
        assert_eq!(said.text, "1 finished result held behind job 1; slots 75 % busy");
        assert_eq!(said.span_ns, Some((20, 40)));
    }

    #[test]
    fn without_a_limit_all_are_in_flight() {
        let trace =
            six([(0, 10, 10), (0, 40, 40), (0, 10, 10), (0, 10, 10), (0, 10, 10), (0, 10, 10)]);
        let layout = layout(&trace, 40, false);
        assert_eq!(
            unlimited(&layout, 6, Some(64_000_000)).text,
            "all 6 in flight at once: 64.0 MB"
        );
        assert_eq!(unlimited(&layout, 5, None).text, "5 of 6 in flight at once");
    }

    #[test]
    fn what_is_held_waits_for_the_earliest_of_those_that_run() {
        let trace =
            six([(0, 40, 40), (0, 45, 45), (0, 10, 45), (40, 50, 50), (45, 50, 50), (45, 50, 50)]);
        let said = limited(&layout(&trace, 50, true), 3, 50, true).text;
        assert!(said.starts_with("1 finished result held behind job 0;"), "{said}");
    }
}
