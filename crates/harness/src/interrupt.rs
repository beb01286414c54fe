use std::{
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
};

use crate::{Error, child::Event, platform::Group};

/// The exit code of a program that the user interrupted.
pub const INTERRUPTED_EXIT: u8 = 130;

/// Whether the user asked for the end, and whom to tell.
///
/// The first interrupt ends the children that run and lets the files be finished; the second
/// kills the children and the program at once.
#[derive(Clone, Debug, Default)]
pub struct Interrupts {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    asked: AtomicBool,
    children: Mutex<Vec<Running>>,
}

#[derive(Debug)]
struct Running {
    group: Arc<Group>,
    events: Sender<Event>,
}

impl Interrupts {
    /// Listens for Ctrl-C, and for the signals with which systems ask programs to end, unless they
    /// are ignored or listened to already.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn listen() -> Result<Self, Error> {
        let interrupts = Self::default();
        let listener = interrupts.clone();
        match ctrlc::try_set_handler(move || listener.interrupt()) {
            // Whoever started this ignores a signal, as `nohup` does, and means it.
            Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(interrupts),
            Err(error) => Err(Error::Interrupts(error)),
        }
    }

    /// True once the user asked for the end.
    pub fn asked(&self) -> bool {
        self.shared.asked.load(Ordering::Acquire)
    }

    /// Names a child that an interrupt ends, until the guard is dropped.
    pub(crate) fn watch(&self, group: &Arc<Group>, events: Sender<Event>) -> Watched {
        let running = Running { group: Arc::clone(group), events };
        let mut children = self.shared.children.lock().unwrap_or_else(PoisonError::into_inner);
        if self.asked() {
            running.tell();
        }
        children.push(running);
        Watched { shared: Arc::clone(&self.shared), group: Arc::clone(group) }
    }

    /// What Ctrl-C does, for those who listen to something else.
    ///
    /// Called a second time it does not return: it kills the children and ends this process with
    /// [`INTERRUPTED_EXIT`].
    pub fn interrupt(&self) {
        let children = self.shared.children.lock().unwrap_or_else(PoisonError::into_inner);
        let again = self.shared.asked.swap(true, Ordering::AcqRel);
        if again {
            children.iter().for_each(|running| running.group.kill());
            process::exit(INTERRUPTED_EXIT.into());
        }
        children.iter().for_each(Running::tell);
    }
}

impl Running {
    fn tell(&self) {
        // The receiver is gone when the child has ended: then there is nothing to tell.
        let _ = self.events.send(Event::Interrupted);
    }
}

/// Takes a child off the list when dropped.
#[derive(Debug)]
pub(crate) struct Watched {
    shared: Arc<Shared>,
    group: Arc<Group>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut children = self.shared.children.lock().unwrap_or_else(PoisonError::into_inner);
        children.retain(|running| !Arc::ptr_eq(&running.group, &self.group));
    }
}
