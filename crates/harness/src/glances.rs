//! A run that is watched while it goes on: the child says how far it is, a line at a time, before
//! it answers as always. Nothing that is measured does that.

use std::{
    io::{self, Read, Write},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use bp_record::{Glance, Sample};
use bp_registry::{Lookout, Watch, execute};
use serde::{Deserialize, Serialize};

use crate::{Error, Interrupts, Item, Launcher, protocol::serve_watching};

/// The hidden command that makes the program a child that is watched.
pub const WATCHED_VERB: &str = "__watched";

/// The shortest time between two glances: looking and telling disturb.
const BETWEEN: Duration = Duration::from_millis(100);
/// How a line begins that is a glance and no answer.
const BEGINNING: &[u8] = br#"{"glance":"#;
/// No glance is longer than this.
const LONGEST: usize = 1 << 10;

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    glance: Glance,
}

/// Runs as a child that is watched: as [`serve`](crate::serve), but meanwhile it says how far it is,
/// at most ten times a second.
///
/// # Errors
/// As [`serve`](crate::serve).
pub fn serve_watched() -> io::Result<()> {
    serve_watching(|cell, asked| {
        let lookout: &'static Lookout = Box::leak(Box::default());
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let teller = scope.spawn(|| tell(lookout, &over));
            let _over = EndOnDrop(&over, teller.thread().clone());
            execute(cell, Watch { server: asked.server, ..Watch::through(lookout) })
        })
    })
}

/// Ends the one who tells, also if the run panics.
struct EndOnDrop<'over>(&'over AtomicBool, thread::Thread);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// Says how far the run is until it is over, and then once more.
fn tell(lookout: &Lookout, over: &AtomicBool) {
    let mut next = Instant::now();
    loop {
        let ended = over.load(Ordering::Acquire);
        let now = Instant::now();
        if ended || now >= next {
            next = now + BETWEEN;
            if lookout.look().is_some_and(|glance| say(glance).is_err()) {
                return; // nobody listens
            }
        }
        if ended {
            return;
        }
        thread::park_timeout(next.saturating_duration_since(Instant::now()));
    }
}

fn say(glance: Glance) -> io::Result<()> {
    let mut line = serde_json::to_vec(&Line { glance })?;
    line.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&line)?;
    output.flush()
}

impl Launcher {
    /// Children that are this program again and say how far they are, each allowed so much memory.
    ///
    /// # Errors
    /// If the system does not tell where this program is.
    pub fn this_program_watched(memory_cap_bytes: u64) -> Result<Self, Error> {
        Self::this_program_as(WATCHED_VERB, memory_cap_bytes)
    }

    /// Runs one item as [`sample`](Self::sample) does, and hands on what a child that is watched
    /// says meanwhile, from a thread of its own.
    ///
    /// # Errors
    /// If the process cannot be started at all.
    pub fn watch(
        &self,
        item: &Item,
        stop: &Interrupts,
        seen: impl FnMut(Glance) + Send + 'static,
    ) -> Result<Sample, Error> {
        self.sample_through(item, stop, |output| Box::new(Glances::new(output, seen)))
    }
}

/// A stream without its lines that are glances, which go to `seen`.
struct Glances<R, F> {
    inner: R,
    seen: F,
    /// What came and is not told apart yet: at most the beginning of a line.
    line: Vec<u8>,
    /// What is to be handed on, from `given` on.
    ready: Vec<u8>,
    given: usize,
    /// In a line that is no glance.
    through: bool,
}

impl<R: Read, F: FnMut(Glance)> Glances<R, F> {
    fn new(inner: R, seen: F) -> Self {
        let (line, ready) = (Vec::new(), Vec::new());
        Self { inner, seen, line, ready, given: 0, through: false }
    }

    fn take(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ends = part.ends_with(b"\n");
            if self.through {
                self.ready.extend_from_slice(part);
            } else {
                self.line.extend_from_slice(part);
                let shorter = self.line.len().min(BEGINNING.len());
                let may_be =
                    self.line.len() <= LONGEST && self.line[..shorter] == BEGINNING[..shorter];
                if !may_be {
                    self.ready.append(&mut self.line);
                } else if ends {
                    match serde_json::from_slice(&self.line) {
                        Ok(Line { glance }) => (self.seen)(glance),
                        Err(_) => self.ready.extend_from_slice(&self.line),
                    }
                    self.line.clear();
                }
                self.through = !may_be;
            }
            self.through &= !ends;
        }
    }
}

impl<R: Read, F: FnMut(Glance)> Read for Glances<R, F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut chunk = [0; 4 << 10];
        while self.given == self.ready.len() {
            (self.given, self.ready) = (0, Vec::new());
            let count = self.inner.read(&mut chunk)?;
            self.take(&chunk[..count]);
            if count == 0 {
                // A line that was cut short is no glance any more.
                self.ready.append(&mut self.line);
                if self.ready.is_empty() {
                    return Ok(0);
                }
            }
        }
        let count = (&self.ready[self.given..]).read(into)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte string in pieces of so many bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let (piece, rest) = self.0.split_at(self.1.min(self.0.len()));
            into[..piece.len()].copy_from_slice(piece);
            self.0 = rest;
            Ok(piece.len())
        }
    }

    fn glance(delivered: u64) -> Glance {
        Glance { delivered, ..Glance::default() }
    }

    #[test]
    fn glances_are_taken_out_however_the_stream_is_cut() {
        let line =
            |delivered| serde_json::to_string(&Line { glance: glance(delivered) }).unwrap() + "\n";
        let answer = r#"{"ok":{"glance":1}}"#;
        let long = format!("{{\"glance\":{}\n", "9".repeat(2 * LONGEST));
        let text =
            [&*line(1), &line(2), "{\"glance\":7}\n", &long, answer, "\n", &line(3)].concat();
        let left = ["{\"glance\":7}\n", &long, answer, "\n", "{\"gla"].concat();
        let text = text + "{\"gla";
        for size in [1, 2, 7, 100, 4096] {
            let mut seen = Vec::new();
            let mut rest = String::new();
            let pieces = Pieces(text.as_bytes(), size);
            Glances::new(pieces, |glance| seen.push(glance)).read_to_string(&mut rest).unwrap();
            assert_eq!(seen, [1, 2, 3].map(glance), "in pieces of {size}");
            assert_eq!(rest, left, "in pieces of {size}");
        }
    }
}
