use std::{
    future::Future,
    mem,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bp_core::{Clock, Workload};
use tokio::sync::Semaphore;

use crate::{Law, Receipt, Tally, payload::Payload, tally::Values};

/// Requests to a service that has so many places and no more.
///
/// A request that finds the line full is refused at once. The others are served round robin: a
/// request holds a place for a quantum, then goes to the back of the line, until it is done. So
/// each takes longer the more there are, and that is no formula: it waits for a place. Besides, the
/// service looks through the table of its requests at each hand-over, which costs processor time in
/// proportion to their number.
#[derive(Debug)]
pub struct Contended {
    terms: Terms,
    jobs: Option<u64>,
    payload_bytes: usize,
    seed: u64,
    tally: &'static Tally,
    service: &'static Service,
}

/// How a contended service serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How many requests it serves at once.
    pub places: NonZeroUsize,
    /// How many more may stand in line; another one is refused.
    pub queue: usize,
    /// How the times in a place are distributed.
    pub law: Law,
    /// Their mean, or what the law says: what a request takes when it is alone.
    pub service: Duration,
    /// How long a request keeps its place before the next one has a turn; at least 1 ns. Below a
    /// few milliseconds it is the executor's timer that is measured.
    pub quantum: Duration,
}

impl Contended {
    /// So many `jobs`, endless if `None`, each of which holds `payload_bytes` once it is let in.
    pub fn new(terms: Terms, jobs: Option<u64>, payload_bytes: usize, seed: u64) -> Self {
        let service = Service {
            places: Semaphore::new(terms.places.get().min(Semaphore::MAX_PERMITS)),
            room: terms.places.get().saturating_add(terms.queue),
            table: Mutex::default(),
        };
        Self {
            terms,
            jobs,
            payload_bytes,
            seed,
            tally: Tally::leak(Values::Seeded(seed)),
            service: Box::leak(Box::new(service)),
        }
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.tally
    }

    /// The service, for its own view of the load.
    pub fn service(&self) -> &'static Service {
        self.service
    }
}

impl<X: Clock> Workload<X> for Contended {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        self.jobs
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        let (service, tally, clock) = (self.service, self.tally, executor.clone());
        let quantum = self.terms.quantum.max(Duration::from_nanos(1));
        let mut left = self.terms.law.service(self.seed, index, self.terms.service);
        let mut payload = Payload::Wanted(self.payload_bytes);
        async move {
            let value = tally.value(index);
            let Some(request) = service.enter(index) else {
                tally.refuse();
                return Receipt::refused(tally, value);
            };
            payload.hold();
            while !left.is_zero() {
                let place = service.places.acquire().await.expect("no one closes the semaphore");
                request.take_turn();
                let turn = left.min(quantum);
                clock.sleep(turn).await;
                left -= turn;
                drop(place); // to the back of the line
            }
            Receipt::good(tally, value)
        }
    }
}

/// The service behind [`Contended`].
#[derive(Debug)]
pub struct Service {
    places: Semaphore,
    room: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    sessions: Vec<Session>,
    peak: usize,
    longest_line: u64,
}

/// What the service keeps of a request: a cache line, as if there were more to it.
#[derive(Debug)]
#[repr(align(64))]
struct Session {
    request: u64,
    /// Turns of others since its own last one.
    waited: u64,
}

impl Service {
    /// Most requests inside at one instant: served or in line.
    pub fn peak(&self) -> usize {
        self.table().peak
    }

    /// Most turns of others that one request saw between two of its own.
    pub fn longest_line(&self) -> u64 {
        self.table().longest_line
    }

    /// Lets the request in, or refuses it.
    fn enter(&'static self, request: u64) -> Option<Request> {
        let mut table = self.table();
        if table.sessions.len() >= self.room {
            return None;
        }
        table.sessions.push(Session { request, waited: 0 });
        table.peak = table.peak.max(table.sessions.len());
        Some(Request { service: self, request })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was let in; it leaves when this is dropped.
struct Request {
    service: &'static Service,
    request: u64,
}

impl Request {
    /// Looks through the whole table: this is what makes a hand-over dearer under load.
    fn take_turn(&self) {
        let mut table = self.service.table();
        let mut waited = 0;
        for session in &mut table.sessions {
            if session.request == self.request {
                waited = mem::take(&mut session.waited);
            } else {
                session.waited += 1;
            }
        }
        table.longest_line = table.longest_line.max(waited);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let mut table = self.service.table();
        let place = table.sessions.iter().position(|session| session.request == self.request);
        table.sessions.swap_remove(place.expect("who was let in is in the table until now"));
    }
}
