//! Whether two runs were made under like conditions.

use std::{collections::BTreeSet, fmt::Debug};

use crate::Environment;

/// Memory that differs by less is the same: kernels keep more or less of it for themselves.
const MEMORY_TOLERANCE: f64 = 0.02;

impl Environment {
    /// In what another machine or program differs so that the figures of both do not stand side by
    /// side, in words; empty if in nothing. What changes from minute to minute, such as the load,
    /// is no part of it.
    ///
    /// ```
    /// use bp_record::Environment;
    /// let with = |processors| Environment { processors, ..Environment::default() };
    /// assert_eq!(with(Some(2)).unlike(&with(Some(2))), [""; 0]);
    /// assert_eq!(with(Some(2)).unlike(&with(Some(4))), ["processors: 2 and 4"]);
    /// ```
    pub fn unlike(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(differ("version", &self.version, &other.version));
        found.extend(differ("revision", &self.revision, &other.revision));
        found.extend(differ("compiler", &self.compiler, &other.compiler));
        found.extend(differ("profile", &self.profile, &other.profile));
        found.extend(differ("allocator", &self.allocator, &other.allocator));
        found.extend(differ("system", &self.system, &other.system));
        found.extend(differ("processor", &self.processor, &other.processor));
        found.extend(differ("processors", &self.processors, &other.processors));
        found.extend(differ("virtualised", &self.virtualised, &other.virtualised));
        found.extend(differ("governor", &self.governor, &other.governor));
        let limit = (&self.cgroup_memory_bytes, &other.cgroup_memory_bytes);
        found.extend(differ("memory limit in bytes", limit.0, limit.1));
        let limit = (&self.cgroup_processors, &other.cgroup_processors);
        found.extend(differ("processor limit", limit.0, limit.1));
        if !alike(self.memory_bytes, other.memory_bytes) {
            found.extend(differ("memory in bytes", &self.memory_bytes, &other.memory_bytes));
        }
        let names: BTreeSet<_> =
            self.crates.iter().chain(&other.crates).map(|(name, _)| name).collect();
        for name in names {
            // A program may hold two versions of one crate.
            let versions = |list: &[(String, String)]| {
                let of_name = list.iter().filter(|(known, _)| known == name);
                let versions: Vec<_> = of_name.map(|(_, version)| version.clone()).collect();
                Some(versions.join(" ")).filter(|text| !text.is_empty())
            };
            found.extend(differ(name, &versions(&self.crates), &versions(&other.crates)));
        }
        found
    }

    /// What two machines have in common; what differs is unknown.
    pub(crate) fn common(self, other: &Self) -> Self {
        fn same<T: PartialEq>(one: Option<T>, other: &Option<T>) -> Option<T> {
            one.filter(|one| other.as_ref() == Some(one))
        }
        fn both(one: String, other: &str) -> String {
            if one == other { one } else { format!("{one}, {other}") }
        }
        Self {
            version: both(self.version, &other.version),
            revision: same(self.revision, &other.revision),
            compiler: same(self.compiler, &other.compiler),
            profile: both(self.profile, &other.profile),
            allocator: both(self.allocator, &other.allocator),
            crates: self.crates.into_iter().filter(|known| other.crates.contains(known)).collect(),
            system: same(self.system, &other.system),
            processor: same(self.processor, &other.processor),
            processors: same(self.processors, &other.processors),
            affinity: same(self.affinity, &other.affinity),
            memory_bytes: same(self.memory_bytes, &other.memory_bytes),
            virtualised: same(self.virtualised, &other.virtualised),
            governor: same(self.governor, &other.governor),
            load_1m: same(self.load_1m, &other.load_1m),
            cgroup_memory_bytes: same(self.cgroup_memory_bytes, &other.cgroup_memory_bytes),
            cgroup_processors: same(self.cgroup_processors, &other.cgroup_processors),
        }
    }
}

fn differ<T: PartialEq + Value>(name: &str, one: &T, other: &T) -> Option<String> {
    (one != other).then(|| format!("{name}: {} and {}", one.shown(), other.shown()))
}

fn alike(one: Option<u64>, other: Option<u64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            one.abs_diff(other) as f64 <= MEMORY_TOLERANCE * one.max(other) as f64
        }
        (one, other) => one == other,
    }
}

/// How a value is shown, one that could not be read included.
trait Value {
    fn shown(&self) -> String;
}

impl Value for String {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

impl<T: Debug> Value for Option<T> {
    fn shown(&self) -> String {
        match self {
            Some(value) => format!("{value:?}"),
            None => "unknown".to_owned(),
        }
    }
}
