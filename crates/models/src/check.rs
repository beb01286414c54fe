use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    task::Poll,
};

use futures::FutureExt;
use shuttle::{
    Config, FailurePersistence, MaxSteps, Runner,
    future::block_on,
    scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler},
};

use crate::{Driven, Interleaved, Subject, Work, books::Ending, draw::Plan};

/// How many changes of priority PCT makes in a schedule, and one: the depth of what it looks for.
const DEPTH: usize = 3;

/// More than any run takes that gets on.
const MOST_STEPS: usize = 20_000;

/// Polls nest deeply, and unoptimised ones have large frames.
const STACK_BYTES: usize = 1 << 18;

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many schedules: half of them drawn at random, the others by PCT.
    pub schedules: usize,
    /// What they are drawn from.
    pub seed: u64,
    /// Whether the schedule of a breach is printed, for [`replay`].
    pub prints: bool,
}

/// Looks for a schedule under which `subject` breaks a promise.
///
/// # Errors
/// The first breach: a line that begins with the promise.
pub fn check(subject: &Subject, effort: &Effort) -> Result<(), String> {
    let half = effort.schedules.div_ceil(2);
    let prints = effort.prints;
    run(subject, RandomScheduler::new_from_seed(effort.seed, half), prints)?;
    run(subject, PctScheduler::new_from_seed(effort.seed, DEPTH, half), prints)
}

/// Runs `subject` through one schedule, as a breach printed it.
///
/// # Errors
/// The breach.
///
/// # Panics
/// If it is no schedule.
pub fn replay(subject: &Subject, schedule: &str) -> Result<(), String> {
    let mut scheduler = ReplayScheduler::new_from_encoded(schedule.trim());
    scheduler.set_allow_incomplete(); // once mended, it may go on longer
    run(subject, scheduler, false)
}

fn run(subject: &Subject, scheduler: impl Scheduler + 'static, prints: bool) -> Result<(), String> {
    let mut config = Config::new();
    config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
    config.stack_size = STACK_BYTES;
    config.failure_persistence =
        if prints { FailurePersistence::Print } else { FailurePersistence::None };
    let model = subject.clone();
    let runner = Runner::new(scheduler, config);
    let ended = catch_unwind(AssertUnwindSafe(|| runner.run(move || one(&model))));
    ended.map(drop).map_err(message)
}

/// One run in one order. It must be begun by shuttle.
fn one(subject: &Subject) {
    let plan = Plan::drawn();
    let strategy = subject.make(&plan.given);
    let work = Work::new(plan, strategy.claims());
    let executor = Interleaved::default();
    block_on(drive(&*strategy, &work, &executor));
    block_on(executor.idle());
    let breach = work.books().judge();
    if let Some(breach) = breach {
        resume_unwind(Box::new(breach)); // as a panic, but for its message
    }
}

/// Polls a run until it has ended or is to be dropped, and closes the books.
async fn drive(strategy: &dyn Driven, work: &Work, executor: &Interleaved) {
    let mut left = work.plan().dropped_after;
    let mut run = AssertUnwindSafe(strategy.drive(work, executor)).catch_unwind().boxed();
    let ending = poll_fn(|cx| {
        if left == Some(0) {
            return Poll::Ready(Ending::Dropped);
        }
        if let Poll::Ready(ended) = run.poll_unpin(cx) {
            return Poll::Ready(if ended.is_ok() { Ending::Completed } else { Ending::Panicked });
        }
        if let Some(left) = &mut left {
            *left -= 1;
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    })
    .await;
    // Nobody else is scheduled between the two.
    work.books().close(ending);
    drop(run);
}

fn message(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast_ref::<&str>().map_or("a panic", |text| *text).to_owned(),
    }
}
