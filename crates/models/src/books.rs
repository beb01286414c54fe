use std::collections::VecDeque;

use bp_core::{Claims, Order};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Panicked,
    /// It was dropped, as planned.
    Dropped,
}

/// What has become of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Admitted,
    Started,
    Panicked,
    Finished,
    Delivered,
    Consumed,
    /// Dropped before it started, by who says that it does that.
    Shed,
}

/// What jobs and outputs say of themselves, and the first breach of a promise.
#[derive(Debug)]
pub(crate) struct Books {
    claims: Claims,
    jobs: usize,
    fates: Vec<Fate>,
    in_flight: usize,
    /// Admitted, neither delivered nor lost in a panic, nor shed.
    held: usize,
    /// Jobs, outputs and consumers that exist.
    alive: usize,
    /// Those that finished and are not delivered, the first to finish first.
    finishes: VecDeque<usize>,
    last: Option<usize>,
    consumer_panicked: bool,
    over: bool,
    breach: Option<String>,
}

impl Books {
    pub(crate) fn new(claims: Claims, jobs: usize) -> Self {
        Self {
            claims,
            jobs,
            fates: vec![],
            in_flight: 0,
            held: 0,
            alive: 0,
            finishes: VecDeque::new(),
            last: None,
            consumer_panicked: false,
            over: false,
            breach: None,
        }
    }

    /// One job more than the window may be in hand, taken before there is a place for it.
    pub(crate) fn admit(&mut self, index: usize) {
        if index != self.fates.len() {
            self.breach(format!("once: job {index} came after {} jobs", self.fates.len()));
        }
        self.not_over(&format!("job {index} was taken from the source"));
        self.fates.push(Fate::Admitted);
        self.held += 1;
        if let Some(window) = self.claims.window
            && self.held > window.get() + 1
        {
            self.breach(format!("window: {} jobs are held, and the window is {window}", self.held));
        }
    }

    pub(crate) fn start(&mut self, index: usize) {
        self.change(index, Fate::Admitted, Fate::Started);
        self.in_flight += 1;
        if let Some(limit) = self.claims.limit
            && self.in_flight > limit.get()
        {
            let in_flight = self.in_flight;
            self.breach(format!("limit: {in_flight} jobs are in flight, and the limit is {limit}"));
        }
    }

    /// A job has ended, or was dropped half-way.
    pub(crate) fn stop(&mut self) {
        self.in_flight -= 1;
    }

    pub(crate) fn finish(&mut self, index: usize) {
        self.change(index, Fate::Started, Fate::Finished);
        self.finishes.push_back(index);
    }

    pub(crate) fn panic(&mut self, index: usize) {
        self.change(index, Fate::Started, Fate::Panicked);
        self.held -= 1;
    }

    pub(crate) fn deliver(&mut self, index: usize) {
        self.change(index, Fate::Finished, Fate::Delivered);
        self.held -= 1;
        let last = self.last.replace(index);
        let first = self.finishes.front() == Some(&index);
        self.finishes.retain(|&finished| finished != index);
        let in_order = match self.claims.order {
            Order::Any => true,
            Order::Completion => first,
            Order::Input => last < Some(index),
        };
        if !in_order {
            self.breach(format!("order: output {index} was delivered after {last:?}"));
        }
    }

    pub(crate) fn consume(&mut self, index: usize) {
        self.change(index, Fate::Delivered, Fate::Consumed);
    }

    pub(crate) fn consumer_panics(&mut self) {
        self.consumer_panicked = true;
    }

    pub(crate) fn drop_output(&mut self, index: usize) {
        if self.fates[index] == Fate::Finished && !self.over && !self.consumer_panicked {
            self.breach(format!("once: output {index} was dropped and not delivered"));
        }
    }

    /// A job is dropped: while the run goes on one that has not started is shed. After a panic it is
    /// cancelled, which is no fault.
    pub(crate) fn drop_job(&mut self, index: usize) {
        if self.fates[index] != Fate::Admitted || self.over {
            return;
        }
        if !self.claims.sheds && !self.consumer_panicked {
            self.breach(format!("once: job {index} was dropped before it started"));
        }
        self.fates[index] = Fate::Shed;
        self.held -= 1;
    }

    pub(crate) fn exist(&mut self) {
        self.alive += 1;
    }

    pub(crate) fn cease(&mut self) {
        self.alive -= 1;
    }

    /// Nothing of a run that is over may still run.
    pub(crate) fn not_over(&mut self, what: &str) {
        if self.over {
            self.breach(format!("cancellation: {what} after the run was over"));
        }
    }

    /// The run is over, and nobody has run since.
    pub(crate) fn close(&mut self, ending: Ending) {
        self.over = true;
        match (ending, self.consumer_panicked) {
            (Ending::Completed, true) => {
                self.breach("failure: a consumer panicked, and the run completed".to_owned());
            }
            (Ending::Panicked, false) => {
                self.breach("failure: the run panicked, and no consumer did".to_owned());
            }
            _ => {}
        }
        let ended = |fate: &Fate| matches!(fate, Fate::Consumed | Fate::Panicked | Fate::Shed);
        let done = self.fates.iter().filter(|fate| ended(fate)).count();
        if ending == Ending::Completed && done < self.jobs {
            self.breach(format!("once: the run is over with {done} of {} jobs", self.jobs));
        }
    }

    /// What was found, once no task is alive.
    pub(crate) fn judge(&mut self) -> Option<String> {
        if self.alive > 0 {
            let alive = self.alive;
            self.breach(format!("cancellation: {alive} jobs or outputs are left, and no task is"));
        }
        self.breach.take()
    }

    fn change(&mut self, index: usize, from: Fate, to: Fate) {
        let fate = self.fates[index];
        if fate != from {
            self.breach(format!("once: job {index} is {to:?} where it was {fate:?}"));
        }
        self.fates[index] = to;
    }

    /// Keeps what was found first: what follows may follow from it.
    fn breach(&mut self, what: String) {
        self.breach.get_or_insert(what);
    }
}
