//! What a child writes, read by a thread of its own.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use crate::child::Event;

/// Which part of a stream is kept.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    /// The first bytes; more is a reason to end the child.
    First(usize),
    /// The last bytes, roughly: up to twice as many.
    Last(usize),
}

/// A pipe that a thread of its own empties.
///
/// If somebody holds its other end open for ever, the thread stays behind, blocked; what came
/// until then is not lost.
pub(crate) struct Pipe {
    shared: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    bytes: Vec<u8>,
    closed: bool,
}

impl Pipe {
    pub(crate) fn read(
        pipe: Option<impl Read + Send + 'static>,
        keep: Keep,
        events: mpsc::Sender<Event>,
    ) -> io::Result<Self> {
        let mut pipe = pipe.expect("standard output and error were asked for as pipes");
        let shared = Arc::new(Mutex::new(Received::default()));
        let received = Arc::clone(&shared);
        thread::Builder::new().spawn(move || {
            let mut chunk = [0; 16 << 10];
            loop {
                match pipe.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(count) => {
                        if !lock(&received).add(&chunk[..count], keep) {
                            let _ = events.send(Event::Talkative);
                            break;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            lock(&received).closed = true;
            let _ = events.send(Event::Closed);
        })?;
        Ok(Self { shared })
    }

    pub(crate) fn closed(&self) -> bool {
        lock(&self.shared).closed
    }

    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut lock(&self.shared).bytes)
    }
}

impl Received {
    /// Adds a chunk; false if that is more than may come.
    fn add(&mut self, chunk: &[u8], keep: Keep) -> bool {
        match keep {
            Keep::First(most) if self.bytes.len() + chunk.len() > most => return false,
            Keep::First(_) => {}
            Keep::Last(most) if self.bytes.len() > most => {
                let surplus = self.bytes.len() - most;
                self.bytes.drain(..surplus);
            }
            Keep::Last(_) => {}
        }
        self.bytes.extend_from_slice(chunk);
        true
    }
}

fn lock(received: &Mutex<Received>) -> std::sync::MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}
