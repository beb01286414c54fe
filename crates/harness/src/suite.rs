use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::Path,
    time::Duration,
};

use bp_record::Pass;
use serde::{Deserialize, Deserializer};

use crate::{Error, Matrix, Sweep, matrix::parsed, units};

const BUILT_IN: [(&str, &str); 5] = [
    ("preview", include_str!("../suites/preview.toml")),
    ("full", include_str!("../suites/full.toml")),
    ("real", include_str!("../suites/real.toml")),
    ("theory", include_str!("../suites/theory.toml")),
    ("overload", include_str!("../suites/overload.toml")),
];

/// What to run, as a file says it: a list of matrices, each the product of its lists.
///
/// The built-in suites are such files, under `crates/harness/suites`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// What it is called in the record of the run.
    #[serde(default = "mine")]
    pub name: String,
    /// How often each cell is timed.
    #[serde(default = "five")]
    pub rounds: NonZeroU32,
    /// What the order of the samples and all that is random follow from.
    #[serde(default = "one")]
    pub seed: u64,
    /// How many worker threads are asked of each executor; the processors' number if left out.
    pub threads: Option<NonZeroUsize>,
    /// How long a child process may take, on top of twice the time of a matrix with `for`.
    #[serde(default = "a_minute", deserialize_with = "timeout")]
    pub timeout: Duration,
    /// What all of it is swept over, such as `"limit=1..=256*2"`.
    #[serde(default)]
    pub sweep: Option<Sweep>,
    /// How the cells are watched; in every way if left out.
    pub passes: Option<Vec<Pass>>,
    /// What there is to run.
    #[serde(rename = "matrix")]
    pub matrices: Vec<Matrix>,
}

impl Suite {
    /// The names of the built-in suites, and their text.
    pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
        BUILT_IN.into_iter()
    }

    /// The built-in suite that `backpressure` runs without arguments.
    pub fn preview() -> Self {
        Self::named("preview").expect("the built-in suites are parsed by a test")
    }

    /// The built-in suite that has everything.
    pub fn full() -> Self {
        Self::named("full").expect("the built-in suites are parsed by a test")
    }

    /// Reads a suite from a TOML file.
    ///
    /// # Errors
    /// If the file cannot be read, or says something that a suite does not know; the message has
    /// the path, the line and the column.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Error::PlanFile { path: path.to_owned(), cause })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a suite from the text of a TOML file; `origin` is where the text came from.
    ///
    /// # Errors
    /// As [`Suite::open`].
    pub fn parse(text: &str, origin: &str) -> Result<Self, Error> {
        toml::from_str(text)
            .map_err(|cause| Error::PlanText { origin: origin.to_owned(), cause: Box::new(cause) })
    }

    /// This suite with everything that `flags` sets taken from there, in every matrix.
    #[must_use]
    pub fn overridden(mut self, flags: &Matrix) -> Self {
        self.matrices = self.matrices.into_iter().map(|matrix| matrix.overridden(flags)).collect();
        self
    }

    /// This suite with the executor `name` in every matrix that lists executors, unless one has it
    /// already: then the suite decides.
    #[must_use]
    pub fn with_executor(mut self, name: &str) -> Self {
        let listed = || self.matrices.iter().filter_map(|matrix| matrix.executors.as_ref());
        if !listed().flatten().any(|listed| listed == name) {
            let lists = self.matrices.iter_mut().filter_map(|matrix| matrix.executors.as_mut());
            lists.for_each(|list| list.push(name.to_owned()));
        }
        self
    }

    /// Whether cells are watched in this way.
    pub fn watches(&self, pass: Pass) -> bool {
        self.passes.as_ref().is_none_or(|passes| passes.contains(&pass))
    }

    /// The built-in suite of that name; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.into_iter().find(|(known, _)| *known == name)?;
        Self::parse(text, name).ok()
    }
}

fn mine() -> String {
    "mine".to_owned()
}

/// As many as make a run that may be quoted.
fn five() -> NonZeroU32 {
    const FIVE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
    FIVE
}

fn one() -> u64 {
    1
}

fn a_minute() -> Duration {
    Duration::from_secs(60)
}

fn timeout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parsed(deserializer, units::positive_duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_suites_read() {
        for (name, text) in Suite::built_in() {
            let suite = Suite::parse(text, name).unwrap();
            assert_eq!(suite.name, name);
            assert!(!suite.matrices.is_empty());
        }
    }

    #[test]
    fn a_plan_needs_nothing_but_what_is_to_run() {
        let suite = Suite::parse("[[matrix]]\nworkloads = [\"fixed\"]\n", "mine.toml").unwrap();
        assert_eq!((suite.name.as_str(), suite.rounds.get(), suite.seed), ("mine", 5, 1));
        assert_eq!(suite.timeout, Duration::from_secs(60));
    }

    #[test]
    fn an_unknown_key_is_refused_with_file_and_line() {
        let text = "name = \"x\"\nrounds = 3\ntimeout = \"9s\"\nspeed = 3\nmatrix = []\n";
        let error = Suite::parse(text, "mine.toml").unwrap_err();
        let message = error.to_string();
        assert!(error.is_usage());
        for part in ["mine.toml", "line 4", "unknown field `speed`"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_bad_value_is_refused_with_its_line_and_an_example() {
        for (line, part) in [
            ("service = \"5\"", "such as 5ms"),
            ("limit = [0]", "nonzero"),
            ("window = [\"0x\"]", "such as 4x"),
            ("for = \"0s\"", "above zero"),
            ("fail = \"1\"", "such as 0.1%"),
        ] {
            let text = format!("name='x'\nrounds=1\ntimeout='1s'\n[[matrix]]\n{line}\n");
            let message = Suite::parse(&text, "mine.toml").unwrap_err().to_string();
            assert!(message.contains("line 5") && message.contains(part), "{line}: {message}");
        }
    }
}
