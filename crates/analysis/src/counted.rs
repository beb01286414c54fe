use bp_record::Quantiles;

use crate::{quantiles, thin};

/// Times of which it is known how often each came. In place of a list of all times, this is as long
/// as there are different ones.
#[derive(Debug)]
pub(crate) struct Counted {
    /// (time, how many times are not longer), both rising.
    upto: Vec<(u64, u64)>,
    sum: u128,
}

impl Counted {
    /// From (time, how often it came), in ascending order of the times.
    pub(crate) fn new(times: &[(u64, u64)]) -> Self {
        let (mut upto, mut count, mut sum) = (Vec::with_capacity(times.len()), 0, 0);
        for &(time, often) in times {
            count += often;
            sum += u128::from(time) * u128::from(often);
            upto.push((time, count));
        }
        Self { upto, sum }
    }

    /// As [`quantiles`](crate::quantiles()).
    pub(crate) fn quantiles(&self) -> Option<Quantiles> {
        quantiles::of_ranks(self.count(), self.sum, |rank| self.nth(rank))
    }

    /// As [`thin::spectrum`].
    pub(crate) fn spectrum(&self) -> Vec<(f64, u64)> {
        thin::spectrum_of_ranks(self.count(), |rank| self.nth(rank))
    }

    fn count(&self) -> u64 {
        self.upto.last().map_or(0, |last| last.1)
    }

    /// The time of that rank, from 1 up to the count.
    fn nth(&self, rank: u64) -> u64 {
        self.upto[self.upto.partition_point(|&(_, upto)| upto < rank)].0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_equal_times_changes_no_figure(
            mut times in prop::collection::vec(0_u64..300, 0..3_000)
        ) {
            times.sort_unstable();
            let same = times.chunk_by(|a, b| a == b);
            let counted: Vec<_> = same.map(|same| (same[0], same.len() as u64)).collect();
            let counted = Counted::new(&counted);
            prop_assert_eq!(counted.quantiles(), quantiles::quantiles(&mut times));
            prop_assert_eq!(counted.spectrum(), thin::spectrum(&mut times));
        }
    }
}
