use std::collections::{BTreeMap, BTreeSet};

use bp_record::Environment;

/// In what two runs differ beside what was to be compared: the machine and the crates. Each is a
/// sentence; none if they are alike.
///
/// What this program is built from (its version, its revision) is what is compared, so it is not
/// among them.
pub fn differences(base: &Environment, new: &Environment) -> Vec<String> {
    let mut said = Vec::new();
    let mut field = |name: &str, base: Option<String>, new: Option<String>| {
        if base != new {
            let text = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
            said.push(format!("{name}: {} before, {} now", text(base), text(new)));
        }
    };
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    field("processor", base.processor.clone(), new.processor.clone());
    field("processors", number(base.processors), number(new.processors));
    field("memory in bytes", number(base.memory_bytes), number(new.memory_bytes));
    field("operating system", base.system.clone(), new.system.clone());
    field("governor", base.governor.clone(), new.governor.clone());
    field("virtual machine", flag(base.virtualised), flag(new.virtualised));
    let part = |value: Option<f64>| value.map(|value| value.to_string());
    field("processors allowed", part(base.cgroup_processors), part(new.cgroup_processors));
    field("compiler", base.compiler.clone(), new.compiler.clone());
    field("profile", Some(base.profile.clone()), Some(new.profile.clone()));
    field("allocator", Some(base.allocator.clone()), Some(new.allocator.clone()));
    let (base, new) = (versions(base), versions(new));
    let names: BTreeSet<_> = base.keys().chain(new.keys()).collect();
    for name in names {
        field(name, base.get(name).cloned(), new.get(name).cloned());
    }
    said
}

/// The versions of each crate, of which a program may have several.
fn versions(environment: &Environment) -> BTreeMap<&str, String> {
    let mut versions: BTreeMap<&str, String> = BTreeMap::new();
    for (name, version) in &environment.crates {
        let known = versions.entry(name).or_default();
        *known += if known.is_empty() { "" } else { " and " };
        *known += version;
    }
    versions
}

fn flag(value: Option<bool>) -> Option<String> {
    value.map(|value| if value { "yes" } else { "no" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_and_another_executor_are_said_and_another_revision_is_not() {
        let base = Environment {
            revision: Some("a".into()),
            processors: Some(2),
            crates: vec![
                ("tokio".into(), "1.54.0".into()),
                ("smol".into(), "2.0.2".into()),
                ("async-channel".into(), "1.9.0".into()),
                ("async-channel".into(), "2.5.0".into()),
            ],
            ..Environment::default()
        };
        let new = Environment {
            revision: Some("b".into()),
            processors: Some(64),
            crates: vec![
                ("tokio".into(), "1.55.0".into()),
                ("futures".into(), "0.3.34".into()),
                ("async-channel".into(), "1.9.0".into()),
                ("async-channel".into(), "2.5.0".into()),
            ],
            ..base.clone()
        };
        assert_eq!(differences(&base, &base), [""; 0]);
        let said = differences(&base, &new);
        assert_eq!(
            said,
            [
                "processors: 2 before, 64 now",
                "futures: unknown before, 0.3.34 now",
                "smol: 2.0.2 before, unknown now",
                "tokio: 1.54.0 before, 1.55.0 now",
            ]
        );
    }
}
