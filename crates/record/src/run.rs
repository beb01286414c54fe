use serde::{Deserialize, Serialize};

use crate::{Axis, Catalogue, Fingerprint, Partition};

/// The version of the files of a run; a reader refuses a greater one.
pub const SCHEMA: u32 = 4;

/// What a run set out to do, and where: the content of `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The version of the files.
    pub schema: u32,
    /// The command line, without the path of the program.
    pub arguments: Vec<String>,
    /// The suite's name, such as `preview`.
    pub suite: String,
    /// True if the run is too short to be quoted.
    pub preview: bool,
    /// What the order of the samples and all that is random follow from.
    pub seed: u64,
    /// How many rounds were planned.
    pub rounds: u32,
    /// How many samples were planned.
    pub planned: u64,
    /// When the run began, in RFC 3339.
    pub started: String,
    /// What the names in it mean.
    pub catalogue: Catalogue,
    /// Where it ran.
    pub environment: Environment,
    /// What it went over, if it was a sweep.
    #[serde(default)]
    pub sweep: Option<Axis>,
    /// What must be the same for it to be continued; the runs of schema 1 have none.
    #[serde(default)]
    pub fingerprint: Option<Fingerprint>,
    /// Which part of the plan it has; `None` if it has all.
    #[serde(default)]
    pub partition: Option<Partition>,
    /// The runs that it was merged from; none if it was run as it is.
    #[serde(default)]
    pub shards: Vec<Shard>,
}

/// A run of which a greater one was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part of the plan it had.
    pub partition: Partition,
    /// When it began, in RFC 3339.
    pub started: String,
    /// Where it ran.
    pub environment: Environment,
}

/// The machine and the program; `None` where it cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// This program's version.
    pub version: String,
    /// The revision it was built from, with `-dirty` where files differed.
    pub revision: Option<String>,
    /// The compiler.
    pub compiler: Option<String>,
    /// `release` or `debug`.
    pub profile: String,
    /// The global allocator.
    pub allocator: String,
    /// The versions of the crates that are compared, by name.
    pub crates: Vec<(String, String)>,
    /// Operating system and its release.
    pub system: Option<String>,
    /// The processor's model.
    pub processor: Option<String>,
    /// How many processors this process may use.
    pub processors: Option<u64>,
    /// Which of the machine's processors these are, such as `0-1,4`.
    #[serde(default)]
    pub affinity: Option<String>,
    /// Physical memory.
    pub memory_bytes: Option<u64>,
    /// Whether the machine is virtual.
    pub virtualised: Option<bool>,
    /// The frequency governor.
    pub governor: Option<String>,
    /// The load average over a minute when the run began.
    pub load_1m: Option<f64>,
    /// Memory limit of the control group.
    pub cgroup_memory_bytes: Option<u64>,
    /// Processor limit of the control group, in processors.
    pub cgroup_processors: Option<f64>,
}

impl Environment {
    /// The version of the crate behind an executor, if it is one of those that are compared:
    /// `tokio-current-thread` is tokio.
    pub(crate) fn version_of(&self, executor: &str) -> Option<String> {
        let behind = |name: &str| {
            let rest = executor.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let known = self.crates.iter().filter(|(name, _)| behind(name));
        known.max_by_key(|(name, _)| name.len()).map(|(_, version)| version.clone())
    }
}
