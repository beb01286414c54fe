//! What the operating system knows of this process. Elsewhere than on Linux less of it can be
//! asked, and is `None`.

use std::time::Duration;

/// Sets the high-water mark of resident memory back to what is resident now; true if that worked.
pub fn reset_peak_rss() -> bool {
    platform::reset_peak_rss()
}

/// The high-water mark of resident memory, in bytes, since the start or the last reset.
///
/// Linux counts pages on each processor apart, so it is true to a few hundred kibibytes.
pub fn peak_rss() -> Option<u64> {
    platform::status("VmHWM:").map(|kibibytes| kibibytes * 1024)
}

/// How many threads this process has now.
pub fn threads() -> Option<u64> {
    platform::status("Threads:")
}

/// Processor time and switches of all threads of this process, those that have ended included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time in user mode.
    pub user: Duration,
    /// Processor time in the kernel.
    pub system: Duration,
    /// Switches because a thread waited.
    pub voluntary: u64,
    /// Switches because a thread was interrupted.
    pub involuntary: u64,
}

impl Usage {
    /// What was used since the process began.
    pub fn now() -> Option<Self> {
        platform::usage()
    }

    /// What was used from `earlier` to this.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            user: self.user.saturating_sub(earlier.user),
            system: self.system.saturating_sub(earlier.system),
            voluntary: self.voluntary.saturating_sub(earlier.voluntary),
            involuntary: self.involuntary.saturating_sub(earlier.involuntary),
        }
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::fs;

    pub(super) use super::unix::usage;

    pub(super) fn reset_peak_rss() -> bool {
        fs::write("/proc/self/clear_refs", "5").is_ok()
    }

    /// The number that follows `label` in the status of this process.
    pub(super) fn status(label: &str) -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let value = status.lines().find_map(|line| line.strip_prefix(label))?;
        value.split_whitespace().next()?.parse().ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    #[cfg(unix)]
    pub(super) use super::unix::usage;

    #[cfg(not(unix))]
    pub(super) fn usage() -> Option<super::Usage> {
        None
    }

    pub(super) fn reset_peak_rss() -> bool {
        false
    }

    pub(super) fn status(_label: &str) -> Option<u64> {
        None
    }
}

#[cfg(unix)]
mod unix {
    use std::time::Duration;

    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeVal,
    };

    pub(super) fn usage() -> Option<super::Usage> {
        let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
        Some(super::Usage {
            user: duration(usage.user_time()),
            system: duration(usage.system_time()),
            voluntary: u64::try_from(usage.voluntary_context_switches()).ok()?,
            involuntary: u64::try_from(usage.involuntary_context_switches()).ok()?,
        })
    }

    fn duration(time: TimeVal) -> Duration {
        // The kernel counts upwards from zero, and a second has fewer than 10⁶ microseconds.
        Duration::from_secs(time.tv_sec() as u64) + Duration::from_micros(time.tv_usec() as u64)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_can_be_reset() {
        const BIG: usize = 64 << 20;
        let block = std::hint::black_box(vec![1_u8; BIG]);
        let with = peak_rss().unwrap();
        drop(block);
        let freed = peak_rss().unwrap();
        assert!(with.min(freed) >= BIG as u64, "the mark stays: {with}, then {freed}");
        assert!(reset_peak_rss());
        assert!(peak_rss().unwrap() < with - BIG as u64 / 2);
    }

    #[test]
    fn threads_are_counted() {
        let (stop, wait) = std::sync::mpsc::channel::<()>();
        let (ready, begun) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            ready.send(()).unwrap();
            wait.recv().unwrap_err();
        });
        begun.recv().unwrap();
        assert!(threads().unwrap() >= 2);
        drop(stop);
        thread.join().unwrap();
    }

    #[test]
    fn usage_grows() {
        let before = Usage::now().unwrap();
        let mut after = before;
        while after.since(&before).user + after.since(&before).system < Duration::from_millis(20) {
            after = Usage::now().unwrap();
        }
        assert!(after.user >= before.user && after.system >= before.system);
        assert_eq!(before.since(&after).user, Duration::ZERO);
    }
}
