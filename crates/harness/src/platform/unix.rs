use std::{
    io,
    os::unix::process::{CommandExt, ExitStatusExt},
    path::Path,
    process::{Child, Command, ExitStatus},
    sync::{Mutex, PoisonError},
};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, getrlimit, kill_process_group, setrlimit,
    waitid,
};

/// Makes the child the head of a group of its own, so that it can be ended with all it started,
/// and so that the terminal's Ctrl-C goes to the parent alone.
pub(crate) fn isolate(command: &mut Command) {
    command.process_group(0);
}

/// Whether a file can be started: it has the permission, and its file system allows it.
pub(crate) fn may_start(program: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(program, rustix::fs::Access::EXEC_OK)?)
}

/// The signal that ended a process, if one did.
pub(crate) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Lets this process have so much address space and no more.
pub(crate) fn limit_address_space(bytes: u64) {
    let most = getrlimit(Resource::As).maximum;
    let bytes = most.map_or(bytes, |most| most.min(bytes));
    // Some systems have no such limit; the pass that counts bytes has its cap regardless.
    let _ = setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: most });
}

/// Lets this process have so many descriptors open and no more, if it may have as many.
pub(crate) fn limit_descriptors(number: u64) {
    let most = getrlimit(Resource::Nofile).maximum;
    let number = most.map_or(number, |most| most.min(number));
    // To lower a limit of one's own is always allowed.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(number), maximum: most });
}

/// Replaces this process by another program; returns only why that failed.
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    command.exec()
}

/// A child and the group of processes that it heads.
///
/// Until the child is reaped, its id cannot go to another process, so signals to the group are
/// safe; after that none is sent.
#[derive(Debug)]
pub(crate) struct Group {
    id: Pid,
    child: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Unreaped(Child),
    Reaped(ExitStatus),
}

impl Group {
    pub(crate) fn new(child: Child) -> Self {
        Self { id: Pid::from_child(&child), child: Mutex::new(State::Unreaped(child)) }
    }

    /// Blocks until the child has ended, and leaves it unreaped.
    pub(crate) fn wait(&self) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(self.id), options) {}
    }

    /// Asks every process of the group to end.
    pub(crate) fn terminate(&self) {
        self.send(Signal::TERM);
    }

    /// Ends every process of the group.
    pub(crate) fn kill(&self) {
        self.send(Signal::KILL);
    }

    /// Blocks until the child has ended and takes its status, which frees its id.
    pub(crate) fn reap(&self) -> io::Result<ExitStatus> {
        self.wait();
        let mut state = self.lock();
        let status = match &mut *state {
            State::Unreaped(child) => child.wait()?,
            State::Reaped(status) => *status,
        };
        *state = State::Reaped(status);
        Ok(status)
    }

    fn send(&self, signal: Signal) {
        if let State::Unreaped(_) = *self.lock() {
            // It fails if all of the group have ended, which is what was asked for.
            let _ = kill_process_group(self.id, signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
