use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet, VecDeque},
    future::Future,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use slab::Slab;

use crate::mischief::{Mischief, PATIENCE};

/// All tasks, those of them that are ready, timers, and the clock.
pub(crate) struct World {
    now: AtomicU64,
    random: AtomicU64,
    polls: AtomicU64,
    panics: AtomicU64,
    answers: AtomicU64,
    tasks: Mutex<Slab<Arc<Task>>>,
    ready: Mutex<VecDeque<Arc<Task>>>,
    yielded: Mutex<Vec<Waker>>,
    /// How often in a row those that yielded were all that could go on.
    spins: AtomicU64,
    /// True while those that yielded are woken, which is no sign of progress.
    resuming: AtomicBool,
    timers: Mutex<Timers>,
    /// Who decides instead of `random`, and more than that.
    mischief: Option<Mutex<Box<dyn Mischief>>>,
    /// How often in a row those that yielded may be all that can go on before time passes.
    patience: u64,
}

/// And if there is no timer for which time could pass, it waits in vain.
const LIVELOCK: u64 = 1 << 20;

#[derive(Default)]
struct Timers {
    heap: BinaryHeap<Reverse<Alarm>>,
    set: u64,
    /// The ages of alarms whose sleepers are gone: they are still in the heap, and ring no more.
    stale: HashSet<u64>,
}

/// A moment that a sleeper waits for.
pub(crate) struct Timer {
    pub(crate) at: u64,
    /// Whom the heap wakes, and the age of that alarm; the same waker is not registered twice.
    registered: Option<(Waker, u64)>,
}

/// An entry of the heap, ordered by time, then by age.
struct Alarm {
    at: u64,
    age: u64,
    waker: Waker,
}

struct Task {
    world: Arc<World>,
    key: usize,
    queued: AtomicBool,
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
}

impl World {
    pub(crate) fn new(seed: u64, mischief: Option<Box<dyn Mischief>>) -> Self {
        Self {
            patience: mischief.as_ref().map_or(PATIENCE, |mischief| mischief.patience()),
            mischief: mischief.map(Mutex::new),
            now: AtomicU64::new(0),
            random: AtomicU64::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            polls: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            tasks: Mutex::default(),
            ready: Mutex::default(),
            yielded: Mutex::default(),
            spins: AtomicU64::new(0),
            resuming: AtomicBool::new(false),
            timers: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    pub(crate) fn polls(&self) -> u64 {
        self.polls.load(Relaxed)
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Relaxed)
    }

    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Relaxed)
    }

    pub(crate) fn answer(&self) {
        self.answers.fetch_add(1, Relaxed);
    }

    /// How many tasks are alive.
    pub(crate) fn tasks(&self) -> usize {
        lock(&self.tasks).len()
    }

    pub(crate) fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
        let task = {
            let mut tasks = lock(&self.tasks);
            let place = tasks.vacant_entry();
            let task = Arc::new(Task {
                world: self.clone(),
                key: place.key(),
                queued: AtomicBool::new(false),
                future: Mutex::new(Some(future)),
            });
            place.insert(task).clone()
        };
        task.wake();
    }

    /// A timer that rings `duration` from now.
    pub(crate) fn timer(&self, duration: Duration) -> Timer {
        let nanos = u64::try_from(duration.as_nanos()).ok();
        let at = nanos.and_then(|nanos| self.now().checked_add(nanos));
        Timer { at: at.expect("a virtual clock ends after 584 years"), registered: None }
    }

    pub(crate) fn wake_at(&self, timer: &mut Timer, waker: &Waker) {
        if timer.registered.as_ref().is_some_and(|(registered, _)| registered.will_wake(waker)) {
            return;
        }
        self.forget(timer);
        let mut timers = lock(&self.timers);
        timers.set += 1;
        timer.registered = Some((waker.clone(), timers.set));
        let alarm = Alarm { at: timer.at, age: timers.set, waker: waker.clone() };
        timers.heap.push(Reverse(alarm));
    }

    /// Takes the alarm of a timer back, if it has not rung.
    pub(crate) fn forget(&self, timer: &mut Timer) {
        if let Some((_, age)) = timer.registered.take()
            && self.now() < timer.at
        {
            lock(&self.timers).stale.insert(age);
        }
    }

    /// Polls one ready task, once the clock has moved to where there is one. False if there is
    /// none and no timer is set.
    pub(crate) fn step(self: &Arc<Self>) -> bool {
        let Some(task) = self.next() else { return false };
        self.poll(&task);
        true
    }

    /// The same, but at this instant: false if the clock would have to move.
    pub(crate) fn step_now(self: &Arc<Self>) -> bool {
        let ready = || self.first_ready();
        let Some(task) = ready().or_else(|| self.resume().then(ready)?) else { return false };
        self.poll(&task);
        true
    }

    fn poll(&self, task: &Arc<Task>) {
        self.polls.fetch_add(1, Relaxed);
        task.queued.store(false, SeqCst);
        let changed = self.ask(|mischief| mischief.changed_waker());
        let waker = match changed {
            Some(true) => Waker::from(Arc::new(Alias(task.clone()))),
            _ => Waker::from(task.clone()),
        };
        let mut slot = lock(&task.future);
        let Some(future) = slot.as_mut() else { return };
        let poll = || future.as_mut().poll(&mut Context::from_waker(&waker));
        let polled = catch_unwind(AssertUnwindSafe(poll));
        if !matches!(polled, Ok(Poll::Pending)) {
            self.panics.fetch_add(u64::from(polled.is_err()), Relaxed);
            let ended = slot.take();
            // A task that panics while it is dropped has ended all the same.
            drop(catch_unwind(AssertUnwindSafe(|| drop(ended))));
            lock(&self.tasks).remove(task.key);
        }
    }

    fn next(&self) -> Option<Arc<Task>> {
        if let Some(task) = self.disturbed() {
            return Some(task);
        }
        loop {
            if let Some(task) = self.first_ready() {
                return Some(task);
            }
            let spins = self.spins.fetch_add(1, Relaxed);
            let resumed = spins < self.patience && self.resume();
            if !resumed && !self.advance() && (spins > LIVELOCK || !self.resume()) {
                return None;
            }
        }
    }

    /// The ready task whose turn it is.
    fn first_ready(&self) -> Option<Arc<Task>> {
        let mut ready = lock(&self.ready);
        let many = ready.len();
        match self.ask(|mischief| if many > 1 { mischief.next(many).min(many - 1) } else { 0 }) {
            Some(place) => ready.remove(place),
            None => match self.pick(many) {
                None => ready.pop_front(),
                Some(place) => ready.swap_remove_back(place),
            },
        }
    }

    /// What mischief makes of this step: time passes, or a task is polled that nobody woke.
    fn disturbed(&self) -> Option<Arc<Task>> {
        if self.ask(|mischief| mischief.late())? {
            self.advance();
        }
        let tasks = lock(&self.tasks);
        let place = self.ask(|mischief| mischief.spurious(tasks.len()))??;
        tasks.iter().nth(place).map(|(_, task)| task.clone())
    }

    /// The answer of mischief, if there is any.
    fn ask<T>(&self, question: impl FnOnce(&mut dyn Mischief) -> T) -> Option<T> {
        self.mischief.as_ref().map(|mischief| question(&mut **lock(mischief)))
    }

    /// Wakes those that have yielded; false if there is none.
    fn resume(&self) -> bool {
        let yielded = mem::take(&mut *lock(&self.yielded));
        let some = !yielded.is_empty();
        self.resuming.store(true, Relaxed);
        yielded.into_iter().for_each(Waker::wake);
        self.resuming.store(false, Relaxed);
        some
    }

    /// Moves the clock to the next timer and wakes who waits for it; false if there is none.
    fn advance(&self) -> bool {
        let timers = &mut *lock(&self.timers);
        while timers.heap.peek().is_some_and(|alarm| timers.stale.remove(&alarm.0.age)) {
            timers.heap.pop();
        }
        let Some(at) = timers.heap.peek().map(|alarm| alarm.0.at) else { return false };
        self.now.store(at, Relaxed);
        self.spins.store(0, Relaxed);
        while timers.heap.peek().is_some_and(|alarm| alarm.0.at == at) {
            let alarm = timers.heap.pop().expect("just peeked").0;
            if !timers.stale.remove(&alarm.age) {
                alarm.waker.wake();
            }
        }
        true
    }

    /// Wakes `waker` once the tasks that are ready now have had their turn.
    pub(crate) fn yield_to_others(&self, waker: &Waker) {
        lock(&self.yielded).push(waker.clone());
    }

    /// A random place below `bound`, by xorshift64*; `None` if the first is to be taken.
    fn pick(&self, bound: usize) -> Option<usize> {
        let mut x = self.random.load(Relaxed);
        if x == 0 || bound == 0 {
            return None; // from where xorshift never leaves, and only seed 0 leads there
        }
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.random.store(x, Relaxed);
        let wide = u128::from(x.wrapping_mul(0x2545_F491_4F6C_DD1D)) * bound as u128;
        Some((wide >> 64) as usize)
    }

    /// Forgets all tasks, which breaks the circles world → task → world.
    pub(crate) fn clear(&self) {
        // A task's drop may spawn or wake another, and needs the locks for that.
        loop {
            let tasks = mem::take(&mut *lock(&self.tasks));
            let ready = mem::take(&mut *lock(&self.ready));
            let timers = mem::take(&mut lock(&self.timers).heap);
            let yielded = mem::take(&mut *lock(&self.yielded));
            if tasks.is_empty() && ready.is_empty() && timers.is_empty() && yielded.is_empty() {
                break;
            }
            for (_, task) in tasks {
                let future = lock(&task.future).take();
                drop(future);
            }
        }
    }
}

/// The waker of one poll.
struct Alias(Arc<Task>);

impl Wake for Alias {
    fn wake(self: Arc<Self>) {
        self.0.clone().wake();
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, SeqCst) {
            let world = self.world.clone();
            if !world.resuming.load(Relaxed) {
                world.spins.store(0, Relaxed);
            }
            lock(&world.ready).push_back(self);
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.age) == (other.at, other.age)
    }
}

impl Eq for Alarm {}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.age).cmp(&(other.at, other.age))
    }
}
