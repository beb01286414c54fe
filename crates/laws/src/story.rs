//! What happened in a run, told in words for whoever reads of a breach.

use std::{
    fmt::Display,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::locked;

/// Hears what happens, if anybody wants to know. Whoever tells it shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story(Option<Arc<Mutex<Lines>>>);

#[derive(Debug, Default)]
struct Lines {
    steps: Vec<Step>,
    /// The one that is not over.
    step: Step,
    clock: Duration,
    /// What was found to break a law, after how many steps and things that happened in the next.
    breaches: Vec<(String, usize, usize)>,
}

/// What happens between two decisions of the executor.
#[derive(Clone, Debug, Default)]
struct Step {
    /// What is odd about it.
    odd: Vec<String>,
    events: Vec<String>,
}

/// So many steps are told, and of longer stories the first and the last.
const STEPS: usize = 20;
const FIRST: usize = 7;

/// So many things are told of a step, and of busier ones the first and the last.
const EVENTS: usize = 14;

impl Story {
    /// One that is heard.
    pub(crate) fn heard() -> Self {
        Self(Some(Arc::default()))
    }

    fn lines<T>(&self, tell: impl FnOnce(&mut Lines) -> T) -> Option<T> {
        self.0.as_ref().map(|lines| tell(&mut locked(lines)))
    }

    /// Before the first step: what there is to do.
    pub(crate) fn begin(&self, settings: impl FnOnce() -> Vec<String>) {
        let step = |event| Step { odd: vec![], events: vec![event] };
        self.lines(|lines| lines.steps = settings().into_iter().map(step).collect());
    }

    /// Something happens.
    pub(crate) fn tell<D: Display>(&self, event: impl FnOnce() -> D) {
        self.lines(|lines| lines.step.events.push(event().to_string()));
    }

    /// The executor does in this step what it need not.
    pub(crate) fn odd(&self, how: &'static str) {
        self.lines(|lines| lines.step.odd.push(how.to_owned()));
    }

    /// What has just happened breaks a law.
    pub(crate) fn breach(&self, why: &str) {
        self.lines(|lines| {
            let (steps, events) = (lines.steps.len(), lines.step.events.len());
            lines.breaches.push((why.to_owned(), steps, events));
        });
    }

    /// A step is over, by that time.
    pub(crate) fn step(&self, clock: Duration) {
        self.lines(|lines| lines.step(clock));
    }

    /// All of it, up to where this was found.
    pub(crate) fn told(&self, why: &str) -> Vec<String> {
        self.lines(|lines| lines.told(why)).unwrap_or_default()
    }
}

impl Lines {
    fn step(&mut self, clock: Duration) {
        if self.step.events.is_empty() && self.step.odd.is_empty() {
            return; // somebody's helper was polled; if time has passed the next step says so
        }
        let mut step = std::mem::take(&mut self.step);
        let passed = clock.saturating_sub(self.clock);
        self.clock = clock;
        if !passed.is_zero() {
            step.odd.insert(0, format!("{passed:?} later"));
        }
        if step.events.is_empty() {
            step.events
                .push("a task is polled that is neither the strategy nor a job's".to_owned());
        }
        self.steps.push(step);
    }

    fn told(&self, why: &str) -> Vec<String> {
        let mut steps = self.steps.clone();
        if let Some((_, place, events)) = self.breaches.iter().find(|(breach, ..)| breach == why) {
            steps.truncate(place + 1);
            steps.iter_mut().skip(*place).for_each(|last| last.events.truncate(*events));
        }
        let steps: Vec<_> = steps.iter().map(Step::told).collect();
        shortened(&steps, STEPS, FIRST, "steps")
    }
}

impl Step {
    fn told(&self) -> String {
        let events = shortened(&self.events, EVENTS, EVENTS / 2, "things").join(", ");
        if self.odd.is_empty() { events } else { format!("{}: {events}", self.odd.join(", ")) }
    }
}

/// At most so many, of which the one in the place of those left out says how many they were.
fn shortened(all: &[String], most: usize, first: usize, what: &str) -> Vec<String> {
    if all.len() <= most {
        return all.to_vec();
    }
    let last = all.len() - (most - first - 1);
    let left_out = format!("({} more {what})", last - first);
    [&all[..first], &[left_out], &all[last..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(steps: usize) -> Story {
        let story = Story::heard();
        for step in 0..steps {
            story.tell(|| format!("step {step}"));
            if step == 3 {
                story.breach("three");
                story.tell(|| "what comes of it");
            }
            story.step(Duration::ZERO);
        }
        story
    }

    #[test]
    fn a_story_ends_with_the_breach_and_is_never_long() {
        assert_eq!(of(9).told("three"), ["step 0", "step 1", "step 2", "step 3"]);
        assert_eq!(of(20).told("else").len(), 20);
        let long = of(100).told("else");
        assert_eq!(long.len(), 20);
        assert_eq!(long[6..9], ["step 6", "(81 more steps)", "step 88"]);
        assert_eq!(long[19], "step 99");
    }

    #[test]
    fn a_step_says_what_is_odd_and_how_much_time_has_passed() {
        let story = Story::heard();
        story.step(Duration::from_millis(1)); // in which nothing happens
        story.odd("though nobody woke it");
        story.tell(|| "job 1 is polled");
        story.tell(|| "it ends");
        story.step(Duration::from_millis(2));
        assert_eq!(story.told(""), ["2ms later, though nobody woke it: job 1 is polled, it ends"]);
    }

    #[test]
    fn nobody_tells_what_nobody_hears() {
        Story::default().tell(|| -> String { panic!("it was told") });
        assert!(Story::default().told("").is_empty());
    }
}
