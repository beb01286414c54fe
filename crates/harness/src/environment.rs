use std::thread;

use bp_record::Environment;

use crate::platform;

/// The machine and the program, as far as they can be told.
pub fn environment() -> Environment {
    let mut environment = Environment {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: option_env!("BACKPRESSURE_REVISION").map(str::to_owned),
        compiler: option_env!("BACKPRESSURE_COMPILER").map(str::to_owned),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
        allocator: "system, counted".to_owned(),
        crates: compared_crates(option_env!("BACKPRESSURE_CRATES").unwrap_or_default()),
        processors: thread::available_parallelism().ok().map(|count| count.get() as u64),
        ..Environment::default()
    };
    platform::describe(&mut environment);
    environment
}

/// How much memory a child may use if nobody says: half of what this machine has, or nothing
/// known of that, 2 GiB.
pub fn usual_memory_cap() -> u64 {
    platform::memory_limit().map_or(2 << 30, |bytes| bytes / 2)
}

/// The machine's name, as far as it can be part of a file name, or `host`.
pub fn host_name() -> String {
    let name = platform::host_name().unwrap_or_default();
    let name: String = name
        .chars()
        .take_while(|&c| c != '.')
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    if name.is_empty() { "host".to_owned() } else { name }
}

fn compared_crates(list: &str) -> Vec<(String, String)> {
    list.split(' ')
        .filter_map(|entry| entry.split_once('='))
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_left_the_versions_of_the_compared_crates() {
        let crates = environment().crates;
        for name in ["tokio", "smol", "async-std", "futures"] {
            assert!(crates.iter().any(|(known, _)| known == name), "{name} in {crates:?}");
        }
    }

    #[test]
    fn a_build_without_a_lock_file_has_none() {
        assert_eq!(compared_crates(""), []);
    }
}
