use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use bp_virtual::Virtual;
use futures::future::BoxFuture;

use crate::{Given, schedule::Choices, story::Story};

/// What makes a job or a consumer wait.
#[derive(Clone)]
pub(crate) enum Pause {
    /// It wakes itself.
    Yield,
    /// A timer wakes it.
    Sleep(Duration),
    /// Another task wakes it.
    Nudge,
    /// Whatever this is, of the job of that index.
    Act(Act),
}

/// A body of one's own.
pub(crate) type Act = Arc<dyn Fn(u64, &Virtual) -> BoxFuture<'static, ()> + Send + Sync>;

/// What a job does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) pauses: [Option<Pause>; 2],
    /// Whether it panics then, instead of yielding an output.
    pub(crate) panics: bool,
    /// Whether it panics in a way that the contract does not contain, and so unwinds through whoever
    /// polls it.
    pub(crate) unwinds: bool,
    /// Whether it panics when it is dropped, having yielded an output.
    pub(crate) drop_panics: bool,
}

impl Script {
    pub(crate) fn pause(pause: Pause) -> Self {
        Self { pauses: [Some(pause), None], ..Self::default() }
    }
}

/// What there is to do, and what goes wrong with it.
pub(crate) struct Scenario {
    /// With which parameters the subject is made.
    pub(crate) given: Given,
    /// How many jobs there are; `None` if the source is endless.
    pub(crate) jobs: Option<u64>,
    /// The source closes once so many outputs were delivered.
    pub(crate) closes_at: Option<u64>,
    /// The source closes once it has handed out so many, for those who would take them all.
    pub(crate) most: u64,
    /// How long it is from one arrival to the next.
    pub(crate) gap: Duration,
    /// The job that the source panics over.
    pub(crate) source_panics: Option<u64>,
    pub(crate) script: Box<dyn Fn(u64) -> Script + Send + Sync>,
    pub(crate) consumer: Option<Pause>,
    /// The job over whose output the consumer panics.
    pub(crate) consumer_panics: Option<u64>,
    /// At which poll of any task the run is dropped instead.
    pub(crate) drop_at: Option<u64>,
    /// Whether wakers are kept, and woken when their job has long ended.
    pub(crate) lingering: bool,
    /// Whether it is written down in which order jobs start.
    pub(crate) keeps_starts: bool,
    /// More polls than that are a livelock.
    pub(crate) patience: u64,
    /// Who hears what happens.
    pub(crate) story: Story,
}

impl Scenario {
    /// So many jobs that do as the script says, and nothing else.
    pub(crate) fn plain(
        given: Given,
        jobs: u64,
        script: impl Fn(u64) -> Script + Send + Sync + 'static,
    ) -> Self {
        Self {
            given,
            jobs: Some(jobs),
            closes_at: None,
            most: u64::MAX,
            gap: Duration::ZERO,
            source_panics: None,
            script: Box::new(script),
            consumer: None,
            consumer_panics: None,
            drop_at: None,
            lingering: false,
            keeps_starts: false,
            patience: 100_000 + 1_000 * jobs,
            story: Story::default(),
        }
    }

    /// What the choices make of it: few jobs, so that there are many schedules.
    pub(crate) fn drawn(choices: &Choices) -> Self {
        let few = |most: usize| NonZeroUsize::MIN.saturating_add(choices.below(most));
        let limit = few(4);
        let window = limit.saturating_mul(few(3));
        let given = Given { limit, window, capacity: few(3) };
        let jobs = few(12).get() as u64;
        let trouble = choices.below(16);
        let whose = choices.below(jobs as usize) as u64;
        let panicking = trouble == 1;
        let consumer = (choices.one_in(3)).then(|| pause(choices)).flatten();
        let gap = if choices.one_in(4) { millis(choices) } else { Duration::ZERO };
        let lingering = choices.one_in(4);
        let drop_at = (trouble >= 12).then(|| choices.below(64) as u64);
        let scripts: Vec<Script> = (0..jobs)
            .map(|index| Script {
                pauses: [pause(choices), pause(choices)],
                panics: panicking && choices.one_in(2),
                unwinds: trouble == 7 && index == whose,
                drop_panics: trouble == 6 && index == whose,
            })
            .collect();
        let script = move |index| scripts[index as usize % scripts.len()].clone();
        let plain = Self::plain(given, jobs, script);
        Self {
            jobs: (trouble != 2).then_some(jobs),
            closes_at: matches!(trouble, 2 | 3).then_some(whose + 1),
            most: 40,
            gap,
            source_panics: (trouble == 4).then_some(whose),
            consumer,
            consumer_panics: (trouble == 5).then_some(whose),
            drop_at,
            lingering,
            ..plain
        }
    }
}

impl Scenario {
    /// What there is to do, in words.
    pub(crate) fn told(&self) -> Vec<String> {
        let Given { limit, window, capacity } = self.given;
        let jobs = match self.jobs {
            Some(1) => "1 job".to_owned(),
            Some(jobs) => format!("{jobs} jobs"),
            None => "endless jobs".to_owned(),
        };
        let mut all = vec![format!("limit {limit}, window {window}, capacity {capacity}; {jobs}")];
        let waits = (0..self.jobs.unwrap_or(4)).filter_map(|index| {
            let waits = (self.script)(index).told();
            (!waits.is_empty()).then(|| format!("job {index} {}", waits.join(", then ")))
        });
        all.extend(waits.reduce(|a, b| format!("{a}; {b}")));
        if let Some(pause) = &self.consumer {
            all.push(format!("for each output the consumer {}", pause.told()));
        }
        if !self.gap.is_zero() {
            all.push(format!("a job arrives every {:?}", self.gap));
        }
        all.extend(self.closes_at.map(|at| format!("the source closes after output number {at}")));
        if self.lingering {
            all.push("old wakers are woken, too".to_owned());
        }
        all
    }
}

impl Script {
    fn told(&self) -> Vec<String> {
        let waits = self.pauses.iter().flatten().map(Pause::told);
        let panics = self.panics.then(|| "panics".to_owned());
        let drops = self.drop_panics.then(|| "panics when it is dropped".to_owned());
        waits.chain(panics).chain(drops).collect()
    }
}

impl Pause {
    fn told(&self) -> String {
        match self {
            Self::Yield => "yields".to_owned(),
            Self::Sleep(duration) => format!("sleeps {duration:?}"),
            Self::Nudge => "waits for another task".to_owned(),
            Self::Act(_) => "does something of its own".to_owned(),
        }
    }
}

fn millis(choices: &Choices) -> Duration {
    Duration::from_millis(1 + choices.below(4) as u64)
}

fn pause(choices: &Choices) -> Option<Pause> {
    match choices.below(5) {
        0 | 1 => None,
        2 => Some(Pause::Yield),
        3 => Some(Pause::Sleep(millis(choices))),
        _ => Some(Pause::Nudge),
    }
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yield => f.write_str("yield"),
            Self::Sleep(duration) => write!(f, "sleep {duration:?}"),
            Self::Nudge => f.write_str("nudge"),
            Self::Act(_) => f.write_str("act"),
        }
    }
}
