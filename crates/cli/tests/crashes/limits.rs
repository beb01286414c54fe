//! A disk without room, a limit of a file's size, and two programs at once.

use std::{fs, io::Write, process::Command};

use crate::experiment::{End, Experiment, stored, undisturbed};

/// Runs the program where no file may grow beyond so many blocks of 512 bytes.
fn small_files(blocks: u32, signal: &str) -> [String; 4] {
    let script = format!("trap '{signal}' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    ["sh", "-c", &script, ""].map(str::to_owned)
}

#[test]
fn a_file_that_may_not_grow_ends_the_run_and_nothing_else() {
    let whole = undisturbed();
    let experiment = Experiment::new();
    // Enough for the description, which is the larger file at first, and for some samples.
    let seen = experiment.start_under(&small_files(36, "")[..3], End::Never);
    assert_eq!(seen.status.code(), Some(1), "{}", seen.said);
    let error = seen.said.lines().find(|line| line.starts_with("error: ")).unwrap();
    assert!(error.contains("cannot write run/") && error.contains("too large"), "{error}");
    if let Some(recorded) = experiment.recorded() {
        assert_eq!(stored(&recorded), seen.acknowledged);
        assert_eq!(recorded.torn, None, "half a line is cut off at once");
    }
    experiment.finish(&whole);
}

#[test]
fn a_full_disk_ends_the_run_and_nothing_else() {
    let experiment = Experiment::new();
    let directory = experiment.directory();
    fs::create_dir(&directory).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=48k", "tmpfs"])
        .arg(&directory)
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        println!("skipped: only root may mount a small disk");
        return;
    }
    let unmount = Unmount(&directory);
    let whole = undisturbed();
    let seen = experiment.start(End::Never);
    assert_eq!(seen.status.code(), Some(1), "{}", seen.said);
    let error = seen.said.lines().find(|line| line.starts_with("error: ")).unwrap();
    assert!(error.contains("No space left") && error.contains("another disk"), "{error}");
    let recorded = experiment.recorded().unwrap();
    assert_eq!((stored(&recorded), recorded.torn), (seen.acknowledged.clone(), None));
    assert!(!seen.acknowledged.is_empty(), "some samples fit");

    let again = experiment.start(End::Never);
    assert_eq!(again.status.code(), Some(1), "still full: {}", again.said);
    // Where there was no room for a trace there may be some for a line.
    let acknowledged = seen.acknowledged.len() + again.acknowledged.len();
    assert_eq!(stored(&experiment.recorded().unwrap()).len(), acknowledged);

    let more = Command::new("mount").args(["-o", "remount,size=8m"]).arg(&directory).status();
    assert!(more.unwrap().success());
    experiment.finish(&whole);
    drop(unmount);
}

struct Unmount<'a>(&'a std::path::Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        // A test that fails may leave a program there, so at once and not when nobody uses it.
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn two_at_once_do_not_mix() {
    let whole = undisturbed();
    let experiment = Experiment::new();
    experiment.start(End::KillAfterSamples(4));
    let before = experiment.events();
    // This process holds the lock, as another one that goes on with the run would.
    let mut lock = fs::File::options()
        .read(true)
        .write(true)
        .open(experiment.directory().join(".lock"))
        .unwrap();
    lock.try_lock().unwrap();
    lock.set_len(0).unwrap();
    writeln!(lock, "4711").unwrap();
    let second = experiment.start(End::Never);
    assert_eq!((second.status.code(), second.acknowledged.len()), (Some(1), 0));
    assert!(second.said.contains("is being written by process 4711"), "{}", second.said);
    assert_eq!(experiment.events(), before);
    drop(lock);
    experiment.finish(&whole);
}
