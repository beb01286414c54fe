use std::{
    iter,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Times below 2^(this + 1) ns are kept exactly; a bucket of longer ones is at most 2^-this as wide
/// as the times in it are long.
const PRECISION: u32 = 10;
const BUCKETS: usize = ((64 - PRECISION as usize) << PRECISION) + (1 << PRECISION);

/// How often each time came, in constant memory: 440 KiB for any 64-bit number of nanoseconds.
///
/// The buckets are those of HdrHistogram at three significant digits. Its counters belong to one
/// thread, and a runtime or a strategy may have thousands; these are shared and atomic instead.
#[derive(Debug)]
pub(crate) struct Histogram {
    counts: Box<[AtomicU64]>,
    least: AtomicU64,
    greatest: AtomicU64,
}

impl Histogram {
    /// Written now, so that no page of it has to be found later.
    pub(crate) fn new() -> Self {
        Self {
            counts: iter::repeat_with(AtomicU64::default).take(BUCKETS).collect(),
            least: AtomicU64::new(u64::MAX),
            greatest: AtomicU64::new(0),
        }
    }

    pub(crate) fn add(&self, time: u64) {
        self.counts[bucket(time)].fetch_add(1, Relaxed);
        // Extremes are rare, and asking is cheaper than writing.
        if time < self.least.load(Relaxed) {
            self.least.fetch_min(time, Relaxed);
        }
        if time > self.greatest.load(Relaxed) {
            self.greatest.fetch_max(time, Relaxed);
        }
    }

    /// The times in ascending order, each with how often it came: rounded up to the end of their
    /// bucket, but for the least and the greatest.
    pub(crate) fn counted(&self) -> Vec<(u64, u64)> {
        let (least, greatest) = (self.least.load(Relaxed), self.greatest.load(Relaxed));
        let counts = self.counts.iter().map(|count| count.load(Relaxed)).enumerate();
        let filled = counts.filter(|&(_, count)| count > 0);
        let mut counted: Vec<_> =
            filled.map(|(bucket, count)| (end(bucket).min(greatest), count)).collect();
        if let Some(first) = counted.first_mut()
            && first.0 > least
        {
            first.1 -= 1;
            let rest = usize::from(first.1 == 0);
            counted.splice(..rest, [(least, 1)]);
        }
        counted
    }
}

/// The bucket of `time`: as many for each power of two as there are steps of the precision.
fn bucket(time: u64) -> usize {
    let shift = (u64::BITS - PRECISION - 1).saturating_sub(time.leading_zeros());
    ((shift as usize) << PRECISION) + (time >> shift) as usize
}

/// The greatest time in a bucket.
fn end(bucket: usize) -> u64 {
    let shift = (bucket >> PRECISION).saturating_sub(1);
    let steps = (bucket - (shift << PRECISION)) as u64;
    (steps << shift) | ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_a_bucket_that_ends_less_than_a_thousandth_later() {
        let powers = (0..64).map(|power| 1_u64 << power);
        let times = powers.flat_map(|p| [p - 1, p, p + 1, p + p / 3, p + (p - 1)]);
        for time in times.chain([u64::MAX]) {
            let end = end(bucket(time));
            assert!(end >= time && end - time <= time / 1024, "{time} ends at {end}");
            assert_eq!(bucket(end), bucket(time));
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
        assert_eq!(end(BUCKETS - 1), u64::MAX);
    }

    #[test]
    fn buckets_follow_one_another_without_a_gap() {
        for one in 0..BUCKETS - 1 {
            assert_eq!(bucket(end(one) + 1), one + 1);
        }
    }

    #[test]
    fn what_was_added_is_counted_and_the_extremes_are_exact() {
        let histogram = Histogram::new();
        assert_eq!(histogram.counted(), []);
        histogram.add(1_000_001);
        assert_eq!(histogram.counted(), [(1_000_001, 1)]);
        histogram.add(1_000_003);
        assert_eq!(histogram.counted(), [(1_000_001, 1), (1_000_003, 1)]);
        [7, 7, 0, 5_000_000, 5_000_001].iter().for_each(|&time| histogram.add(time));
        let counted = histogram.counted();
        assert_eq!(counted[..2], [(0, 1), (7, 2)]);
        assert_eq!(counted.last(), Some(&(5_000_001, 2)));
        assert_eq!(counted.iter().map(|time| time.1).sum::<u64>(), 7);
    }
}
