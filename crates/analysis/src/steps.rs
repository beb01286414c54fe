/// How many of some intervals are open, over time.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// (time, how many are open from then on).
    pub(crate) points: Vec<(u64, u64)>,
    /// Most that are open at one instant.
    pub(crate) peak: u64,
    /// The integral over time.
    pub(crate) area: u128,
}

/// The step function of (start, end) pairs; an end before its start counts as at its start.
///
/// At one instant an end goes before a start, for what one gives back at `t` another may take at
/// `t`: a limit that is held is never seen exceeded. Intervals that begin and end at the same
/// instant may follow one another there, so however many there are, they count as one.
pub(crate) fn steps(intervals: &[(u64, u64)]) -> Steps {
    let (mut starts, mut ends, mut moments) = (Vec::new(), Vec::new(), Vec::new());
    for &(start, end) in intervals {
        if start < end {
            starts.push(start);
            ends.push(end);
        } else {
            moments.push(start);
        }
    }
    let mut instants: Vec<u64> = [&starts[..], &ends, &moments].concat();
    for times in [&mut starts, &mut ends, &mut moments, &mut instants] {
        times.sort_unstable();
    }
    instants.dedup();

    let (mut starts, mut ends, mut moments) = (&starts[..], &ends[..], &moments[..]);
    let (mut steps, mut open, mut before) = (Steps::default(), 0, 0);
    for at in instants {
        steps.area += u128::from(open) * u128::from(at - before);
        before = at;
        // A start is before its end, so what ends now is open already.
        open -= take(&mut ends, at);
        let passing = take(&mut moments, at).min(1);
        let begun = take(&mut starts, at);
        steps.peak = steps.peak.max(open + begun.max(passing));
        if passing > begun {
            steps.points.push((at, open + passing));
        }
        open += begun;
        steps.points.push((at, open));
    }
    steps
}

/// Remove all times equal to `at` from the front, and say how many there were.
fn take(times: &mut &[u64], at: u64) -> u64 {
    let count = times.iter().take_while(|&&time| time == at).count();
    *times = &times[count..];
    count as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slot_freed_at_an_instant_may_be_taken_at_that_instant() {
        let steps = steps(&[(0, 5), (5, 9), (5, 7)]);
        assert_eq!(steps.points, [(0, 1), (5, 2), (7, 1), (9, 0)]);
        assert_eq!((steps.peak, steps.area), (2, 5 + 4 + 2));
    }

    #[test]
    fn intervals_without_length_count_as_one_at_their_instant() {
        let steps = steps(&[(3, 3), (3, 3), (3, 3), (0, 8), (8, 8)]);
        assert_eq!(steps.points, [(0, 1), (3, 2), (3, 1), (8, 1), (8, 0)]);
        assert_eq!((steps.peak, steps.area), (2, 8));
    }

    #[test]
    fn nothing_is_open_where_there_is_nothing() {
        let steps = steps(&[]);
        assert_eq!((steps.points.len(), steps.peak, steps.area), (0, 0, 0));
    }

    proptest! {
        #[test]
        fn the_integral_is_the_sum_of_the_lengths(
            intervals in prop::collection::vec((0u64..50, 0u64..10), 0..60)
        ) {
            let intervals: Vec<_> = intervals.into_iter().map(|(at, len)| (at, at + len)).collect();
            let steps = steps(&intervals);
            let lengths: u64 = intervals.iter().map(|(start, end)| end - start).sum();
            prop_assert_eq!(steps.area, u128::from(lengths));
            prop_assert_eq!(steps.peak, steps.points.iter().map(|point| point.1).max().unwrap_or(0));
            prop_assert!(steps.points.is_sorted_by_key(|point| point.0));
            prop_assert_eq!(steps.points.last().map_or(0, |point| point.1), 0);
            // Open at any instant t are those with start <= t < end.
            let open = |t| intervals.iter().filter(|(start, end)| (*start..*end).contains(&t)).count();
            for t in 0..60 {
                let drawn = steps.points.iter().rev().find(|point| point.0 <= t);
                prop_assert_eq!(drawn.map_or(0, |point| point.1), open(t) as u64);
            }
        }
    }
}
