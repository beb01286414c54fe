//! The places of a server, who waits for one, and the books of what came of everybody.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bp_record::{Served, Work};
use bp_workloads::Law;
use tokio::sync::Semaphore;

use crate::door::{Door, Entry};

/// Each filling of the places that waits makes everybody slower by one part in so many.
const PATIENT: u64 = 10;

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
    /// Counts resets: what came before one is not counted after it.
    era: u64,
    under_way: u64,
    inside: u64,
    connections: u64,
    /// How much too long those served so far took together, and nobody has made up for yet.
    late: Duration,
    door: Option<Door>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    Abandoned,
    Malformed,
    Dropped,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No more may wait.
    Overloaded,
    /// Too fast; better after so long.
    Limited(Duration),
    /// For so much longer.
    Banned(Duration),
}

impl Desk {
    pub(crate) fn open(work: &Work) -> Arc<Self> {
        let books = Books {
            served: Served::default(),
            era: 0,
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
        let mut books = self.books();
        books.served.requests += 1;
        books.under_way += 1;
        let (era, number) = (books.era, books.served.requests);
        drop(books);
        Visit { desk: Arc::clone(self), era, number, inside: false, counted: false }
    }

    /// Somebody has connected, until this is dropped.
    pub(crate) fn connect(self: &Arc<Self>) -> Connected {
        let mut books = self.books();
        books.connections += 1;
        books.served.connections_peak = books.served.connections_peak.max(books.connections);
        drop(books);
        Connected(Arc::clone(self))
    }

    /// As if the server was opened now: nothing counted, a full bucket, nobody banned. Who is
    /// inside stays, and is not counted.
    pub(crate) fn reset(&self) {
        let mut books = self.books();
        books.era += 1;
        books.served = Served {
            inside_peak: books.inside,
            connections_peak: books.connections,
            ..Served::default()
        };
        // Its time begins with the next who comes; the bucket is full, so nothing is lost.
        books.door = self.work.real.rate_limit.map(Door::new);
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

/// A request, from its arrival to its end. Dropped, it leaves its place or the line, and whoever
/// was not counted by then has given up.
#[derive(Debug)]
pub(crate) struct Visit {
    desk: Arc<Desk>,
    era: u64,
    /// The how manieth it is, from 1, since the counts were zero.
    pub(crate) number: u64,
    inside: bool,
    counted: bool,
}

impl Visit {
    /// Lets it in, to a place or into the line for one; or refuses it, which is its end.
    pub(crate) fn enter(&mut self) -> Result<(), Refusal> {
        let now = self.desk.opened.elapsed();
        let mut books = self.desk.books();
        let refusal = match books.door.as_mut().map(|door| door.come(now)) {
            Some(Entry::TooFast { wait, last }) => {
                if books.era == self.era {
                    books.served.limited += 1;
                    books.served.bans += u64::from(last);
                }
                Refusal::Limited(wait)
            }
            Some(Entry::Banned { wait }) => {
                books.served.banned += u64::from(books.era == self.era);
                Refusal::Banned(wait)
            }
            Some(Entry::Welcome) | None => {
                let room = self.desk.places().saturating_add(self.desk.work.queue as u64);
                if books.inside < room {
                    books.inside += 1;
                    books.served.inside_peak = books.served.inside_peak.max(books.inside);
                    self.inside = true;
                    return Ok(());
                }
                books.served.overloaded += u64::from(books.era == self.era);
                Refusal::Overloaded
            }
        };
        drop(books);
        self.counted = true;
        Err(refusal)
    }

    /// Waits for a place and holds it for the time that job `index` takes there: an exponential
    /// one that follows from the seed and `index`, and is the longer the more wait.
    ///
    /// Dropped meanwhile, it leaves its place, or the line.
    pub(crate) async fn be_served(&self, seed: u64, index: u64) {
        let place = self.desk.places.acquire().await.expect("no one closes the semaphore");
        let mean = Duration::from_nanos(self.desk.work.service_ns);
        let asked = self.slowed(Law::Exponential.service(seed, index, mean));
        let asked = self.make_up(asked);
        if !asked.is_zero() {
            let began = Instant::now();
            tokio::time::sleep(asked).await;
            self.owe(began.elapsed().saturating_sub(asked), mean);
        }
        drop(place);
    }

    /// How long `time` becomes with as many in the line as there are now.
    fn slowed(&self, time: Duration) -> Duration {
        let (inside, places) = (self.desk.books().inside, self.desk.places());
        let waiting = inside.saturating_sub(places);
        time.saturating_add(time.mul_f64(waiting as f64 / (places * PATIENT) as f64))
    }

    /// What is left of a time after what others took too long: timers are late by a millisecond,
    /// and the places are to serve as many a second as they say.
    fn make_up(&self, time: Duration) -> Duration {
        let mut books = self.desk.books();
        let made_up = books.late.min(time);
        books.late -= made_up;
        time - made_up
    }

    /// Somebody took so much too long. No more is ever owed than a mean service a place: after a
    /// pause of the machine nobody is served in no time for long.
    fn owe(&self, late: Duration, mean: Duration) {
        let places = u32::try_from(self.desk.places()).unwrap_or(u32::MAX);
        let mut books = self.desk.books();
        books.late = books.late.saturating_add(late).min(mean.saturating_mul(places));
    }

    /// Counts it as what it came to, if it is not counted already.
    pub(crate) fn end(mut self, end: End) {
        self.count(end);
    }

    fn count(&mut self, end: End) {
        let mut books = self.desk.books();
        if self.counted || books.era != self.era {
            return;
        }
        let served = &mut books.served;
        *match end {
            End::Answered => &mut served.answered,
            End::Abandoned => &mut served.abandoned,
            End::Malformed => &mut served.malformed,
            End::Dropped => &mut served.dropped,
        } += 1;
        drop(books);
        self.counted = true;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.count(End::Abandoned);
        let mut books = self.desk.books();
        books.inside -= u64::from(self.inside);
        books.under_way -= 1;
        if books.under_way == 0 {
            self.desk.idle.notify_all();
        }
    }
}
