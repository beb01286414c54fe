use std::{collections::VecDeque, num::NonZeroUsize, task::Waker};

use bp_core::{Claims, Order};

use crate::story::Story;

/// What happened so far: counts, and the first breach of what was claimed. It needs no more memory
/// for more jobs, but for the starts where they are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    claims: Claims,
    pub(crate) pulled: u64,
    pub(crate) started: u64,
    pub(crate) finished: u64,
    pub(crate) panicked: u64,
    /// Jobs that unwound through whoever polled them.
    pub(crate) unwound: u64,
    /// Jobs that were dropped before they started, while the run went on.
    pub(crate) shed: u64,
    pub(crate) delivered: u64,
    pub(crate) consumed: u64,
    /// Jobs that exist, whether they have started or not.
    pub(crate) jobs_alive: u64,
    /// Outputs that exist and are not delivered.
    pub(crate) outputs_alive: u64,
    /// Outputs that are being consumed.
    pub(crate) consumers_alive: u64,
    pub(crate) in_flight: u64,
    pub(crate) in_flight_peak: u64,
    pub(crate) held_peak: u64,
    pub(crate) job_polls: u64,
    /// Whether the source or the consumer panicked, which has to reach whoever awaits the run.
    pub(crate) fatal: bool,
    /// Whether a job panicked when it was dropped, which may end the run or cost its output.
    pub(crate) drop_panicked: bool,
    pub(crate) closed: bool,
    /// Whether the run has ended, in whatever way.
    pub(crate) over: bool,
    /// Those that finished and are not delivered, the first to finish first.
    finishes: VecDeque<u64>,
    /// The last that was delivered.
    last: Option<u64>,
    /// How many were delivered next after one that stands behind them in the source.
    pub(crate) backwards: u64,
    /// The jobs in the order in which they started.
    pub(crate) starts: Option<Vec<u64>>,
    pub(crate) lingering: Vec<Waker>,
    pub(crate) over_limit: Option<String>,
    pub(crate) over_window: Option<String>,
    pub(crate) out_of_order: Option<String>,
    pub(crate) not_once: Option<String>,
    pub(crate) shed_early: Option<String>,
    pub(crate) polled_again: Option<String>,
    pub(crate) started_late: Option<String>,
    /// Hears all of it.
    pub(crate) story: Story,
}

impl Ledger {
    pub(crate) fn new(claims: Claims) -> Self {
        Self {
            claims,
            pulled: 0,
            started: 0,
            finished: 0,
            panicked: 0,
            unwound: 0,
            shed: 0,
            delivered: 0,
            consumed: 0,
            jobs_alive: 0,
            outputs_alive: 0,
            consumers_alive: 0,
            in_flight: 0,
            in_flight_peak: 0,
            held_peak: 0,
            job_polls: 0,
            fatal: false,
            drop_panicked: false,
            closed: false,
            over: false,
            finishes: VecDeque::new(),
            last: None,
            backwards: 0,
            starts: None,
            lingering: Vec::new(),
            over_limit: None,
            over_window: None,
            out_of_order: None,
            not_once: None,
            shed_early: None,
            polled_again: None,
            started_late: None,
            story: Story::default(),
        }
    }

    /// The source hands out a job. One more than the window may be in hand, taken before there is
    /// a place for it.
    pub(crate) fn pull(&mut self, index: u64) {
        self.story.tell(|| format!("job {index} is taken"));
        if index != self.pulled {
            let expected = self.pulled;
            note(&self.story, &mut self.not_once, || {
                format!("job {index} was made where {expected} was due")
            });
        }
        self.pulled += 1;
        self.jobs_alive += 1;
        let done_with = self.done_with();
        let held = self.pulled - done_with;
        self.held_peak = self.held_peak.max(held);
        if let Some(window) = self.claims.window
            && held > count(window).saturating_add(1)
            && !self.drop_panicked
        // whose output may never come
        {
            note(&self.story, &mut self.over_window, || {
                format!(
                    "{} jobs were taken from the source and {done_with} are done with: {held} are \
                     held, {} more than the window of {window}",
                    self.pulled,
                    held - count(window)
                )
            });
        }
    }

    pub(crate) fn start(&mut self, index: u64) {
        self.story.tell(|| format!("job {index} starts"));
        self.started += 1;
        self.in_flight += 1;
        self.in_flight_peak = self.in_flight_peak.max(self.in_flight);
        if let Some(starts) = &mut self.starts {
            starts.push(index);
        }
        if self.over {
            note(&self.story, &mut self.started_late, || {
                format!("job {index} started after the run was over")
            });
        } else if let Some(limit) = self.claims.limit
            && self.in_flight > count(limit)
        {
            let in_flight = self.in_flight;
            note(&self.story, &mut self.over_limit, || {
                format!("job {index} started as number {in_flight} in flight; the limit is {limit}")
            });
        }
    }

    pub(crate) fn finish(&mut self, index: u64) {
        self.story.tell(|| format!("job {index} ends"));
        self.in_flight -= 1;
        self.finished += 1;
        self.outputs_alive += 1;
        if self.claims.order == Order::Completion {
            self.finishes.push_back(index);
        }
    }

    pub(crate) fn panic(&mut self) {
        self.in_flight -= 1;
        self.panicked += 1;
    }

    pub(crate) fn unwind(&mut self) {
        self.in_flight -= 1;
        self.unwound += 1;
    }

    pub(crate) fn poll_after_the_end(&mut self, index: u64) {
        self.story.tell(|| format!("job {index} is polled though it has ended"));
        note(&self.story, &mut self.polled_again, || {
            format!("job {index} was polled after it had ended")
        });
    }

    /// A job ceases to exist.
    pub(crate) fn drop_job(&mut self, running: bool) {
        self.jobs_alive -= 1;
        self.in_flight -= u64::from(running);
    }

    /// A job is dropped that has not started: while the run goes on, it is shed. That is for who is
    /// full; one that panicked may hold its place for longer.
    pub(crate) fn drop_fresh(&mut self, index: u64) {
        self.drop_job(false);
        if self.over {
            return;
        }
        self.shed += 1;
        let others = self.pulled - self.shed - self.consumed - self.panicked - self.unwound;
        if let Some(window) = self.claims.window
            && others < count(window)
            && !self.fatal
            && !self.drop_panicked
            && self.unwound == 0
        {
            note(&self.story, &mut self.shed_early, || {
                format!("job {index} was shed when {others} were held of a window of {window}")
            });
        }
    }

    pub(crate) fn deliver(&mut self, index: u64) {
        self.story.tell(|| format!("output {index} is delivered"));
        self.outputs_alive -= 1;
        self.consumers_alive += 1;
        self.delivered += 1;
        let last = self.last.replace(index);
        self.backwards += u64::from(last.is_some_and(|last| last > index));
        match self.claims.order {
            Order::Input if last.is_some_and(|last| last > index) => {
                let last = last.unwrap_or_default();
                note(&self.story, &mut self.out_of_order, || {
                    format!("output {index} was delivered after output {last}")
                });
            }
            Order::Completion => self.deliver_completed(index),
            Order::Input | Order::Any => {}
        }
    }

    fn deliver_completed(&mut self, index: u64) {
        let place = self.place(index);
        if let Some(earlier) = self.finishes.front()
            && place != Some(0)
        {
            note(&self.story, &mut self.out_of_order, || {
                format!(
                    "output {index} was delivered before output {earlier}, which was there first"
                )
            });
        }
        place.map(|place| self.finishes.remove(place));
    }

    pub(crate) fn drop_output(&mut self, index: u64) {
        self.story.tell(|| format!("output {index} is dropped"));
        self.outputs_alive -= 1;
        if let Some(place) = self.place(index) {
            self.finishes.remove(place);
        }
        if !self.over && !self.fatal && !self.drop_panicked && self.unwound == 0 {
            note(&self.story, &mut self.not_once, || {
                format!("output {index} was dropped and not delivered")
            });
        }
    }

    fn place(&self, index: u64) -> Option<usize> {
        self.finishes.iter().position(|&finished| finished == index)
    }

    /// Whether anything panicked.
    pub(crate) fn hurt(&self) -> bool {
        self.fatal || self.drop_panicked || self.panicked > 0 || self.unwound > 0
    }

    /// Whether nothing panicked but jobs, in the way that the contract contains.
    pub(crate) fn hurt_by_jobs_alone(&self) -> bool {
        !self.fatal && !self.drop_panicked && self.unwound == 0
    }

    /// Jobs that have ended, in whatever way.
    pub(crate) fn ended(&self) -> u64 {
        let shed = if self.claims.sheds { self.shed } else { 0 };
        self.finished + self.panicked + self.unwound + shed
    }

    /// How many were shed by a strategy that claims to run all.
    pub(crate) fn shed_unclaimed(&self) -> u64 {
        if self.claims.sheds { 0 } else { self.shed }
    }

    /// Jobs of which nobody has anything to wait for.
    fn done_with(&self) -> u64 {
        self.delivered + self.panicked + self.unwound + self.shed
    }

    /// All that exists of jobs, outputs and consumers.
    pub(crate) fn alive(&self) -> u64 {
        self.jobs_alive + self.outputs_alive + self.consumers_alive
    }
}

fn count(value: NonZeroUsize) -> u64 {
    value.get() as u64
}

/// Keeps what was found first: what follows may follow from it.
fn note(story: &Story, first: &mut Option<String>, found: impl FnOnce() -> String) {
    if first.is_none() {
        story.breach(first.insert(found()));
    }
}
