//! The places of a server, who waits for one, and the books of what came of everybody.

mod visit;

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bp_record::{Served, Work};
use tokio::sync::Semaphore;

use crate::door::Door;

pub(crate) use self::visit::{End, Refusal, Visit};

/// Where requests ask for a place. Every count is exact: all are under one lock.
#[derive(Debug)]
pub(crate) struct Desk {
    /// What there is, and how long it takes.
    pub(crate) work: Work,
    /// First come, first served.
    places: Semaphore,
    opened: Instant,
    books: Mutex<Books>,
    idle: Condvar,
}

#[derive(Debug)]
struct Books {
    served: Served,
    under_way: u64,
    inside: u64,
    connections: u64,
    /// How much too long those served so far took together, and nobody has made up for yet.
    late: Duration,
    door: Option<Door>,
}

impl Desk {
    pub(crate) fn open(work: &Work) -> Arc<Self> {
        let books = Books {
            served: Served::default(),
            under_way: 0,
            inside: 0,
            connections: 0,
            late: Duration::ZERO,
            door: work.real.rate_limit.map(Door::new),
        };
        Arc::new(Self {
            work: work.clone(),
            places: Semaphore::new(work.places.get().min(Semaphore::MAX_PERMITS)),
            opened: Instant::now(),
            books: Mutex::new(books),
            idle: Condvar::new(),
        })
    }

    /// A request has come; it is counted as what becomes of the visit.
    pub(crate) fn arrive(self: &Arc<Self>) -> Visit {
        Visit::begin(Arc::clone(self))
    }

    /// Somebody has connected, until this is dropped.
    pub(crate) fn connect(self: &Arc<Self>) -> Connected {
        let mut books = self.books();
        books.connections += 1;
        books.served.connections_peak = books.served.connections_peak.max(books.connections);
        drop(books);
        Connected(Arc::clone(self))
    }

    /// What came of everybody, once nothing is under way, or after `patience` of what is over by
    /// then. Blocks.
    pub(crate) fn report(&self, patience: Duration) -> Served {
        let busy = |books: &mut Books| books.under_way > 0;
        let waited = self.idle.wait_timeout_while(self.books(), patience, busy);
        waited.unwrap_or_else(PoisonError::into_inner).0.served
    }

    fn places(&self) -> u64 {
        self.work.places.get() as u64
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Connected(Arc<Desk>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.books().connections -= 1;
    }
}
