use std::iter;

use bp_record::{Measured, Quantiles, Series, Trace};

use crate::{quantiles::quantiles, steps::steps, thin};

/// What the moments of the jobs say: everything that the trace pass adds to a [`Measured`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// From the start to the first delivery.
    pub first_delivery_ns: Option<u64>,
    /// Arrival to start.
    pub wait: Option<Quantiles>,
    /// Start to finish.
    pub service: Option<Quantiles>,
    /// Finish to delivery.
    pub blocked: Option<Quantiles>,
    /// Arrival to delivery.
    pub sojourn: Option<Quantiles>,
    /// Σ of all service times.
    pub service_sum_ns: u64,
    /// Most jobs started and not finished at one instant.
    pub in_flight_peak: u64,
    /// The same, averaged over the makespan.
    pub in_flight_mean: f64,
    /// Most jobs admitted and not delivered at one instant.
    pub held_peak: u64,
    /// Deliveries that came after that of a later job.
    pub out_of_order: u64,
    /// Deliveries that came after that of a job which had finished later; `None` where the order
    /// of the deliveries was not kept.
    pub overtaken: Option<u64>,
    /// Jobs that started and never finished, for they panicked or were cancelled.
    pub lost: u64,
    /// Σ of the times from their start to their loss.
    pub lost_sum_ns: u64,
    /// What happened over time; `live_bytes` stays empty.
    pub series: Series,
}

impl Moments {
    /// Write all that is kept of a run into `measured`, but leave `live_bytes` and all else as it
    /// is. What was overtaken or lost is for a verdict, and not kept.
    pub fn apply(self, measured: &mut Measured) {
        measured.first_delivery_ns = self.first_delivery_ns;
        measured.wait = self.wait;
        measured.service = self.service;
        measured.blocked = self.blocked;
        measured.sojourn = self.sojourn;
        measured.service_sum_ns = Some(self.service_sum_ns);
        measured.in_flight_peak = Some(self.in_flight_peak);
        measured.in_flight_mean = Some(self.in_flight_mean);
        measured.held_peak = Some(self.held_peak);
        measured.out_of_order = Some(self.out_of_order);
        let live_bytes = std::mem::take(&mut measured.series.live_bytes);
        measured.series = Series { live_bytes, ..self.series };
    }
}

/// Derive all figures of a trace from the moments of its jobs.
///
/// A job that lacks a moment is left out of the times that need it. In flight is from start to
/// finish, held is from admission to delivery or to the end of the run. At one instant, ends go
/// before starts.
///
/// A job that was lost, because it panicked or was cancelled, is in flight and held until then.
pub fn read(trace: &Trace, makespan_ns: u64) -> Moments {
    let mut service = spans(&trace.started_ns, &trace.finished_ns);
    let mut sojourn = since_arrival(trace, &trace.delivered_ns);
    let service_sum_ns = service.iter().copied().fold(0, u64::saturating_add);

    let in_flight = steps(&in_flight(trace, makespan_ns));
    let held = steps(&held(trace, makespan_ns));
    let deliveries = deliveries(trace);
    let lost = lost(trace);

    Moments {
        first_delivery_ns: trace.delivered_ns.iter().flatten().min().copied(),
        wait: quantiles(&mut since_arrival(trace, &trace.started_ns)),
        service: quantiles(&mut service),
        blocked: quantiles(&mut spans(&trace.finished_ns, &trace.delivered_ns)),
        sojourn: quantiles(&mut sojourn),
        service_sum_ns,
        in_flight_peak: in_flight.peak,
        in_flight_mean: in_flight.area as f64 / makespan_ns.max(1) as f64,
        held_peak: held.peak,
        out_of_order: out_of_order(&trace.order),
        overtaken: Some(overtaken(trace)),
        lost: lost.len() as u64,
        lost_sum_ns: lost.into_iter().fold(0, u64::saturating_add),
        series: Series {
            in_flight: thin::series(&in_flight.points),
            held: thin::series(&held.points),
            delivered: thin::series(&counted(&deliveries)),
            order: thin::series(&deliveries),
            service: thin::spectrum(&mut service),
            sojourn: thin::spectrum(&mut sojourn),
            live_bytes: Vec::new(),
        },
    }
}

/// From one moment to a later one, for the jobs that have both.
fn spans(from: &[Option<u64>], to: &[Option<u64>]) -> Vec<u64> {
    from.iter().zip(to).filter_map(|(from, to)| Some((*to)?.saturating_sub((*from)?))).collect()
}

/// From the arrival to a moment, for the jobs that have it.
fn since_arrival(trace: &Trace, to: &[Option<u64>]) -> Vec<u64> {
    let both = trace.arrived_ns.iter().zip(to);
    both.filter_map(|(arrived, to)| Some((*to)?.saturating_sub(*arrived))).collect()
}

/// (started, finished or lost) of the jobs that started.
fn in_flight(trace: &Trace, makespan_ns: u64) -> Vec<(u64, u64)> {
    from_until(&trace.started_ns, &trace.finished_ns, trace, makespan_ns)
}

/// (admitted, delivered or lost) of the jobs that were admitted.
fn held(trace: &Trace, makespan_ns: u64) -> Vec<(u64, u64)> {
    from_until(&trace.admitted_ns, &trace.delivered_ns, trace, makespan_ns)
}

/// From one moment to another or to when the job was lost, or else to the end of the run.
fn from_until(
    from: &[Option<u64>],
    until: &[Option<u64>],
    trace: &Trace,
    makespan_ns: u64,
) -> Vec<(u64, u64)> {
    let lost = trace.lost_ns.iter().copied().chain(iter::repeat(None));
    let jobs = from.iter().zip(until).zip(lost);
    jobs.filter_map(|((from, until), lost)| Some(((*from)?, until.or(lost).unwrap_or(makespan_ns))))
        .collect()
}

/// From start to loss, of the jobs that never finished.
fn lost(trace: &Trace) -> Vec<u64> {
    let moments = trace.started_ns.iter().zip(&trace.finished_ns).zip(&trace.lost_ns);
    let span = |((started, finished), lost): ((&Option<u64>, &Option<u64>), &Option<u64>)| {
        finished.is_none().then_some((*lost)?.saturating_sub((*started)?))
    };
    moments.filter_map(span).collect()
}

/// (time, index) of each delivery, in order of time; `trace.order` decides at one instant.
fn deliveries(trace: &Trace) -> Vec<(u64, u64)> {
    let moment = |index: u64| trace.delivered_ns.get(usize::try_from(index).ok()?).copied()?;
    let mut deliveries: Vec<_> =
        trace.order.iter().filter_map(|&index| Some((moment(index)?, index))).collect();
    // On several threads the moment is noted before the place in the order is.
    deliveries.sort_by_key(|delivery| delivery.0);
    deliveries
}

/// (time, how many were delivered until then).
fn counted(deliveries: &[(u64, u64)]) -> Vec<(u64, u64)> {
    deliveries.iter().zip(1..).map(|(&(time, _), count)| (time, count)).collect()
}

/// How many come after a greater index.
fn out_of_order(order: &[u64]) -> u64 {
    let mut greatest = 0;
    let late = order.iter().filter(|&&index| {
        greatest = index.max(greatest);
        index < greatest
    });
    late.count() as u64
}

/// How many were delivered after a job that had finished later.
fn overtaken(trace: &Trace) -> u64 {
    let moment = |&index: &u64| *trace.finished_ns.get(usize::try_from(index).ok()?)?;
    let mut latest = 0;
    let late = trace.order.iter().filter_map(moment).filter(|&finished| {
        latest = finished.max(latest);
        finished < latest
    });
    late.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three jobs with a limit of two; the second starts late and overtakes nobody.
    fn trace() -> Trace {
        Trace {
            arrived_ns: vec![0, 0, 10],
            admitted_ns: vec![Some(1), Some(2), Some(20)],
            started_ns: vec![Some(5), Some(6), Some(26)],
            finished_ns: vec![Some(25), Some(26), Some(36)],
            delivered_ns: vec![Some(30), Some(27), Some(40)],
            lost_ns: vec![None; 3],
            order: vec![1, 0, 2],
        }
    }

    #[test]
    fn the_times_of_a_small_trace_are_those_computed_by_hand() {
        let moments = read(&trace(), 40);
        assert_eq!(moments.first_delivery_ns, Some(27));
        let extremes = |times: &Option<Quantiles>| {
            times.as_ref().map(|times| (times.count, times.min_ns, times.mean_ns, times.max_ns))
        };
        assert_eq!(extremes(&moments.wait), Some((3, 5, 9, 16)));
        assert_eq!(extremes(&moments.service), Some((3, 10, 16, 20)));
        assert_eq!(extremes(&moments.blocked), Some((3, 1, 3, 5)));
        assert_eq!(extremes(&moments.sojourn), Some((3, 27, 29, 30)));
        assert_eq!(moments.service_sum_ns, 50);
        assert_eq!((moments.in_flight_peak, moments.in_flight_mean), (2, 50.0 / 40.0));
        assert_eq!(moments.held_peak, 3);
        assert_eq!((moments.out_of_order, moments.overtaken), (1, Some(1)));
        assert_eq!((moments.lost, moments.lost_sum_ns), (0, 0));
        assert_eq!(moments.series.in_flight, [(5, 1), (6, 2), (25, 1), (26, 1), (36, 0)]);
        assert_eq!(moments.series.delivered, [(27, 1), (30, 2), (40, 3)]);
        assert_eq!(moments.series.order, [(27, 1), (30, 0), (40, 2)]);
    }

    #[test]
    fn a_job_without_a_moment_is_left_out_of_the_times_that_need_it() {
        let mut trace = trace();
        // The first panicked, the third never started.
        trace.finished_ns[0] = None;
        trace.delivered_ns[0] = None;
        trace.lost_ns[0] = Some(20);
        trace.started_ns[2] = None;
        trace.finished_ns[2] = None;
        trace.delivered_ns[2] = None;
        trace.order = vec![1];
        let moments = read(&trace, 50);
        let count = |times: &Option<Quantiles>| times.as_ref().map_or(0, |times| times.count);
        assert_eq!(count(&moments.wait), 2);
        assert_eq!(count(&moments.service), 1);
        assert_eq!(count(&moments.blocked), 1);
        assert_eq!(count(&moments.sojourn), 1);
        assert_eq!((moments.lost, moments.lost_sum_ns), (1, 15));
        assert_eq!(moments.series.in_flight, [(5, 1), (6, 2), (20, 1), (26, 0)]);
        assert_eq!(moments.series.held, [(1, 1), (2, 2), (20, 2), (27, 1), (50, 0)]);
    }

    #[test]
    fn jobs_that_panic_do_not_add_up_to_a_broken_limit() {
        // A limit of one: each job starts when the one before it is gone, and every second panics.
        let jobs = 0..100u64;
        let moments = |at: u64| jobs.clone().map(|job| Some(10 * job + at)).collect::<Vec<_>>();
        let unless_lost = |at: u64| {
            jobs.clone().map(|job| (job % 2 == 0).then_some(10 * job + at)).collect::<Vec<_>>()
        };
        let trace = Trace {
            arrived_ns: vec![0; 100],
            admitted_ns: moments(0),
            started_ns: moments(1),
            finished_ns: unless_lost(10),
            delivered_ns: unless_lost(10),
            lost_ns: jobs.clone().map(|job| (job % 2 == 1).then_some(10 * job + 10)).collect(),
            order: jobs.clone().step_by(2).collect(),
        };
        let moments = read(&trace, 1_000);
        assert_eq!((moments.in_flight_peak, moments.held_peak), (1, 1));
    }

    #[test]
    fn deliveries_are_drawn_in_order_of_time_whatever_their_place() {
        // Two threads: the second noted its moment first, but its place in the order last.
        let trace = Trace {
            delivered_ns: vec![Some(5), Some(4), Some(4)],
            order: vec![0, 2, 1],
            ..Trace::default()
        };
        let moments = read(&trace, 5);
        assert_eq!(moments.series.order, [(4, 2), (4, 1), (5, 0)]);
        assert_eq!(moments.series.delivered, [(4, 1), (4, 2), (5, 3)]);
    }

    #[test]
    fn deliveries_out_of_order_are_those_after_a_greater_index() {
        assert_eq!(out_of_order(&[0, 1, 2, 3]), 0);
        assert_eq!(out_of_order(&[3, 0, 1, 2]), 3);
        assert_eq!(out_of_order(&[1, 0, 3, 2, 4]), 2);
        assert_eq!(out_of_order(&[]), 0);
    }

    #[test]
    fn no_jobs_give_no_times() {
        let moments = read(&Trace::default(), 0);
        assert_eq!(moments, Moments { overtaken: Some(0), ..Moments::default() });
    }

    #[test]
    fn moments_leave_what_they_do_not_know_as_it_is() {
        let mut measured = Measured { makespan_ns: 40, ..Measured::default() };
        measured.series.live_bytes = vec![(0, 7)];
        read(&trace(), 40).apply(&mut measured);
        assert_eq!(measured.makespan_ns, 40);
        assert_eq!(measured.series.live_bytes, [(0, 7)]);
        assert_eq!(measured.in_flight_peak, Some(2));
        assert_eq!(measured.series.in_flight.len(), 5);
    }
}
