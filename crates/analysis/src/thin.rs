//! Long series made short enough to store and to draw, without losing what they show.

use crate::quantiles::BEYOND;

/// Most points that [`series`] leaves.
pub const POINTS: usize = 400;

/// Points of a spectrum, apart from the greatest value.
const SPECTRUM: usize = 100;

/// At most [`POINTS`] of `points`, which are in order of time.
///
/// The first is kept and, of each of many equal stretches of time, the least, the greatest and
/// the last. So no peak is lost, and a step function has the right height wherever it is flat for
/// longer than a stretch. A series that is short enough is kept as it is.
pub fn series(points: &[(u64, u64)]) -> Vec<(u64, u64)> {
    const STRETCHES: u128 = (POINTS as u128 - 1) / 3;
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let (start, end) = (points[0].0, points[points.len() - 1].0);
    let span = u128::from(end.saturating_sub(start)) + 1;
    let stretch = |point: &(u64, u64)| u128::from(point.0.saturating_sub(start)) * STRETCHES / span;
    let mut kept = vec![points[0]];
    for chunk in points[1..].chunk_by(|a, b| stretch(a) == stretch(b)) {
        let places = 0..chunk.len();
        let least = places.clone().min_by_key(|&i| chunk[i].1);
        let greatest = places.clone().max_by_key(|&i| chunk[i].1);
        let mut places: Vec<_> = [least, greatest, places.last()].into_iter().flatten().collect();
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|i| chunk[i]));
    }
    kept
}

/// The latency spectrum of `times`, which it sorts: (fraction of the times, the time that this
/// fraction does not exceed).
///
/// The points are evenly spaced on the axis log(1/(1 − fraction)), on which the tail is as wide
/// as the body, up to the last fraction that has ten times beyond it. The greatest time follows
/// as fraction 1.
pub fn spectrum(times: &mut [u64]) -> Vec<(f64, u64)> {
    times.sort_unstable();
    spectrum_of_ranks(times.len() as u64, |rank| times[rank as usize - 1])
}

/// The same of `count` times; `nth` is the time of a rank, from 1.
pub(crate) fn spectrum_of_ranks(count: u64, nth: impl Fn(u64) -> u64) -> Vec<(f64, u64)> {
    if count == 0 {
        return Vec::new();
    }
    let all = count as f64;
    let last_beyond = (BEYOND as f64 / all).min(1.0);
    let mut ranks: Vec<u64> = (0..SPECTRUM)
        .map(|i| last_beyond.powf(i as f64 / (SPECTRUM - 1) as f64))
        .map(|beyond| ((1.0 - beyond) * all).round() as u64)
        .filter(|&rank| rank > 0)
        .collect();
    ranks.dedup();
    let body = ranks.iter().map(|&rank| (rank as f64 / all, nth(rank)));
    body.chain([(1.0, nth(count))]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_series_is_kept_as_it_is() {
        let points: Vec<_> = (0..POINTS as u64).map(|i| (i, i % 7)).collect();
        assert_eq!(series(&points), points);
        assert_eq!(series(&[]), []);
    }

    #[test]
    fn a_peak_of_one_point_among_a_million_is_kept() {
        let mut points: Vec<_> = (0..1_000_000).map(|i| (i, 5)).collect();
        points[123_456].1 = 90;
        points[654_321].1 = 0;
        let thinned = series(&points);
        assert!(thinned.contains(&(123_456, 90)) && thinned.contains(&(654_321, 0)));
    }

    #[test]
    fn a_long_flat_part_keeps_its_height() {
        let mut points: Vec<_> = (0..1_000).map(|i| (i, i)).collect();
        points.extend([(1_000, 3), (1_000_000, 0)]);
        assert!(series(&points).contains(&(1_000, 3)), "3 holds until 1,000,000");
    }

    #[test]
    fn points_at_one_instant_are_thinned_too() {
        let points: Vec<_> = (0..1_000).map(|i| (u64::MAX, i)).collect();
        assert_eq!(series(&points), [(u64::MAX, 0), (u64::MAX, 1), (u64::MAX, 999)]);
    }

    #[test]
    fn the_spectrum_ends_where_ten_times_lie_beyond_and_at_the_greatest() {
        let spectrum = spectrum(&mut (1..=10_000).rev().collect::<Vec<_>>());
        let [.., last, greatest] = spectrum[..] else { panic!("too short") };
        assert_eq!((last, greatest), ((0.999, 9_990), (1.0, 10_000)));
        assert!((90..=101).contains(&spectrum.len()), "{}", spectrum.len());
        let body = spectrum.iter().filter(|point| point.0 < 0.9).count();
        assert!((25..=40).contains(&body), "a third of three decades, not {body}");
    }

    #[test]
    fn a_few_times_give_the_greatest_alone() {
        assert_eq!(spectrum(&mut []), []);
        assert_eq!(spectrum(&mut [3, 9, 4]), [(1.0, 9)]);
    }

    proptest! {
        #[test]
        fn thinning_keeps_extremes_ends_and_order(
            mut times in prop::collection::vec(any::<u64>(), 1..3000), seed in any::<u64>()
        ) {
            times.sort_unstable();
            let value = |time: &u64| (time ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let points: Vec<_> = times.iter().map(|time| (*time, value(time))).collect();
            let thinned = series(&points);
            prop_assert!(thinned.len() <= POINTS);
            prop_assert!(thinned.is_sorted_by_key(|point| point.0));
            prop_assert_eq!(thinned.first(), points.first());
            prop_assert_eq!(thinned.last(), points.last());
            let greatest = |points: &[(u64, u64)]| points.iter().map(|point| point.1).max();
            let least = |points: &[(u64, u64)]| points.iter().map(|point| point.1).min();
            prop_assert_eq!(greatest(&thinned), greatest(&points));
            prop_assert_eq!(least(&thinned), least(&points));
        }

        #[test]
        fn a_spectrum_rises_and_each_fraction_is_exact(
            mut times in prop::collection::vec(0u64..1000, 1..2000)
        ) {
            let spectrum = spectrum(&mut times);
            prop_assert!(spectrum.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1));
            for (fraction, bound) in spectrum {
                let covered = times.iter().filter(|&&time| time <= bound).count();
                prop_assert!(covered as f64 >= fraction * times.len() as f64 - 1e-6);
            }
        }
    }
}
