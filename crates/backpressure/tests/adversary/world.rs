//! Jobs, their source, and all that was promised of them.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::Stream;

/// Numbers from a seed.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// Whether somebody was woken.
#[derive(Default)]
pub(crate) struct Flag(AtomicBool);

impl Flag {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(SeqCst)
    }

    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, SeqCst)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// A job's or an output's share of all that are alive.
pub(crate) struct Token {
    pub(crate) number: usize,
    alive: Arc<AtomicUsize>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, SeqCst);
    }
}

/// How to wake a job.
#[derive(Clone)]
pub(crate) struct Bell {
    waker: Waker,
    woken: Arc<Flag>,
}

impl Bell {
    /// What is noted comes first, so that who polls the job after the wake has seen it.
    pub(crate) fn ring(&self) {
        self.woken.wake_by_ref();
        self.waker.wake_by_ref();
    }
}

/// What a schedule is about.
pub(crate) struct Rules {
    pub(crate) jobs: usize,
    pub(crate) limit: usize,
    pub(crate) window: usize,
    /// Whether nothing is taken after a failure.
    pub(crate) until_error: bool,
    /// Whether all jobs are in one task, of which the order of polls is known.
    pub(crate) in_task: bool,
}

impl Rules {
    pub(crate) fn draw(draw: &mut Draw, until_error: bool, in_task: bool) -> Self {
        // Or about as many as are polled in a turn, 61.
        let many = draw.one_in(8);
        let limit = if many { 58 + draw.below(8) } else { 1 + draw.below(7) };
        let window = limit + draw.below(7);
        let jobs = draw.below(if many { 200 } else { 24 });
        Self { jobs, limit, window, until_error, in_task }
    }
}

#[derive(Default)]
struct State {
    turns: usize,
    fails: bool,
    woken: Arc<Flag>,
    /// When it was woken by this thread and not yet polled.
    woken_at: Option<u64>,
    bell: Option<Bell>,
    /// The last two polls.
    polls: [u64; 2],
    running: bool,
    ended: bool,
}

pub(crate) struct Inner {
    pub(crate) rules: Rules,
    pub(crate) draw: Draw,
    jobs: Vec<State>,
    clock: u64,
    pub(crate) running: usize,
    pub(crate) taken: usize,
    pub(crate) handed_out: usize,
    pub(crate) source_ended: bool,
    pub(crate) failed: bool,
    /// Whom the source wakes.
    pub(crate) source: Option<Waker>,
    /// Those that have ended, the first to end first.
    pub(crate) ended: Vec<usize>,
}

#[derive(Clone)]
pub(crate) struct World {
    inner: Arc<Mutex<Inner>>,
    alive: Arc<AtomicUsize>,
}

impl World {
    pub(crate) fn new(rules: Rules, draw: Draw) -> Self {
        let inner = Inner {
            rules,
            draw,
            jobs: vec![],
            clock: 0,
            running: 0,
            taken: 0,
            handed_out: 0,
            source_ended: false,
            failed: false,
            source: None,
            ended: vec![],
        };
        Self { inner: Arc::new(Mutex::new(inner)), alive: Arc::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn alive(&self) -> usize {
        self.alive.load(SeqCst)
    }

    fn token(&self, number: usize) -> Token {
        self.alive.fetch_add(1, SeqCst);
        Token { number, alive: self.alive.clone() }
    }

    /// A wake that comes from nowhere: of any job, which may have ended.
    pub(crate) fn ring_any(&self) {
        let bell = self.lock().bell_to_ring();
        bell.iter().for_each(Bell::ring);
    }

    /// Wakes the source, if it waits.
    pub(crate) fn wake_source(&self) {
        let waker = self.lock().source.take();
        waker.into_iter().for_each(Waker::wake);
    }

    /// Wakes all that may ever be woken.
    pub(crate) fn ring_all(&self) {
        let bells: Vec<_> = self.lock().jobs.iter().filter_map(|job| job.bell.clone()).collect();
        bells.iter().for_each(Bell::ring);
        self.wake_source();
    }
}

impl Inner {
    /// The bell of any job that has one, ended or not.
    pub(crate) fn any_bell(&mut self) -> Option<Bell> {
        let job = self.any_job()?;
        self.jobs[job].bell.clone()
    }

    fn any_job(&mut self) -> Option<usize> {
        let count = self.jobs.len();
        (count > 0).then(|| self.draw.below(count))
    }

    /// A bell that this thread rings now.
    fn bell_to_ring(&mut self) -> Option<Bell> {
        let (job, now) = (self.any_job()?, self.clock);
        let job = &mut self.jobs[job];
        job.woken_at = job.woken_at.or(Some(now));
        job.bell.clone()
    }

    /// A running job that was woken since it was polled.
    pub(crate) fn woken(&self) -> Option<usize> {
        self.jobs.iter().position(|job| job.running && job.woken.is_set())
    }

    fn poll(&mut self, number: usize, waker: &Waker) -> (Option<bool>, Vec<Bell>) {
        self.clock += 1;
        let now = self.clock;
        assert!(!self.jobs[number].ended, "job {number} is polled after its end");
        if !self.jobs[number].running {
            self.jobs[number].running = true;
            self.running += 1;
            assert!(self.running <= self.rules.limit, "{} run at a time", self.running);
        }
        if self.rules.in_task {
            self.is_fair(number);
        }
        let job = &mut self.jobs[number];
        job.woken.take();
        job.woken_at = None;
        job.polls = [job.polls[1], now];
        if job.turns == 0 {
            (job.running, job.ended) = (false, true);
            self.running -= 1;
            self.ended.push(number);
            self.failed |= job.fails && self.rules.until_error;
            return (Some(job.fails), self.others());
        }
        job.turns -= 1;
        let bell = Bell { waker: waker.clone(), woken: job.woken.clone() };
        job.bell = Some(bell.clone());
        let mut bells = self.others();
        for _ in 0..[0, 0, 1, 1, 2][self.draw.below(5)] {
            self.jobs[number].woken_at = Some(now);
            bells.push(bell.clone());
        }
        (None, bells)
    }

    /// Others that a job wakes in its poll.
    fn others(&mut self) -> Vec<Bell> {
        let count = self.draw.below(8).saturating_sub(5);
        (0..count).filter_map(|_| self.bell_to_ring()).collect()
    }

    /// In a pass each is polled once: whoever was woken waits for two polls of another at most, one in
    /// the pass that was under way and one in its own.
    fn is_fair(&self, number: usize) {
        let [before, _] = self.jobs[number].polls;
        for (waiting, job) in self.jobs.iter().enumerate() {
            let waits = job.running && waiting != number && job.woken.is_set();
            let twice = waits && job.woken_at.is_some_and(|since| before > since);
            assert!(!twice, "{number} is polled thrice while {waiting} was woken");
        }
    }
}

pub(crate) struct Job {
    world: World,
    token: Token,
}

impl Future for Job {
    type Output = Result<Token, Token>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let number = self.token.number;
        let (end, bells) = self.world.lock().poll(number, cx.waker());
        bells.iter().for_each(Bell::ring);
        let Some(fails) = end else { return Poll::Pending };
        let output = self.world.token(number);
        Poll::Ready(if fails { Err(output) } else { Ok(output) })
    }
}

/// Yields the jobs, and has none now and then.
pub(crate) struct Source(pub(crate) World);

impl Stream for Source {
    type Item = Job;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Job>> {
        let mut inner = self.0.lock();
        let inner = &mut *inner;
        assert!(!inner.source_ended, "the source is polled after its end");
        assert!(!inner.failed || !inner.rules.in_task, "the source is polled after a failure");
        let held = inner.taken - inner.handed_out;
        assert!(held <= inner.rules.window, "{held} are held");
        if inner.draw.one_in(6) {
            inner.source = Some(cx.waker().clone());
            if inner.draw.one_in(3) {
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        inner.source = None;
        if inner.taken == inner.rules.jobs {
            inner.source_ended = true;
            return Poll::Ready(None);
        }
        let number = inner.taken;
        inner.taken += 1;
        let turns = inner.draw.below(4);
        let fails = inner.draw.one_in(16);
        inner.jobs.push(State { turns, fails, ..State::default() });
        Poll::Ready(Some(Job { world: self.0.clone(), token: self.0.token(number) }))
    }
}
