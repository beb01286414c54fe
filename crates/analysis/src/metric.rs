use std::fmt;

use bp_record::{Extent, Measured, Pass, Work};
use serde::{Serialize, Serializer};

/// A figure of a sample that has a direction: a column of `samples.csv`, or the sum or the rate
/// of two.
#[derive(Clone, Copy)]
pub struct Metric {
    /// Its name, with the unit, such as `makespan_ns`.
    pub name: &'static str,
    /// What its numbers count.
    pub unit: Unit,
    /// The pass that measures it.
    pub pass: Pass,
    /// Which direction is the good one.
    pub better: Better,
    read: fn(&Measured) -> Option<f64>,
}

/// What the numbers of a metric count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Time,
    /// Bytes.
    Size,
    /// Things.
    Count,
    /// Things a second.
    Rate,
}

/// Which direction is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// A smaller number.
    Fewer,
    /// A greater number.
    More,
}

impl Metric {
    /// All that there are, those of one pass together.
    pub fn all() -> &'static [Self] {
        METRICS
    }

    /// The metric of that name.
    ///
    /// ```
    /// assert!(bp_analysis::Metric::named("sojourn_p99_ns").is_some());
    /// assert!(bp_analysis::Metric::named("speed").is_none());
    /// ```
    pub fn named(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|metric| metric.name == name)
    }

    /// What tells cells of `work` apart in its place: of an endless source, which lasts as long for
    /// all, the makespan tells nothing, and the jobs a second tell it all.
    pub(crate) fn fair(&'static self, work: &Work) -> &'static Self {
        if self.is_moot(work) {
            Self::named("throughput_per_s").expect("it is one of those below")
        } else {
            self
        }
    }

    /// True if it tells nothing of cells of `work`.
    pub(crate) fn is_moot(&self, work: &Work) -> bool {
        matches!(work.extent, Extent::ForNs(_)) && self.name == "makespan_ns"
    }

    /// Its value; `None` where it was not measured.
    pub fn of(&self, measured: &Measured) -> Option<f64> {
        (self.read)(measured)
    }
}

const fn fewer(
    name: &'static str,
    unit: Unit,
    pass: Pass,
    read: fn(&Measured) -> Option<f64>,
) -> Metric {
    Metric { name, unit, pass, better: Better::Fewer, read }
}

/// A figure of the order statistics of a time, which may not be there.
macro_rules! quantile {
    ($time:ident, $quantile:ident) => {
        fewer(
            concat!(stringify!($time), "_", stringify!($quantile)),
            Unit::Time,
            Pass::Trace,
            |m| Some(Into::<Option<u64>>::into(m.$time.as_ref()?.$quantile)? as f64),
        )
    };
}

const METRICS: &[Metric] = &[
    fewer("makespan_ns", Unit::Time, Pass::Time, |m| Some(m.makespan_ns as f64)),
    Metric {
        name: "throughput_per_s",
        unit: Unit::Rate,
        pass: Pass::Time,
        better: Better::More,
        read: |m| {
            (m.makespan_ns > 0).then(|| m.counts.succeeded as f64 * 1e9 / m.makespan_ns as f64)
        },
    },
    fewer("cpu_ns", Unit::Time, Pass::Time, |m| {
        Some(m.cpu_user_ns?.saturating_add(m.cpu_system_ns?) as f64)
    }),
    fewer("cpu_user_ns", Unit::Time, Pass::Time, |m| Some(m.cpu_user_ns? as f64)),
    fewer("cpu_system_ns", Unit::Time, Pass::Time, |m| Some(m.cpu_system_ns? as f64)),
    fewer("switches_voluntary", Unit::Count, Pass::Time, |m| Some(m.switches_voluntary? as f64)),
    fewer("switches_involuntary", Unit::Count, Pass::Time, |m| {
        Some(m.switches_involuntary? as f64)
    }),
    fewer("threads_found", Unit::Count, Pass::Time, |m| Some(m.threads_found? as f64)),
    fewer("failed", Unit::Count, Pass::Time, |m| Some(m.counts.failed as f64)),
    fewer("refused", Unit::Count, Pass::Time, |m| Some(m.counts.refused as f64)),
    fewer("panicked", Unit::Count, Pass::Time, |m| Some(m.counts.panicked as f64)),
    fewer("shed", Unit::Count, Pass::Time, |m| Some(m.counts.shed as f64)),
    fewer("first_delivery_ns", Unit::Time, Pass::Trace, |m| Some(m.first_delivery_ns? as f64)),
    quantile!(wait, mean_ns),
    quantile!(wait, p50_ns),
    quantile!(wait, p90_ns),
    quantile!(wait, p99_ns),
    quantile!(wait, p999_ns),
    quantile!(wait, max_ns),
    quantile!(service, mean_ns),
    quantile!(service, p50_ns),
    quantile!(service, p90_ns),
    quantile!(service, p99_ns),
    quantile!(service, p999_ns),
    quantile!(service, max_ns),
    quantile!(blocked, mean_ns),
    quantile!(blocked, p50_ns),
    quantile!(blocked, p90_ns),
    quantile!(blocked, p99_ns),
    quantile!(blocked, p999_ns),
    quantile!(blocked, max_ns),
    quantile!(sojourn, mean_ns),
    quantile!(sojourn, p50_ns),
    quantile!(sojourn, p90_ns),
    quantile!(sojourn, p99_ns),
    quantile!(sojourn, p999_ns),
    quantile!(sojourn, max_ns),
    fewer("held_peak", Unit::Count, Pass::Trace, |m| Some(m.held_peak? as f64)),
    fewer("out_of_order", Unit::Count, Pass::Trace, |m| Some(m.out_of_order? as f64)),
    fewer("live_peak_bytes", Unit::Size, Pass::Memory, |m| Some(m.live_peak_bytes? as f64)),
    fewer("allocations", Unit::Count, Pass::Memory, |m| Some(m.allocations? as f64)),
    fewer("rss_peak_bytes", Unit::Size, Pass::Memory, |m| Some(m.rss_peak_bytes? as f64)),
];

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name // names are unique, as a test holds
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Metric").field(&self.name).finish()
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bp_record::{Counts, Quantiles, samples_csv};

    use super::*;

    #[test]
    fn names_are_unique_and_those_of_the_columns() {
        let names: BTreeSet<_> = Metric::all().iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), Metric::all().len());
        let head = String::from_utf8(samples_csv(&[])).unwrap();
        let columns: BTreeSet<_> = head.trim().split(',').collect();
        let derived: Vec<_> = names.difference(&columns).copied().collect();
        assert_eq!(derived, ["cpu_ns", "throughput_per_s"]);
    }

    #[test]
    fn each_reads_its_own_figure_and_nothing_that_was_not_measured() {
        let sojourn = Quantiles { p99_ns: Some(7), mean_ns: 3, ..Quantiles::default() };
        let measured = Measured {
            makespan_ns: 2_000_000_000,
            counts: Counts { succeeded: 50, ..Counts::default() },
            cpu_user_ns: Some(5),
            cpu_system_ns: Some(6),
            sojourn: Some(sojourn),
            ..Measured::default()
        };
        let read = |name| Metric::named(name).unwrap().of(&measured);
        assert_eq!(read("cpu_ns"), Some(11.0));
        assert_eq!(read("throughput_per_s"), Some(25.0));
        assert_eq!(read("sojourn_p99_ns"), Some(7.0));
        assert_eq!(read("sojourn_mean_ns"), Some(3.0));
        assert_eq!((read("sojourn_p999_ns"), read("wait_max_ns")), (None, None));
        assert_eq!((read("live_peak_bytes"), read("allocations")), (None, None));
    }
}
