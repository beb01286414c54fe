use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::Disturbance;
use bp_record::Environment;
use rustix::process::{Signal, set_parent_process_death_signal};

/// How to start this program again. The link leads to the very file that runs, even if somebody
/// builds a new one in its place meanwhile.
pub(crate) fn this_program() -> io::Result<OsString> {
    let link = Path::new("/proc/self/exe");
    if link.exists() { Ok(link.into()) } else { env::current_exe().map(OsString::from) }
}

/// Ends this process when its parent dies, however that dies.
pub(crate) fn end_with_parent() {
    // Without it a child outlives a killed parent by at most its own run.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
}

/// Fills in what the machine tells about itself.
pub(crate) fn describe(environment: &mut Environment) {
    let name = rustix::system::uname();
    environment.system = Some(format!(
        "{} {} {}",
        name.sysname().to_string_lossy(),
        name.release().to_string_lossy(),
        name.machine().to_string_lossy()
    ));
    let processor = fs::read_to_string("/proc/cpuinfo").ok();
    environment.processor = processor.as_deref().and_then(|text| field(text, "model name"));
    environment.virtualised = processor
        .as_deref()
        .and_then(|text| field(text, "flags"))
        .map(|flags| flags.split(' ').any(|flag| flag == "hypervisor"));
    let status = fs::read_to_string("/proc/self/status").ok();
    environment.affinity = status.and_then(|text| field(&text, "Cpus_allowed_list"));
    environment.memory_bytes = physical_memory();
    environment.governor = line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    environment.load_1m =
        line("/proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok());
    let groups = control_groups();
    environment.cgroup_memory_bytes = least(&groups, "memory.max", |text| text.parse().ok());
    environment.cgroup_processors = least(&groups, "cpu.max", processors);
}

/// How much processor time others have taken so far.
pub(crate) fn disturbance() -> Disturbance {
    let ticks: Option<Vec<u64>> = fs::read_to_string("/proc/stat").ok().and_then(|text| {
        let all = text.lines().next()?.strip_prefix("cpu ")?;
        // Those of guests, which follow, are in the first two already.
        all.split_whitespace().take(8).map(|number| number.parse().ok()).collect()
    });
    Disturbance {
        stalled_us: line("/proc/pressure/cpu").and_then(|text| stalled(&text)),
        stolen_ticks: ticks.as_ref().and_then(|ticks| ticks.get(7).copied()),
        ticks: ticks.map(|ticks| ticks.iter().sum()),
    }
}

/// The total of the line `some avg10=… total=…`.
fn stalled(text: &str) -> Option<u64> {
    let some = text.lines().find(|line| line.starts_with("some "))?;
    some.split(' ').find_map(|part| part.strip_prefix("total="))?.parse().ok()
}

/// What this machine calls itself.
pub(crate) fn host_name() -> Option<String> {
    Some(rustix::system::uname().nodename().to_string_lossy().into_owned())
}

/// How much memory this process can have: the machine's, or its control group's if that is less.
pub(crate) fn memory_limit() -> Option<u64> {
    let group = least(&control_groups(), "memory.max", |text| text.parse().ok());
    [physical_memory(), group].into_iter().flatten().min()
}

fn physical_memory() -> Option<u64> {
    let total = field(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal")?;
    let kibibytes: u64 = total.strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// The directories of this process's control group and of those above it (version 2).
fn control_groups() -> Vec<PathBuf> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let Some(path) = own.lines().find_map(|line| line.strip_prefix("0::/")) else {
        return Vec::new();
    };
    let root = Path::new("/sys/fs/cgroup");
    let own = root.join(path);
    own.ancestors().take_while(|path| path.starts_with(root)).map(Path::to_owned).collect()
}

/// The least of a limit that is set along the way up: each of them binds.
fn least<T: PartialOrd>(groups: &[PathBuf], file: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    let limits = groups.iter().filter_map(|group| read(&line(group.join(file))?));
    limits.reduce(|least, limit| if limit < least { limit } else { least })
}

/// `cpu.max` is a quota and a period in microseconds, or `max` and a period.
fn processors(text: &str) -> Option<f64> {
    let (quota, period) = text.split_once(' ')?;
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.parse().ok()?);
    (period > 0.0).then(|| quota / period)
}

fn line(path: impl AsRef<Path>) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The value of the first line `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_quotas_are_read() {
        let text = "processor\t: 0\nmodel name\t: A: fast one\nflags\t\t: fpu hypervisor\n";
        assert_eq!(field(text, "model name").as_deref(), Some("A: fast one"));
        assert_eq!(field(text, "cache size"), None);
        assert_eq!(processors("150000 100000"), Some(1.5));
        assert_eq!(processors("max 100000"), None);
        assert_eq!(processors(""), None);
        let pressure = "some avg10=0.00 avg60=1.00 avg300=0.03 total=4711\nfull avg10=0 total=5";
        assert_eq!(stalled(pressure), Some(4711));
        assert_eq!(stalled("full total=5"), None);
    }

    #[test]
    fn this_machine_tells_something() {
        let mut environment = Environment::default();
        describe(&mut environment);
        assert!(environment.system.is_some_and(|system| system.starts_with("Linux")));
        assert!(memory_limit().is_some_and(|bytes| bytes > 64 << 20));
    }
}
