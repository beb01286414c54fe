use bp_record::{OpenLoop, Trace};

/// Below this a strategy keeps up, whatever the number of jobs: the share of the offered rate by
/// which the backlog grows.
const LEAST_GROWTH: f64 = 0.01;

/// Fewer arrivals than this say nothing about a rate.
const LEAST_ARRIVALS: u64 = 8;

/// The jobs that were due, whether or not they were admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// How many there were.
    pub jobs: u64,
    /// When the job with the index `jobs / 4` was due.
    pub quarter_ns: u64,
    /// When the last one was.
    pub last_ns: u64,
}

impl Offered {
    /// From when each of the jobs was due; `None` if there were none.
    pub fn new(jobs: u64, due_ns: impl Fn(u64) -> u64) -> Option<Self> {
        let last = jobs.checked_sub(1)?;
        // In order, for a schedule may be a sum over all jobs before.
        let quarter_ns = due_ns(jobs / 4);
        Some(Self { jobs, quarter_ns, last_ns: due_ns(last) })
    }
}

/// What became of jobs that did not wait to be asked for. `None` where there are too few.
///
/// ```
/// use bp_analysis::{Offered, open_loop};
/// use bp_record::Trace;
///
/// // A job each 10 ns, and each is gone 25 ns later.
/// let due = |job| 10 * job;
/// let delivered_ns = (0..40).map(|job| Some(due(job) + 25)).collect();
/// let trace = Trace { arrived_ns: (0..40).map(due).collect(), delivered_ns, ..Trace::default() };
/// let found = open_loop(Offered::new(40, due).unwrap(), &trace).unwrap();
/// assert_eq!(found.offered_per_s, found.achieved_per_s);
/// assert_eq!((found.backlog_growth_per_s, found.backlog_end), (0.0, 3));
/// ```
pub fn open_loop(offered: Offered, trace: &Trace) -> Option<OpenLoop> {
    let Offered { jobs, quarter_ns: from, last_ns: until } = offered;
    let arrivals = jobs - jobs / 4 - 1;
    if arrivals < LEAST_ARRIVALS || until <= from {
        return None;
    }
    let until_then = |moments: &[Option<u64>], then: u64| {
        moments.iter().flatten().filter(|moment| **moment <= then).count() as u64
    };
    let [delivered, lost] = [&trace.delivered_ns, &trace.lost_ns]
        .map(|moments| (until_then(moments, from), until_then(moments, until)));
    let achieved = delivered.1 - delivered.0;
    let gone = achieved + (lost.1 - lost.0);
    let per_second = 1e9 / (until - from) as f64;
    Some(OpenLoop {
        arrivals,
        offered_per_s: arrivals as f64 * per_second,
        achieved_per_s: achieved as f64 * per_second,
        backlog_growth_per_s: (arrivals as f64 - gone as f64) * per_second,
        backlog_end: jobs.saturating_sub(delivered.1 + lost.1),
        never_admitted: jobs.saturating_sub(trace.arrived_ns.len() as u64),
    })
}

/// Whether the backlog stayed as it was: it grew by less than a hundredth of what was offered, or
/// by no more than chance makes of so few arrivals, `2/√arrivals` of them.
pub fn keeps_up(open_loop: &OpenLoop) -> bool {
    backlog_growth(open_loop) <= 0.0
}

/// By how many jobs a second the backlog grew; 0 where it grew or shrank by no more than chance makes
/// of it, as [`keeps_up`] takes it.
pub fn backlog_growth(open_loop: &OpenLoop) -> f64 {
    let noise = 2.0 / (open_loop.arrivals.max(1) as f64).sqrt();
    let least = open_loop.offered_per_s * noise.max(LEAST_GROWTH);
    let growth = open_loop.backlog_growth_per_s;
    if growth.abs() <= least { 0.0 } else { growth }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Jobs due each 10 ns, delivered one each `pace` tenths of that, the last `omitted` never.
    fn served(jobs: u64, pace: u64, omitted: u64) -> OpenLoop {
        let due = |job| 10 * job;
        let admitted = 0..jobs - omitted;
        let trace = Trace {
            arrived_ns: admitted.clone().map(due).collect(),
            delivered_ns: admitted.map(|job| Some(pace * job)).collect(),
            ..Trace::default()
        };
        open_loop(Offered::new(jobs, due).unwrap(), &trace).unwrap()
    }

    #[test]
    fn who_keeps_up_achieves_what_is_offered() {
        let kept = served(1_000, 10, 0);
        assert!(keeps_up(&kept));
        assert_eq!((kept.offered_per_s, kept.achieved_per_s), (1e8, 1e8));
        assert_eq!((kept.backlog_growth_per_s, kept.backlog_end), (0.0, 0));
    }

    #[test]
    fn who_is_slower_falls_behind_by_the_difference() {
        let behind = served(12_000, 12, 0);
        assert!(!keeps_up(&behind), "{behind:?}");
        assert_eq!(behind.backlog_end, 12_000 - 1 - 11_999 * 10 / 12);
        assert!((behind.achieved_per_s / 1e8 - 10.0 / 12.0).abs() < 1e-3, "{behind:?}");
        let sum = behind.achieved_per_s + behind.backlog_growth_per_s;
        assert!((sum / behind.offered_per_s - 1.0).abs() < 1e-12, "{behind:?}");
    }

    #[test]
    fn what_was_never_admitted_was_offered_all_the_same() {
        let cut = served(1_000, 20, 500);
        assert_eq!((cut.offered_per_s, cut.never_admitted), (1e8, 500));
        assert_eq!(cut.backlog_end, 500);
        assert!(!keeps_up(&cut));
    }

    #[test]
    fn lost_jobs_are_gone_but_not_achieved() {
        let moments = |odd: u64| (0..400).map(move |job| (job % 2 == odd).then_some(10 * job));
        let trace = Trace {
            delivered_ns: moments(0).collect(),
            lost_ns: moments(1).collect(),
            ..Trace::default()
        };
        let found = open_loop(Offered::new(400, |job| 10 * job).unwrap(), &trace).unwrap();
        assert_eq!(found.backlog_growth_per_s, 0.0);
        assert!((found.achieved_per_s / found.offered_per_s - 0.5).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn few_arrivals_say_nothing() {
        assert_eq!(Offered::new(0, |job| job), None);
        let found = |jobs, due: fn(u64) -> u64| {
            open_loop(Offered::new(jobs, due).unwrap(), &Trace::default())
        };
        assert_eq!(found(10, |job| job), None);
        assert_eq!(found(100, |_| 5), None, "all at once is no rate");
    }

    #[test]
    fn a_little_growth_may_be_chance_where_arrivals_are_few() {
        let growth = |arrivals| OpenLoop {
            arrivals,
            offered_per_s: 100.0,
            backlog_growth_per_s: 5.0,
            ..OpenLoop::default()
        };
        assert!(keeps_up(&growth(900)), "one in fifteen is chance");
        assert!(!keeps_up(&growth(2_500)), "one in twenty-five is not");
        assert_eq!(backlog_growth(&growth(900)), 0.0);
        assert_eq!(backlog_growth(&growth(2_500)), 5.0);
        let shrinks = |per_s: f64| OpenLoop { backlog_growth_per_s: -per_s, ..growth(900) };
        assert_eq!(backlog_growth(&shrinks(5.0)), 0.0, "and so is shrinking");
        assert_eq!(backlog_growth(&shrinks(50.0)), -50.0, "but not by so much");
        assert!(keeps_up(&shrinks(50.0)));
    }
}
