//! Which names a command line means.

use bp_record::{Catalogue, Cell};
use regex::Regex;

use crate::Error;

/// Regular expressions, not anchored, that choose among the names of a suite.
///
/// A name is chosen if one of its list matches; an empty list chooses everything. An expression
/// that matches nothing in the suite chooses from the whole catalogue, so that what a suite leaves
/// out can still be asked for by name.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Over the names of workloads.
    pub workloads: Vec<Regex>,
    /// Over the names of strategies.
    pub strategies: Vec<Regex>,
    /// Over the names of executors.
    pub executors: Vec<Regex>,
}

impl Filters {
    /// True if the cell's names are chosen.
    pub fn fit(&self, cell: &Cell) -> bool {
        let fits = |patterns: &[Regex], name: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(name))
        };
        fits(&self.workloads, &cell.work.name)
            && fits(&self.strategies, &cell.strategy)
            && fits(&self.executors, &cell.executor)
    }
}

/// One of the three kinds of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Workload,
    Strategy,
    Executor,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Strategy => "strategy",
            Self::Executor => "executor",
        }
    }

    /// All names of this kind.
    pub(crate) fn known(self, catalogue: &Catalogue) -> Vec<&str> {
        match self {
            Self::Workload => catalogue.workloads.iter().map(|entry| &*entry.name).collect(),
            Self::Strategy => catalogue.strategies.iter().map(|entry| &*entry.name).collect(),
            Self::Executor => catalogue.executors.iter().map(|entry| &*entry.name).collect(),
        }
    }
}

/// What the filters say of one kind of names.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// Names of the suite that stay.
    kept: Vec<String>,
    /// Names that the suite has nowhere, and that were asked for.
    added: Vec<String>,
}

impl Choice {
    /// Chooses among the names of the suite, then among all that are known.
    ///
    /// # Errors
    /// If a plain name, without any operator of regular expressions, is not known at all.
    pub(crate) fn new(
        kind: Kind,
        filters: &[Regex],
        suite: &[String],
        known: &[&str],
    ) -> Result<Self, Error> {
        if filters.is_empty() {
            return Ok(Self { kept: suite.to_vec(), added: Vec::new() });
        }
        let mut choice = Self::default();
        for filter in filters {
            let before = choice.kept.len();
            choice.kept.extend(suite.iter().filter(|name| filter.is_match(name)).cloned());
            if choice.kept.len() > before {
                continue;
            }
            let others: Vec<_> = known.iter().filter(|name| filter.is_match(name)).collect();
            if others.is_empty() && is_plain(filter.as_str()) {
                return Err(unknown(kind, filter.as_str(), known));
            }
            choice.added.extend(others.into_iter().map(|&name| name.to_owned()));
        }
        Ok(choice)
    }

    /// Those of a matrix's `names` that stay, and with `add` those that no matrix has.
    pub(crate) fn apply(&self, names: Vec<String>, add: bool) -> Vec<String> {
        let kept = names.into_iter().filter(|name| self.kept.contains(name));
        kept.chain(self.added.iter().filter(|_| add).cloned()).collect()
    }
}

/// The error for a name that is not known, with the names that come nearest.
pub(crate) fn unknown(kind: Kind, name: &str, known: &[&str]) -> Error {
    Error::Unknown { kind: kind.name(), name: name.to_owned(), near: nearest(name, known) }
}

/// Up to three known names that resemble `name`, the best first.
pub(crate) fn nearest(name: &str, known: &[&str]) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut scored: Vec<_> = known
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(&lower, known), *known))
        .map(|(score, known)| if known.contains(&lower) { (1.0, known) } else { (score, known) })
        .filter(|(score, _)| *score >= 0.4)
        .collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0));
    scored.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
}

fn is_plain(pattern: &str) -> bool {
    pattern.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["tokio", "tokio-current", "smol", "virtual"];

    fn choose(filters: &[&str]) -> Result<Choice, Error> {
        let filters: Vec<_> = filters.iter().map(|text| Regex::new(text).unwrap()).collect();
        let suite = ["tokio", "tokio-current", "smol"].map(str::to_owned);
        Choice::new(Kind::Executor, &filters, &suite, &KNOWN)
    }

    #[test]
    fn a_filter_narrows_the_suite() {
        assert_eq!(choose(&["tok"]).unwrap().kept, ["tokio", "tokio-current"]);
        assert_eq!(choose(&["^tokio$", "smol"]).unwrap().kept, ["tokio", "smol"]);
        assert_eq!(choose(&[]).unwrap().kept.len(), 3);
    }

    #[test]
    fn what_the_suite_leaves_out_can_be_asked_for() {
        let choice = choose(&["smol", "virt"]).unwrap();
        assert_eq!((choice.kept, choice.added), (vec!["smol".into()], vec!["virtual".into()]));
    }

    #[test]
    fn an_unknown_plain_name_lists_the_nearest() {
        let error = choose(&["smol", "tokoi"]).unwrap_err();
        assert!(error.is_usage());
        assert_eq!(error.to_string(), "executor `tokoi` is unknown; the nearest: tokio");
        let error = choose(&["qqqqqqqq"]).unwrap_err().to_string();
        assert_eq!(error, "executor `qqqqqqqq` is unknown; see `backpressure list`");
    }

    #[test]
    fn an_expression_may_match_nothing() {
        let choice = choose(&["^q+$"]).unwrap();
        assert!(choice.kept.is_empty() && choice.added.is_empty());
    }
}
