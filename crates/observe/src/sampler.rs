use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicBool, AtomicI64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::memory::{self, Meter};

/// The shortest time between two samples: 1 kHz costs 1.7 % of a core.
const SHORTEST: Duration = Duration::from_millis(1);
/// How many samples are kept; of longer runs the resolution is halved as often as it takes.
const MOST: usize = 4096;

/// Follows the live bytes of the process over time, from a thread of its own.
///
/// The thread and its memory exist before anything is measured: make it, then
/// [`begin`](memory::begin), then [`start`](Self::start). It belongs in the memory pass alone.
#[derive(Debug)]
pub struct Sampler {
    control: Arc<Control>,
    thread: JoinHandle<Vec<(u64, u64)>>,
}

#[derive(Debug, Default)]
struct Control {
    began: Mutex<Option<Instant>>,
    live_before: AtomicI64,
    running: AtomicBool,
    ended: AtomicBool,
}

impl Sampler {
    /// Makes a sampler that waits to be started.
    ///
    /// # Errors
    /// If the operating system refuses a thread.
    pub fn new() -> io::Result<Self> {
        let control = Arc::new(Control::default());
        let shared = control.clone();
        let mut samples = Samples::new(MOST);
        let thread = thread::Builder::new().name("sampler".into()).spawn(move || {
            shared.follow(&mut samples);
            samples.points
        })?;
        Ok(Self { control, thread })
    }

    /// Samples from now on, relative to what was live when `meter` began.
    pub fn start(&self, meter: &Meter) {
        self.control.live_before.store(meter.live_before(), Relaxed);
        *self.control.began.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.control.running.store(true, Release);
        self.thread.thread().unpark();
    }

    /// Stops sampling: (nanoseconds since the start, live bytes above what was live before), in
    /// order of time, each the greatest of its interval. At most 4,096.
    ///
    /// # Panics
    /// If the thread has panicked.
    pub fn finish(self) -> Vec<(u64, u64)> {
        self.control.ended.store(true, Release);
        self.thread.thread().unpark();
        self.thread.join().expect("the sampler does nothing that panics")
    }
}

impl Control {
    fn follow(&self, samples: &mut Samples) {
        while !self.running.load(Acquire) {
            if self.ended.load(Acquire) {
                return;
            }
            thread::park();
        }
        let began = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let began = began.expect("set before it runs");
        let live_before = self.live_before.load(Relaxed);
        loop {
            let ended = self.ended.load(Acquire); // asked first: the last sample is that of the end
            let live = (memory::live() - live_before).max(0) as u64;
            samples.push(began.elapsed().as_nanos() as u64, live);
            if ended {
                return;
            }
            thread::park_timeout(SHORTEST);
        }
    }
}

/// Points in order of time, in bounded memory.
#[derive(Debug)]
struct Samples {
    points: Vec<(u64, u64)>,
    most: usize,
    /// Each point is the greatest of so many samples.
    each: u32,
    /// How many samples the last point is of.
    last: u32,
}

impl Samples {
    fn new(most: usize) -> Self {
        Self { points: Vec::with_capacity(most), most, each: 1, last: 1 }
    }

    fn push(&mut self, time: u64, live: u64) {
        if self.last < self.each
            && let Some(point) = self.points.last_mut()
        {
            self.last += 1;
            *point = greater(*point, (time, live));
            return;
        }
        if self.points.len() == self.most {
            self.halve();
        }
        self.points.push((time, live));
        self.last = 1;
    }

    /// Of each two points only the greater stays.
    fn halve(&mut self) {
        let half = self.points.len().div_ceil(2);
        for place in 0..half {
            let first = self.points[2 * place];
            let second = self.points.get(2 * place + 1).copied().unwrap_or(first);
            self.points[place] = greater(first, second);
        }
        self.points.truncate(half);
        self.each *= 2;
    }
}

/// The one with more live bytes; of equals the earlier.
fn greater(first: (u64, u64), second: (u64, u64)) -> (u64, u64) {
    if second.1 > first.1 { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_extremes_stay() {
        let mut samples = Samples::new(8);
        for time in 0..10_000 {
            samples.push(time, if time == 4_321 { 99 } else { time % 7 });
        }
        assert!(samples.points.len() <= 8 && samples.points.capacity() == 8);
        assert!(samples.points.contains(&(4_321, 99)), "{:?}", samples.points);
        assert!(samples.points.is_sorted_by(|a, b| a.0 < b.0), "{:?}", samples.points);
        assert!(samples.points[0].0 < 2_048 && samples.points.len() >= 4);
    }

    #[test]
    fn few_samples_stay_as_they_are() {
        let mut samples = Samples::new(8);
        (0..8).for_each(|time| samples.push(time, 8 - time));
        assert_eq!(samples.points, (0..8).map(|time| (time, 8 - time)).collect::<Vec<_>>());
    }

    #[test]
    fn it_looks_at_most_once_a_millisecond_and_once_at_the_end() {
        let control = Control::default();
        let mut samples = Samples::new(MOST);
        *control.began.lock().unwrap() = Some(Instant::now());
        control.running.store(true, Release);
        let began = Instant::now();
        thread::scope(|scope| {
            let sampler = scope.spawn(|| control.follow(&mut samples));
            while began.elapsed() < 20 * SHORTEST {
                std::hint::spin_loop();
            }
            control.ended.store(true, Release);
            sampler.thread().unpark();
        });
        let most = began.elapsed().as_nanos() / SHORTEST.as_nanos() + 2;
        assert!(samples.points.len() as u128 <= most, "{} of {most}", samples.points.len());
        let gaps = samples.points.windows(2).rev().skip(1).map(|pair| pair[1].0 - pair[0].0);
        assert!(gaps.min().is_none_or(|gap| u128::from(gap) >= SHORTEST.as_nanos()));
    }

    #[test]
    fn one_that_never_started_ends() {
        assert_eq!(Sampler::new().unwrap().finish(), []);
    }
}
