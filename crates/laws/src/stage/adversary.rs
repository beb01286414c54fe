use bp_virtual::Mischief;

use crate::{schedule::Choices, story::Story};

/// An executor that does whatever it may, as a schedule says.
#[derive(Debug)]
pub(crate) struct Adversary {
    choices: Choices,
    temper: Temper,
    story: Story,
}

/// Which kinds of mischief a schedule is up to, so that some hide nothing that others would: a wake
/// that was lost is not found out where every task is polled now and then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Temper {
    reorders: bool,
    spurious: bool,
    late: bool,
    changes_wakers: bool,
    /// Of the wakers that the run itself was polled with, the last alone wakes it.
    pub(crate) last_waker_only: bool,
}

impl Temper {
    pub(crate) fn drawn(choices: &Choices) -> Self {
        let kinds = choices.below(32);
        let has = |bit: usize| kinds & bit != 0;
        Self {
            reorders: has(1),
            spurious: has(2),
            late: has(4),
            changes_wakers: has(8),
            last_waker_only: has(16),
        }
    }

    /// What holds for all of its steps, in words.
    pub(crate) fn told(&self) -> Option<&'static str> {
        match (self.changes_wakers, self.last_waker_only) {
            (_, true) => {
                Some("of the wakers that the strategy was polled with, the last alone works")
            }
            (true, false) => Some("each poll brings another waker"),
            (false, false) => None,
        }
    }
}

impl Adversary {
    pub(crate) fn new(choices: Choices, temper: Temper, story: Story) -> Self {
        Self { choices, temper, story }
    }
}

impl Mischief for Adversary {
    fn next(&mut self, ready: usize) -> usize {
        let place = if self.temper.reorders { self.choices.below(ready) } else { 0 };
        if place > 0 {
            self.story.odd("out of turn");
        }
        place
    }

    fn spurious(&mut self, tasks: usize) -> Option<usize> {
        let polls = self.temper.spurious && self.choices.one_in(6);
        polls.then(|| {
            self.story.odd("though nobody woke it");
            self.choices.below(tasks)
        })
    }

    fn late(&mut self) -> bool {
        let late = self.temper.late && self.choices.one_in(6);
        if late {
            self.story.odd("the clock moving on while tasks are ready");
        }
        late
    }

    fn changed_waker(&mut self) -> bool {
        self.temper.changes_wakers
    }

    fn patience(&self) -> u64 {
        2 // whoever waits by yielding is seen to soon: there are many schedules to come
    }
}
