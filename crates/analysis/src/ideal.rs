use std::num::NonZeroUsize;

use bp_record::{Consumer, Ideal, Trace};

use crate::replay::{Job, Rule, greedy, lower_bound};

/// What a trace does not say of its run.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Most jobs in flight, of a strategy that has a limit.
    pub limit: Option<NonZeroUsize>,
    /// By which rule the strategy starts jobs, or why that cannot be replayed.
    pub rule: Result<Rule, &'a str>,
    /// Who takes the outputs, and how long that was to last.
    pub consumer: Consumer,
    /// How long it lasted on average; `None` if nobody saw it, or it takes no time.
    pub consumer_mean_ns: Option<u64>,
    /// The service times that were asked for, by index, or why there are none.
    pub nominal_ns: Result<&'a [u64], &'a str>,
}

/// The ideals of a run; `None` if the trace is not complete: a job did not start or has no end, or
/// its output took nothing of the consumer's time as the others did.
///
/// A job that panicked was in service until then; those that were shed are left out. Takes O(N log N) time.
pub fn ideal(trace: &Trace, terms: &Terms) -> Option<Ideal> {
    let ran = ran(trace)?;
    let recorded = recorded(trace, &ran)?;
    let slow = terms.consumer != Consumer::Instant;
    if slow && ran.iter().any(|&index| trace.delivered_ns[index].is_none()) {
        return None;
    }
    let started = by_start(trace, &ran);
    let in_order = |jobs: &[Job]| started.iter().map(|&place| jobs[place]).collect::<Vec<_>>();
    let limit = terms.limit.unwrap_or(NonZeroUsize::MAX);
    let as_started = in_order(&recorded);
    // A late timer of the consumer is no fault of the strategy's, as little as one of a job.
    let seen = terms.consumer_mean_ns.filter(|_| slow);
    let consumer = seen.map_or(terms.consumer, |time_ns| terms.consumer.taking(time_ns));
    let mut ideal = Ideal {
        lower_bound_ns: lower_bound(&as_started, limit, terms.consumer),
        greedy_ns: greedy(&as_started, limit, consumer),
        consumer_mean_ns: seen,
        ..Ideal::default()
    };
    let mut missing = Vec::new();
    if seen.is_none() && terms.consumer != terms.consumer.taking(0) {
        missing.push("nobody saw how long the consumer took, so its late timers count as code");
    }
    match nominal(&recorded, &ran, terms) {
        Ok(jobs) => ideal.greedy_nominal_ns = Some(greedy(&in_order(&jobs), limit, terms.consumer)),
        Err(why) => missing.push(why),
    }
    let policy = |consumer| {
        let rule = terms.rule?;
        rule.makespan(if rule.in_order_of_start() { &as_started } else { &recorded }, consumer)
    };
    match policy(consumer) {
        Ok(policy_ns) => ideal.policy_ns = Some(policy_ns),
        Err(why) => missing.push(why),
    }
    ideal.policy_least_ns = policy(terms.consumer).ok().filter(|_| consumer != terms.consumer);
    ideal.missing = (!missing.is_empty()).then(|| missing.join("; "));
    Some(ideal)
}

/// The recorded jobs with the service times that were asked for, or why there are none.
fn nominal<'a>(recorded: &[Job], ran: &[usize], terms: &Terms<'a>) -> Result<Vec<Job>, &'a str> {
    let nominal_ns = terms.nominal_ns?;
    let asked = |&index: &usize| nominal_ns.get(index).copied();
    let asked: Option<Vec<u64>> = ran.iter().map(asked).collect();
    let asked = asked.ok_or("not every job has a service time that was asked for")?;
    let jobs = recorded.iter().zip(asked);
    Ok(jobs.map(|(job, service_ns)| Job { service_ns, ..*job }).collect())
}

/// The indices of the jobs that were not shed; `None` if the trace misses moments.
fn ran(trace: &Trace) -> Option<Vec<usize>> {
    let jobs = trace.arrived_ns.len();
    let all = [&trace.started_ns, &trace.finished_ns, &trace.delivered_ns, &trace.lost_ns];
    if all.into_iter().any(|moments| moments.len() != jobs) {
        return None;
    }
    let shed = |index: usize| trace.started_ns[index].is_none() && trace.lost_ns[index].is_some();
    Some((0..jobs).filter(|&index| !shed(index)).collect())
}

/// Arrival and service of each job that ran, in the order of the source.
fn recorded(trace: &Trace, ran: &[usize]) -> Option<Vec<Job>> {
    let job = |&index: &usize| {
        let end = trace.finished_ns[index].or(trace.lost_ns[index])?;
        let service_ns = end.saturating_sub(trace.started_ns[index]?);
        Some(Job { arrived_ns: trace.arrived_ns[index], service_ns })
    };
    ran.iter().map(job).collect()
}

/// The places among those that ran, in the order in which jobs started, at one instant that of the
/// source.
fn by_start(trace: &Trace, ran: &[usize]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..ran.len()).collect();
    places.sort_by_key(|&place| trace.started_ns[ran[place]]);
    places
}

/// Where the time of a run went: `wall = greedy_nominal × interference × policy × implementation`,
/// exactly, as far as its factors are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Recorded ÷ nominal service times, both replayed greedily: late timers, and jobs that slow
    /// each other down.
    pub interference: Option<f64>,
    /// The strategy's rule ÷ greedy: what the rule costs, however well it is programmed.
    pub policy: Option<f64>,
    /// The wall time ÷ the rule: what the program costs, and the executor below it.
    pub implementation: Option<f64>,
}

/// Splits the wall time of the traced run that the ideal is of; a factor that would divide by zero
/// is `None`.
///
/// ```
/// use bp_record::Ideal;
///
/// let ideal = Ideal {
///     greedy_nominal_ns: Some(100),
///     greedy_ns: 110,
///     policy_ns: Some(220),
///     ..Ideal::default()
/// };
/// let split = bp_analysis::split(&ideal, 231);
/// assert_eq!([split.interference, split.policy, split.implementation], [1.1, 2.0, 1.05].map(Some));
/// ```
pub fn split(ideal: &Ideal, wall_ns: u64) -> Split {
    let ratio = |part: Option<u64>, of: Option<u64>| {
        part.zip(of.filter(|&of| of > 0)).map(|(part, of)| part as f64 / of as f64)
    };
    let greedy = Some(ideal.greedy_ns);
    Split {
        interference: ratio(greedy, ideal.greedy_nominal_ns),
        policy: ratio(ideal.policy_ns, greedy),
        implementation: ratio(Some(wall_ns), ideal.policy_ns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

    /// Three jobs, two at once; the third was started before the second, and the first panicked.
    fn trace() -> Trace {
        Trace {
            arrived_ns: vec![0, 0, 0],
            admitted_ns: vec![Some(0), Some(0), Some(1)],
            started_ns: vec![Some(1), Some(5), Some(2)],
            finished_ns: vec![None, Some(25), Some(13)],
            delivered_ns: vec![None, Some(25), Some(13)],
            lost_ns: vec![Some(5), None, None],
            order: vec![2, 1],
        }
    }

    fn terms<'a>(nominal_ns: &'a [u64]) -> Terms<'a> {
        Terms {
            limit: Some(TWO),
            rule: Ok(Rule::Batches { size: TWO, joined: false }),
            consumer: Consumer::Instant,
            consumer_mean_ns: None,
            nominal_ns: Ok(nominal_ns),
        }
    }

    #[test]
    fn the_figures_are_those_computed_by_hand() {
        // Services 4, 20, 11; started in the order 0, 2, 1; nominal 3, 20, 10.
        let ideal = ideal(&trace(), &terms(&[3, 20, 10])).unwrap();
        assert_eq!(ideal.lower_bound_ns, 20);
        assert_eq!(ideal.greedy_ns, 24, "0–4 and 0–11, 4–24");
        assert_eq!(ideal.greedy_nominal_ns, Some(23));
        assert_eq!(ideal.policy_ns, Some(20 + 11), "the batches are those of the source");
        assert_eq!(ideal.missing, None);
        let split = split(&ideal, 40);
        let factors = split.interference.unwrap() * split.policy.unwrap();
        assert!((23.0 * factors * split.implementation.unwrap() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_consumer_who_is_late_is_interference_and_not_code() {
        let mut trace = trace();
        trace.finished_ns[0] = Some(5);
        trace.delivered_ns = vec![Some(5), Some(25), Some(13)];
        let rule = Ok(Rule::Pool { limit: TWO });
        let consumer = Consumer::Serial { time_ns: 100 };
        let asked = Terms { consumer, rule, ..terms(&[4, 20, 11]) };
        let late = Terms { consumer_mean_ns: Some(210), ..asked };
        // The consumer is what all wait for: three outputs, from the first at 4 on.
        let found = ideal(&trace, &late).unwrap();
        assert_eq!((found.greedy_nominal_ns, found.greedy_ns), (Some(304), 634));
        assert_eq!((found.policy_ns, found.policy_least_ns), (Some(634), Some(304)));
        assert_eq!((found.consumer_mean_ns, found.missing.as_deref()), (Some(210), None));
        let split = split(&found, 634);
        assert_eq!((split.policy, split.implementation), (Some(1.0), Some(1.0)));
        assert!((split.interference.unwrap() - 634.0 / 304.0).abs() < 1e-9);

        let unseen = ideal(&trace, &asked).unwrap();
        assert_eq!((unseen.policy_ns, unseen.policy_least_ns), (Some(304), None));
        assert!(unseen.missing.unwrap().contains("nobody saw how long the consumer took"));
    }

    #[test]
    fn what_is_not_known_is_empty_and_says_why() {
        let unknown = Terms { rule: Err("a pause"), nominal_ns: Err("no timer"), ..terms(&[]) };
        let found = ideal(&trace(), &unknown).unwrap();
        assert_eq!((found.greedy_nominal_ns, found.policy_ns), (None, None));
        assert_eq!(found.missing.as_deref(), Some("no timer; a pause"));
        let split = split(&found, 40);
        assert_eq!((split.interference, split.policy, split.implementation), (None, None, None));
        let short = ideal(&trace(), &terms(&[3, 20])).unwrap();
        assert!(short.missing.unwrap().contains("not every job"));
        let slow = Terms { consumer: Consumer::Parallel { time_ns: 9 }, ..terms(&[3, 20, 10]) };
        assert_eq!(ideal(&trace(), &slow), None, "one output was not consumed");
    }

    #[test]
    fn a_trace_with_holes_gives_nothing() {
        let whole = trace();
        let without_start = Trace { started_ns: vec![Some(1), None, Some(2)], ..whole.clone() };
        let without_end = Trace { lost_ns: vec![None; 3], ..whole.clone() };
        let short = Trace { finished_ns: vec![Some(1)], ..whole };
        for trace in [without_start, without_end, short] {
            assert_eq!(ideal(&trace, &terms(&[3, 20, 10])), None, "{trace:?}");
        }
    }
}
