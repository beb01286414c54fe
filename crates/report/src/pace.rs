//! What strategies of one workload are compared by: the time for so many jobs, or where the source
//! is endless the jobs a second, since all of them run until it is closed.

use bp_analysis::{Metric, Summary};
use bp_record::Extent;

use crate::units;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The makespan, in nanoseconds.
    Makespan,
    /// Jobs that succeeded a second.
    Rate,
}

impl Pace {
    /// By what these cells are compared, which are of one workload.
    pub(crate) fn of<'a>(mut cells: impl Iterator<Item = &'a Summary>) -> Self {
        let endless = |row: &Summary| matches!(row.cell.work.extent, Extent::ForNs(_));
        if cells.any(endless) { Self::Rate } else { Self::Makespan }
    }

    /// It as a metric.
    pub(crate) fn metric(self) -> &'static Metric {
        let name = match self {
            Self::Makespan => "makespan_ns",
            Self::Rate => "throughput_per_s",
        };
        Metric::named(name).expect("both are metrics, which a test of them says")
    }

    /// Its value of a cell, the median over the rounds.
    pub(crate) fn value(self, row: &Summary) -> Option<f64> {
        match self {
            Self::Makespan => row.makespan_ns.map(|spread| spread.median_ns as f64),
            Self::Rate => row.throughput_per_s,
        }
    }

    /// The value, if no jobs were lost; otherwise it is no standard.
    pub(crate) fn compared(self, row: &Summary) -> Option<f64> {
        self.value(row).filter(|_| row.lost().is_none())
    }

    /// For people: `4.20 s`, `3,440 /s`.
    pub(crate) fn text(self, value: f64) -> String {
        match self {
            Self::Makespan => units::time(value as u64),
            Self::Rate => units::per_second(value),
        }
    }

    /// How many times slower than `best` it is; below 1 where it is faster, and infinite where it
    /// did nothing at all.
    pub(crate) fn times(self, value: f64, best: f64) -> f64 {
        let (more, less) = match self {
            Self::Makespan => (value, best.max(1.0)),
            Self::Rate => (best, value),
        };
        // Two times of nothing are equally good.
        if more == less { 1.0 } else { more / less }
    }

    /// The best of some values.
    pub(crate) fn best(self, values: impl Iterator<Item = f64>) -> Option<f64> {
        match self {
            Self::Makespan => values.reduce(f64::min),
            Self::Rate => values.reduce(f64::max),
        }
    }

    /// So many times as slow as the fastest, in words: `took 2.9× as long as the fastest`.
    pub(crate) fn slower(self, times: &str) -> String {
        match self {
            Self::Makespan if times == "1.0×" => "took as long as the fastest".to_owned(),
            Self::Rate if times == "1.0×" => "did as much as the fastest".to_owned(),
            Self::Makespan => format!("took {times} as long as the fastest"),
            Self::Rate => format!("was {times} slower than the fastest"),
        }
    }

    /// So many times as slow as another, in words that count upwards: `took 2.9× as long`, `was 1.5×
    /// as fast`.
    pub(crate) fn beside(self, times: f64) -> String {
        let (slower, faster) = (units::times(times), units::times(1.0 / times));
        match self {
            Self::Makespan if units::is_even(times) => "took as long".to_owned(),
            Self::Rate if units::is_even(times) => "did as much".to_owned(),
            Self::Makespan if times > 1.0 => format!("took {slower} as long"),
            Self::Rate if times > 1.0 => format!("was {slower} slower"),
            _ => format!("was {faster} as fast"),
        }
    }

    /// What stands over a column of multiples.
    pub(crate) fn head(self) -> &'static str {
        match self {
            Self::Makespan => "makespan",
            Self::Rate => "jobs a second",
        }
    }

    /// What a multiple of the best is.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Makespan => "makespan ÷ that of the executor's fastest strategy with a limit",
            Self::Rate => {
                "jobs a second of the executor's fastest strategy with a limit ÷ its own: how many \
                 times slower it is"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn both_are_metrics() {
        let names = [Pace::Makespan, Pace::Rate].map(|pace| pace.metric().name);
        assert_eq!(names, ["makespan_ns", "throughput_per_s"]);
    }

    #[test]
    fn slower_is_more_time_or_a_smaller_rate() {
        assert_eq!(Pace::Makespan.times(300.0, 100.0), 3.0);
        assert_eq!(Pace::Rate.times(100.0, 300.0), 3.0);
        assert_eq!(Pace::Rate.times(0.0, 0.0), 1.0);
        assert_eq!(Pace::Rate.times(0.0, 5.0), f64::INFINITY);
        let said = [0.3, 0.94, 0.96, 1.04, 1.06, 29.0].map(|times| Pace::Makespan.beside(times));
        let expected = [
            "was 3.3× as fast",
            "was 1.1× as fast",
            "took as long",
            "took as long",
            "took 1.1× as long",
            "took 29× as long",
        ];
        assert_eq!(said, expected);
        let said = [0.3, 1.0, 3.0].map(|times| Pace::Rate.beside(times));
        assert_eq!(said, ["was 3.3× as fast", "did as much", "was 3.0× slower"]);
        assert_eq!(Pace::Rate.best([3.0, 9.0, 4.0].into_iter()), Some(9.0));
        assert_eq!(Pace::Makespan.best([3.0, 9.0, 4.0].into_iter()), Some(3.0));
    }
}
