/// How often something has happened, as a function of time: the moments, in ascending order, and
/// their sums, so that a mean over any time takes O(log moments).
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    moments: Vec<u64>,
    /// The sum of the moments before each place, and of all.
    sums: Vec<u128>,
}

impl Steps {
    pub(crate) fn new(moments: impl IntoIterator<Item = u64>) -> Self {
        let mut moments: Vec<_> = moments.into_iter().collect();
        moments.sort_unstable();
        let mut sums = vec![0];
        sums.extend(moments.iter().scan(0_u128, |sum, moment| {
            *sum += u128::from(*moment);
            Some(*sum)
        }));
        Self { moments, sums }
    }

    /// How many moments there were up to and at `us`.
    pub(crate) fn count(&self, us: u64) -> u64 {
        self.moments.partition_point(|moment| *moment <= us) as u64
    }

    /// The integral of [`count`](Self::count) from 0 to `us`.
    fn integral(&self, us: u64) -> u128 {
        let count = self.moments.partition_point(|moment| *moment <= us);
        count as u128 * u128::from(us) - self.sums[count]
    }

    pub(crate) fn last(&self) -> Option<u64> {
        self.moments.last().copied()
    }
}

/// How many there are of what comes and goes, as a function of time.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    come: Steps,
    gone: Steps,
    /// The most there were up to each moment of `come`.
    peaks: Vec<u64>,
}

impl Level {
    /// From when each came and went; nobody goes before they came. O(moments log moments).
    pub(crate) fn new(moments: impl Iterator<Item = (u64, u64)> + Clone) -> Self {
        let come = Steps::new(moments.clone().map(|moment| moment.0));
        let gone = Steps::new(moments.map(|moment| moment.1));
        let (mut left, mut most) = (0, 0);
        let peak = |(place, moment): (usize, &u64)| {
            // At one instant they go before others come, but nobody goes who has not come.
            while left < place && gone.moments[left] <= *moment {
                left += 1;
            }
            most = most.max((place + 1 - left) as u64);
            most
        };
        let peaks = come.moments.iter().enumerate().map(peak).collect();
        Self { come, gone, peaks }
    }

    /// How many there are at a moment.
    pub(crate) fn at(&self, us: u64) -> u64 {
        self.come.count(us) - self.gone.count(us)
    }

    /// How many there were on average from `from` until `to`, which is later.
    pub(crate) fn mean(&self, from: u64, to: u64) -> f64 {
        let area = |steps: &Steps| steps.integral(to) - steps.integral(from);
        (area(&self.come) - area(&self.gone)) as f64 / (to - from) as f64
    }

    /// The most there were up to and at a moment.
    pub(crate) fn peak(&self, us: u64) -> u64 {
        let come = self.come.moments.partition_point(|moment| *moment <= us);
        come.checked_sub(1).map_or(0, |last| self.peaks[last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_areas_are_those_of_a_staircase() {
        let steps = Steps::new([7, 2, 2]);
        assert_eq!([0, 1, 2, 6, 7, 99].map(|us| steps.count(us)), [0, 0, 2, 2, 3, 3]);
        // Nothing until 2, two a microsecond until 7, then three.
        assert_eq!([0, 2, 3, 7, 10].map(|us| steps.integral(us)), [0, 0, 2, 10, 19]);
        assert_eq!((Steps::new([]).integral(5), Steps::new([]).last()), (0, None));
    }

    #[test]
    fn a_level_is_what_came_and_has_not_gone() {
        // The third comes when the first goes: two at once, never three.
        let level = Level::new([(0, 4), (2, 6), (4, 8)].into_iter());
        assert_eq!([0, 2, 4, 6, 8].map(|us| level.at(us)), [1, 2, 2, 1, 0]);
        assert_eq!([0, 2, 9].map(|us| level.peak(us)), [1, 2, 2]);
        assert_eq!((level.mean(0, 8), level.mean(4, 8)), (1.5, 1.5));
        assert_eq!(level.mean(6, 10), 0.5);
    }

    #[test]
    fn who_goes_when_they_come_was_there() {
        assert_eq!(Level::new([(3, 3)].into_iter()).peak(3), 1);
    }
}
