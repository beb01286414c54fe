use std::{
    io,
    path::Path,
    process::{Child, Command, ExitStatus},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How often a child is asked whether it has ended.
const POLL: Duration = Duration::from_millis(10);

/// There are no groups of processes here: a child's own children are not ended with it.
pub(crate) fn isolate(_: &mut Command) {}

/// Who may start a file is not looked at here.
pub(crate) fn may_start(_: &Path) -> io::Result<()> {
    Ok(())
}

/// There are no signals here.
pub(crate) fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// There is no such limit here; the pass that counts bytes has its cap regardless.
pub(crate) fn limit_address_space(_: u64) {}

/// There is no such limit here.
pub(crate) fn limit_descriptors(_: u64) {}

/// A process cannot become another program here, so it waits for it and ends as it did; returns
/// only why that failed.
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// A child.
#[derive(Debug)]
pub(crate) struct Group {
    child: Mutex<Child>,
}

impl Group {
    pub(crate) fn new(child: Child) -> Self {
        Self { child: Mutex::new(child) }
    }

    /// Blocks until the child has ended.
    pub(crate) fn wait(&self) {
        loop {
            let status = self.lock().try_wait(); // the lock is free while this sleeps
            if !matches!(status, Ok(None)) {
                break;
            }
            thread::sleep(POLL);
        }
    }

    /// There is no polite way here.
    pub(crate) fn terminate(&self) {
        self.kill();
    }

    /// Ends the child.
    pub(crate) fn kill(&self) {
        // It fails if the child has ended, which is what was asked for.
        let _ = self.lock().kill();
    }

    /// Blocks until the child has ended and takes its status.
    pub(crate) fn reap(&self) -> io::Result<ExitStatus> {
        self.wait();
        self.lock().wait()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
