use std::{
    fmt,
    future::{Future, poll_fn},
    panic::resume_unwind,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bp_core::{Claims, Clock, Deliver, Executor, Workload, yield_once};
use futures::channel::oneshot;
use shuttle::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::{
    Interleaved,
    books::Books,
    draw::{Plan, Step},
};

/// Jobs that do what was drawn for them, and keep books.
#[derive(Clone)]
pub struct Work(Arc<Stage>);

struct Stage {
    plan: Plan,
    /// Never held where shuttle could switch.
    books: Mutex<Books>,
    /// Shuttle switches wherever it is touched.
    crossing: AtomicUsize,
}

impl Work {
    pub(crate) fn new(plan: Plan, claims: Claims) -> Self {
        let books = Mutex::new(Books::new(claims, plan.jobs.len()));
        Self(Arc::new(Stage { plan, books, crossing: AtomicUsize::new(0) }))
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.books()
    }
}

impl Stage {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Others may come in between here.
    fn cross(&self) {
        self.crossing.fetch_add(1, SeqCst);
    }

    async fn go(&self, steps: &[Step], executor: &Interleaved) {
        for step in steps {
            match step {
                Step::Preempt => self.cross(),
                Step::Yield => executor.yield_now().await,
                Step::Sleep => executor.sleep(std::time::Duration::from_millis(1)).await,
                Step::Nudge => nudged(executor).await,
            }
        }
    }
}

/// Waits until another task wakes it.
async fn nudged(executor: &Interleaved) {
    let (nudge, nudged) = oneshot::channel::<()>();
    executor.spawn(async move {
        yield_once().await;
        drop(nudge);
    });
    nudged.await.unwrap_or_default();
}

/// Panics without the message that a panic writes.
fn planned() -> ! {
    resume_unwind(Box::new("planned"))
}

impl Workload<Interleaved> for Work {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        Some(self.0.plan.jobs.len() as u64)
    }

    fn job(
        &self,
        index: u64,
        executor: &Interleaved,
    ) -> impl Future<Output = Output> + Send + 'static {
        let index = usize::try_from(index).expect("a model has few jobs");
        self.0.cross();
        self.0.books().admit(index);
        let exists = Made(Exists::new(&self.0), index);
        let mut body = Box::pin(job(self.0.clone(), index, executor.clone()));
        poll_fn(move |cx| {
            exists.0.0.books().not_over(&format!("job {index} was polled"));
            body.as_mut().poll(cx)
        })
    }
}

async fn job(stage: Arc<Stage>, index: usize, executor: Interleaved) -> Output {
    let running = Running::new(&stage, index);
    let plan = &stage.plan.jobs[index];
    stage.cross();
    stage.go(&plan.steps, &executor).await;
    drop(running);
    if plan.panics {
        stage.books().panic(index);
        stage.cross();
        planned();
    }
    stage.books().finish(index);
    stage.cross();
    Output { index, executor, exists: Exists::new(&stage) }
}

/// What a job yields.
pub struct Output {
    index: usize,
    executor: Interleaved,
    exists: Exists,
}

impl Deliver for Output {
    fn deliver(self) -> impl Future<Output = ()> + Send + 'static {
        self.exists.0.books().deliver(self.index);
        let (index, stage) = (self.index, self.exists.0.clone());
        let mut body = Box::pin(consume(self));
        let mut polled = false;
        poll_fn(move |cx| {
            // The first time it may be polled in the same turn as its job.
            if polled {
                stage.books().not_over(&format!("the consumer of output {index} was polled"));
            }
            polled = true;
            body.as_mut().poll(cx)
        })
    }
}

async fn consume(output: Output) {
    let stage = &output.exists.0;
    stage.cross();
    stage.go(&stage.plan.jobs[output.index].consumer, &output.executor).await;
    if stage.plan.consumer_panics == Some(output.index) {
        stage.books().consumer_panics();
        planned();
    }
    stage.books().consume(output.index);
}

impl Drop for Output {
    fn drop(&mut self) {
        self.exists.0.books().drop_output(self.index);
    }
}

/// Counts a job, or its output, while it exists.
struct Exists(Arc<Stage>);

impl Exists {
    fn new(stage: &Arc<Stage>) -> Self {
        stage.books().exist();
        Self(stage.clone())
    }
}

impl Drop for Exists {
    fn drop(&mut self) {
        self.0.books().cease();
    }
}

/// A job, which may be dropped.
struct Made(Exists, usize);

impl Drop for Made {
    fn drop(&mut self) {
        self.0.0.books().drop_job(self.1);
    }
}

/// A job in flight.
struct Running(Arc<Stage>);

impl Running {
    fn new(stage: &Arc<Stage>, index: usize) -> Self {
        stage.books().start(index);
        Self(stage.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.books().stop();
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("plan", &self.0.plan).finish_non_exhaustive()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("index", &self.index).finish_non_exhaustive()
    }
}
