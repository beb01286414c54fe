//! The sections of a report. Each has the same number and name in every report, also where a run has
//! nothing for it: who has read one report finds the way in all.

/// A section, in the order in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// What the run says, in words.
    Verdict,
    /// Strategies and executors beside each other.
    SideBySide,
    /// Who is beaten in both.
    Pareto,
    /// Whether memory grows with the number of jobs.
    Growth,
    /// Throughput and latency against the limit, or against the rate of arrivals.
    Load,
    /// Service beside sojourn.
    Percentiles,
    /// In flight, live bytes, done.
    OverTime,
    /// The window that it takes to keep the order.
    Window,
    /// Ideal, policy, interference, implementation.
    Split,
    /// What the machine did meanwhile, and what measuring cost.
    Rounds,
    /// What each strategy is, and why it did so.
    Strategies,
    /// Where and how all of this was measured.
    Method,
}

impl Section {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 12] = [
        Self::Verdict,
        Self::SideBySide,
        Self::Pareto,
        Self::Growth,
        Self::Load,
        Self::Percentiles,
        Self::OverTime,
        Self::Window,
        Self::Split,
        Self::Rounds,
        Self::Strategies,
        Self::Method,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Verdict => "Verdict",
            Self::SideBySide => "Side by side",
            Self::Pareto => "Memory against throughput",
            Self::Growth => "Memory growth",
            Self::Load => "Limit and load",
            Self::Percentiles => "Latency by percentile",
            Self::OverTime => "Over time",
            Self::Window => "What order costs",
            Self::Split => "Where the time went",
            Self::Rounds => "Rounds and canary",
            Self::Strategies => "Strategies",
            Self::Method => "Machine, method and files",
        }
    }

    /// Its number and its name: `2. Side by side`.
    pub(crate) fn heading(self) -> String {
        // The order of the variants is that of the sections.
        format!("{}. {}", self as usize + 1, self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Section;

    #[test]
    fn sections_are_numbered_in_the_order_in_which_they_are_read() {
        let headings = Section::ALL.map(Section::heading);
        for (place, heading) in headings.iter().enumerate() {
            assert!(heading.starts_with(&format!("{}. ", place + 1)), "{heading}");
        }
        assert_eq!(headings[0], "1. Verdict");
        assert_eq!(headings[11], "12. Machine, method and files");
    }
}
