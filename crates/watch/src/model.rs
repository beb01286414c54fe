use std::{ops::Range, time::Duration};

use bp_record::{Glance, TraceFile, printable};

use crate::{
    Lane, State,
    playhead::{Motion, Playhead},
    view::room,
};

/// All there is to see, and what of it is shown. It changes by [`Event`]s alone.
#[derive(Clone, Debug)]
pub struct Model {
    races: Vec<Race>,
    /// Which race is shown.
    race: usize,
    /// The first lane that is shown.
    first: usize,
    /// How many can be shown.
    room: usize,
    head: Playhead,
    one_scale: bool,
    helps: bool,
    left: Option<Leave>,
}

/// Runs that share a picture.
#[derive(Clone, Debug)]
pub struct Race {
    /// What they do, for people.
    pub workload: String,
    /// How many jobs each has; `None` if the source is endless.
    pub jobs: Option<u64>,
    /// Where their times come from.
    pub kind: Kind,
    /// The runs, the most telling first.
    pub lanes: Vec<Lane>,
}

/// Where times come from. Two kinds never share a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A clock.
    Recorded,
    /// A clock that moves only when nothing is ready.
    Simulated,
    /// A clock, at this moment.
    Live,
}

/// What may happen.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody wants something.
    Do(Action),
    /// So much time has passed.
    Passed(Duration),
    /// There are so many rows to draw on.
    Resized(u16),
    /// This was seen of a run of the first race.
    Seen(usize, Glance),
    /// A run of the first race ended: well, or for a reason.
    Ended(usize, Result<(), String>),
}

/// What somebody may want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leave.
    Leave(Leave),
    /// Play, or pause.
    Play,
    /// Later by so many thousandths of all time; earlier, if negative.
    Seek(i32),
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// Twice as fast, so many times; slower, if negative.
    Faster(i32),
    /// So many lanes down; up, if negative.
    Scroll(i32),
    /// So many races on; back, if negative.
    Race(i32),
    /// One scale for all lanes, or one for each where that tells more.
    Scale,
    /// Show the keys, or hide them.
    Help,
}

/// Why somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// They have seen enough.
    Done,
    /// They, or the system, asked the program to end.
    Interrupted,
}

impl Race {
    /// A race of traces that can share a picture, the most telling first. O(jobs log jobs).
    pub fn of_traces(race: &bp_report::Race) -> Self {
        let told = race.representatives();
        let is_told = |trace: &&&TraceFile| told.iter().any(|one| std::ptr::eq(*one, **trace));
        let rest = race.traces.iter().filter(|trace| !is_told(trace)).copied();
        Self {
            workload: printable(race.workload),
            jobs: Some(race.jobs),
            kind: match race.provenance {
                bp_record::Provenance::Recorded => Kind::Recorded,
                bp_record::Provenance::Simulated => Kind::Simulated,
            },
            lanes: told.iter().copied().chain(rest).map(Lane::of_trace).collect(),
        }
    }

    pub(crate) fn goes_on(&self) -> bool {
        self.lanes.iter().any(Lane::goes_on)
    }
}

impl Model {
    /// These races, of which the first is shown: at its end, or as it goes on.
    ///
    /// # Panics
    /// If there is none.
    pub fn new(races: Vec<Race>) -> Self {
        assert!(!races.is_empty(), "there is something to show");
        let (head, room) = (Playhead::following(), usize::MAX);
        let (race, first, one_scale, helps, left) = (0, 0, false, false, None);
        let mut model = Self { races, race, first, room, head, one_scale, helps, left };
        model.begin();
        model
    }

    /// Shows the race at its end, or as it goes on.
    fn begin(&mut self) {
        self.head = match self.shown().goes_on() {
            true => Playhead::following(),
            false => Playhead::at_end(self.end_us()),
        };
    }

    /// Shows other lanes; at the end of some one gets to the end of others.
    fn show(&mut self, first: usize, room: usize) {
        let over = self.now_us() >= self.end_us();
        self.room = room;
        self.first = first.min(self.shown().lanes.len().saturating_sub(room));
        if over && self.head.motion == Motion::Still {
            self.begin();
        }
    }

    /// What follows from an event.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Do(action) => self.act(action),
            Event::Passed(time) => self.head.pass(time, self.end_us()),
            Event::Resized(rows) => {
                let room = room(rows);
                if room != self.room {
                    self.show(self.first, room);
                }
            }
            Event::Seen(lane, glance) => {
                if let Some(lane) = self.races[0].lanes.get_mut(lane) {
                    lane.see(glance);
                }
            }
            Event::Ended(lane, ending) => self.end(lane, ending),
        }
    }

    fn end(&mut self, lane: usize, ending: Result<(), String>) {
        if let Some(lane) = self.races[0].lanes.get_mut(lane) {
            lane.state = match ending {
                Ok(()) => State::Ended,
                Err(reason) => State::Failed(printable(&reason)),
            };
        }
        if !self.shown().goes_on() && self.head.motion == Motion::Following {
            self.begin();
        }
    }

    fn act(&mut self, action: Action) {
        let (end_us, goes_on) = (self.end_us(), self.shown().goes_on());
        let now = self.head.at(end_us);
        match action {
            Action::Leave(leave) => self.left = Some(leave),
            Action::Play => self.head.toggle(end_us, goes_on),
            Action::Seek(thousandths) => {
                let far = u64::from(thousandths.unsigned_abs()).saturating_mul(end_us) / 1_000;
                let to = if thousandths < 0 { now.saturating_sub(far) } else { now + far };
                self.head.seek(to, end_us, goes_on);
            }
            Action::Home => self.head.seek(0, end_us, goes_on),
            Action::End => self.head.seek(end_us, end_us, goes_on),
            Action::Faster(times) => self.head.faster(times),
            Action::Scroll(lanes) => self.show(moved(self.first, lanes), self.room),
            Action::Race(races) => {
                let count = self.races.len() as i64;
                let next = (self.race as i64 + i64::from(races)).rem_euclid(count) as usize;
                if next != self.race {
                    (self.race, self.first) = (next, 0);
                    self.begin();
                }
            }
            Action::Scale => self.one_scale = !self.one_scale,
            Action::Help => self.helps = !self.helps,
        }
    }

    /// Why somebody wants to leave, if they do.
    pub fn left(&self) -> Option<Leave> {
        self.left
    }

    /// The runs of the first race that have not ended well, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&Lane, &str)> {
        self.races[0].lanes.iter().filter_map(|lane| match &lane.state {
            State::Failed(reason) => Some((lane, &**reason)),
            State::Starting | State::Running | State::Ended => None,
        })
    }

    /// True if the picture changes by itself.
    pub fn moves(&self) -> bool {
        self.head.motion == Motion::Playing
    }

    /// The race that is shown.
    pub fn shown(&self) -> &Race {
        &self.races[self.race]
    }

    /// The moment that is shown, in microseconds since the start of the runs.
    pub fn now_us(&self) -> u64 {
        self.head.at(self.end_us())
    }

    pub(crate) fn head(&self) -> &Playhead {
        &self.head
    }

    /// Which race is shown, from 1, and how many there are.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.race + 1, self.races.len())
    }

    /// Which lanes are shown.
    pub(crate) fn visible(&self) -> Range<usize> {
        self.first..self.first.saturating_add(self.room).min(self.shown().lanes.len())
    }

    /// When the last of the lanes that are shown ends, as far as it was seen.
    pub(crate) fn end_us(&self) -> u64 {
        let lanes = &self.shown().lanes[self.visible()];
        lanes.iter().map(|lane| lane.course.end_us()).max().unwrap_or(0)
    }

    pub(crate) fn one_scale(&self) -> bool {
        self.one_scale
    }

    pub(crate) fn helps(&self) -> bool {
        self.helps
    }
}

fn moved(place: usize, by: i32) -> usize {
    let far = by.unsigned_abs() as usize;
    if by < 0 { place.saturating_sub(far) } else { place.saturating_add(far) }
}
