use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bp_workloads::Law;

use super::Desk;
use crate::door::Entry;

/// Each filling of the places that waits makes everybody slower by one part in so many.
const PATIENT: u64 = 10;

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

/// A request, from its arrival to its end. Dropped, it leaves its place or the line, and whoever
/// was not counted by then has given up.
#[derive(Debug)]
pub(crate) struct Visit {
    desk: Arc<Desk>,
    /// The how manieth it is, from 1.
    pub(crate) number: u64,
    inside: bool,
    counted: bool,
}

impl Visit {
    pub(super) fn begin(desk: Arc<Desk>) -> Self {
        let mut books = desk.books();
        books.served.requests += 1;
        books.under_way += 1;
        let number = books.served.requests;
        drop(books);
        Self { desk, number, inside: false, counted: false }
    }

    /// Lets it in, to a place or into the line for one; or refuses it, which is its end.
    pub(crate) fn enter(&mut self) -> Result<(), Refusal> {
        let now = self.desk.opened.elapsed();
        let mut books = self.desk.books();
        let refusal = match books.door.as_mut().map(|door| door.come(now)) {
            Some(Entry::TooFast { wait, last }) => {
                books.served.limited += 1;
                books.served.bans += u64::from(last);
                Refusal::Limited(wait)
            }
            Some(Entry::Banned { wait }) => {
                books.served.banned += 1;
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
                books.served.overloaded += 1;
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
        if self.counted {
            return;
        }
        let mut books = self.desk.books();
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use bp_record::{Arrivals, Consumer, Extent, Faults, Real, Served, Work};

    use super::*;

    fn desk(places: usize, queue: usize) -> Arc<Desk> {
        Desk::open(&Work {
            name: "lookup".into(),
            extent: Extent::Jobs(1),
            service_ns: 5_000_000,
            payload_bytes: 0,
            seed: 7,
            places: NonZeroUsize::new(places).unwrap(),
            queue,
            directory: None,
            service_times: None,
            real: Real::default(),
            arrivals: Arrivals::Drain,
            consumer: Consumer::Instant,
            faults: Faults::default(),
        })
    }

    /// So many who were let in.
    fn inside(desk: &Arc<Desk>, number: usize) -> Vec<Visit> {
        let enter = |_| {
            let mut visit = desk.arrive();
            visit.enter().unwrap();
            visit
        };
        (0..number).map(enter).collect()
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn each_filling_of_the_places_that_waits_slows_by_a_tenth() {
        let desk = desk(4, 100);
        let mut visits = inside(&desk, 4);
        assert_eq!(visits[0].slowed(10 * MS), 10 * MS, "nobody waits");
        visits.extend(inside(&desk, 2));
        assert_eq!(visits[0].slowed(40 * MS), 42 * MS);
        visits.extend(inside(&desk, 38));
        assert_eq!(visits[0].slowed(10 * MS), 20 * MS);
        visits.truncate(3);
        assert_eq!(visits[0].slowed(10 * MS), 10 * MS);
    }

    #[test]
    fn what_was_late_is_made_up_for_but_no_more_than_a_service_a_place() {
        let desk = desk(2, 0);
        let visit = &inside(&desk, 1)[0];
        assert_eq!(visit.make_up(5 * MS), 5 * MS);
        visit.owe(3 * MS, 5 * MS);
        assert_eq!([visit.make_up(2 * MS), visit.make_up(2 * MS)], [Duration::ZERO, MS]);
        visit.owe(Duration::MAX, 5 * MS);
        assert_eq!([visit.make_up(12 * MS), visit.make_up(12 * MS)], [2 * MS, 12 * MS]);
    }

    #[test]
    fn places_and_the_line_are_full_and_then_there_is_room_again() {
        let desk = desk(2, 1);
        let mut visits = inside(&desk, 3);
        assert_eq!(desk.arrive().enter(), Err(Refusal::Overloaded));
        visits.pop().unwrap().end(End::Answered);
        visits.extend(inside(&desk, 1));
        assert_eq!(desk.arrive().enter(), Err(Refusal::Overloaded));
        drop(visits);
        let expected = Served {
            requests: 6,
            answered: 1,
            overloaded: 2,
            abandoned: 3,
            inside_peak: 3,
            ..Served::default()
        };
        assert_eq!(desk.report(Duration::MAX), expected);
    }
}
