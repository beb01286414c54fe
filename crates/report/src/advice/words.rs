//! What there is to say, in sentences. Each is computed.

use bp_analysis::advise::{ALIKE, Merit, Refusal, Row, Spread, Standing};
use bp_record::Consumer;

use super::Answer;
use crate::units;

/// Who says it.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    answer: &'a Answer<'a>,
}

impl<'a> Said<'a> {
    pub(super) fn of(answer: &'a Answer<'a>) -> Self {
        Self { answer }
    }

    fn row(&self, index: usize) -> &'a Row {
        &self.answer.advice.rows[index]
    }

    fn choice(&self) -> &'a Row {
        self.row(self.answer.advice.choice)
    }

    /// `Use materialize-window with a limit of 64 and a window of 270.`
    pub(super) fn verdict(&self) -> String {
        let choice = self.choice();
        let limit = choice.limit.map_or_else(
            || " with no limit".to_owned(),
            |limit| format!(" with a limit of {}", units::count(limit.get() as u64)),
        );
        let window = choice.held().filter(|_| choice.names[0].ends_with("-window"));
        let window = window.map_or_else(String::new, |held| {
            format!(" and a window of {}", units::count(held as u64))
        });
        let limit = if choice.names[0] == "sequential" { String::new() } else { limit };
        format!("Use {}{limit}{window}.", units::plain(&choice.names[0]))
    }

    pub(super) fn summary(&self) -> String {
        let (question, advice) = (self.answer.question, self.answer.advice);
        let Some(outlook) = self.choice().outlook else { return String::new() };
        format!(
            "{} of {} on average ({}), {} in flight at most{}: the run takes {} ({} in {}), {} × the \
             bound of {} that nothing within this limit can beat.",
            units::counted(question.jobs.get(), "job"),
            units::time(advice.mean_service_ns),
            units::plain(self.answer.source),
            units::count(advice.limit.get() as u64),
            consumer(question.consumer),
            units::time(outlook.makespan_ns.median),
            range(&outlook.makespan_ns),
            often(advice.replicates),
            units::factor(outlook.over_bound),
            units::time(advice.bound_ns),
        )
    }

    /// Titles, and below each the strategies of which one thing is to be said, with that.
    pub(super) fn sections(&self) -> Vec<(&'static str, Vec<(String, String)>)> {
        let rows = &self.answer.advice.rows;
        let which = |of: fn(&Standing) -> bool| {
            (0..rows.len()).filter(|&index| of(&rows[index].standing)).collect::<Vec<_>>()
        };
        let mut sections = [
            ("Worth choosing", which(|s| matches!(s, Standing::Efficient { .. }))),
            (
                "Beaten: another is as good in everything",
                which(|s| matches!(s, Standing::Dominated { .. })),
            ),
            ("Not allowed", which(|s| matches!(s, Standing::Refused(why) if !unknown(why)))),
            ("Not foretold", which(|s| matches!(s, Standing::Refused(why) if unknown(why)))),
        ];
        let choice = self.answer.advice.choice;
        sections[0].1.sort_by_key(|&index| index != choice);
        let said = sections.into_iter().map(|(title, indices)| (title, self.lines(&indices)));
        said.filter(|(_, lines)| !lines.is_empty()).collect()
    }

    fn lines(&self, indices: &[usize]) -> Vec<(String, String)> {
        let mut lines: Vec<(String, String)> = Vec::new();
        for &index in indices {
            let (names, reason) = (self.row(index).names.join(", "), self.reason(index));
            match lines.iter_mut().find(|(_, said)| *said == reason) {
                Some((known, _)) => *known = format!("{known}, {names}"),
                None => lines.push((units::plain(&names), reason)),
            }
        }
        lines
    }

    /// Why a row stands where it does.
    pub(super) fn reason(&self, index: usize) -> String {
        let row = self.row(index);
        match &row.standing {
            Standing::Efficient { merits } if index == self.answer.advice.choice => {
                if merits.contains(&Merit::Fastest) {
                    "the fastest, and of those at most a tenth slower it holds least".to_owned()
                } else {
                    "at most a tenth slower than the fastest, and of those it holds least"
                        .to_owned()
                }
            }
            Standing::Efficient { merits } => {
                let merits: Vec<_> = merits.iter().map(|&merit| said(merit).to_owned()).collect();
                let beside = beside(row, self.choice());
                match (merits.is_empty(), beside.is_empty()) {
                    (true, _) => beside,
                    (false, true) => merits.join(", "),
                    (false, false) => format!("{}; {beside}", merits.join(", ")),
                }
            }
            Standing::Dominated { by } => {
                let by = self.row(*by);
                format!("{} {}", units::plain(&by.names[0]), beside(by, row))
            }
            Standing::Refused(refusal) => self.refused(refusal),
            Standing::Open => String::new(),
        }
    }

    fn refused(&self, refusal: &Refusal) -> String {
        let question = self.answer.question;
        match refusal {
            Refusal::NoLimit { in_flight } => format!(
                "all {} would be in flight; {} allowed",
                units::counted(*in_flight, "job"),
                match self.answer.advice.limit.get() {
                    1 => "1 is".to_owned(),
                    limit => format!("{} are", units::count(limit as u64)),
                }
            ),
            Refusal::Memory { held, bytes } => {
                let budget = question.memory_bytes.unwrap_or(0);
                format!(
                    "holds {}, which is {}; the budget is {}",
                    units::counted(*held, "job"),
                    units::beside_given(*bytes, budget),
                    units::given(budget)
                )
            }
            Refusal::NoOrder => "hands outputs on as they are done, not in order".to_owned(),
            Refusal::Unpredictable(why) => units::plain(why),
        }
    }

    /// What windows lose.
    pub(super) fn window(&self) -> String {
        let window = self.answer.window;
        let tried = window.tried.iter().map(|tried| {
            format!("{} loses {}", units::count(tried.places.get() as u64), loss(tried.loss))
        });
        let places = units::count(window.places.get() as u64);
        let smallest = match window.wanted {
            None => format!("{places} places are the fewest that lose 10 % at most"),
            Some(wanted) => format!(
                "{} places would be the fewest that lose 10 % at most, and the budget has room for \
                 {places}",
                units::count(wanted.get() as u64)
            ),
        };
        format!(
            "Window, if outputs must be in order: {smallest}. Against one that is never full, {}.",
            tried.collect::<Vec<_>>().join(", ")
        )
    }

    /// On what all this rests.
    pub(super) fn premises(&self) -> String {
        let question = self.answer.question;
        let memory = match (question.job_bytes, self.answer.measured) {
            (Some(bytes), None) => {
                format!("a job held counts {}, and its task nothing", units::given(bytes))
            }
            (Some(bytes), Some(run)) => format!(
                "a job held counts {} and what its task took in {}, at most {}",
                units::given(bytes),
                units::plain(run),
                units::bytes(question.task_bytes)
            ),
            (None, _) => {
                "memory is counted in jobs held, for nobody said what one holds".to_owned()
            }
        };
        format!(
            "Foretold by replaying each strategy's rule {} times on service times drawn anew, each by \
             itself: spells of slow jobs are not foretold. Starting and waking a task cost nothing here, processor time is not foretold, service \
             times do not depend on load, and {memory}; one job more may be in hand.",
            self.answer.advice.replicates
        )
    }
}

fn unknown(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unpredictable(_))
}

/// How many of the runs a range holds: of a few replays it holds all.
pub(super) fn often(replicates: u32) -> String {
    if replicates < 20 { format!("all {replicates} replays") } else { "nine of ten".to_owned() }
}

fn consumer(consumer: Consumer) -> String {
    match consumer {
        Consumer::Instant => String::new(),
        Consumer::Serial { time_ns } => {
            format!(", one consumer who takes {} for each", units::time(time_ns))
        }
        Consumer::Parallel { time_ns } => {
            format!(", consumed in {} where they come out", units::time(time_ns))
        }
    }
}

fn said(merit: Merit) -> &'static str {
    match merit {
        Merit::Fastest => "the fastest",
        Merit::LeastMemory => "holds least",
        Merit::FastestInOrder => "the fastest in order",
        Merit::FirstResult => "the earliest first result",
    }
}

/// What is better about `row` than about `other`, and then what is worse.
fn beside(row: &Row, other: &Row) -> String {
    let (Some(ratio), Some(own), Some(theirs)) = (row.beside(other), row.outlook, other.outlook)
    else {
        return String::new();
    };
    let (mut better, mut worse) = (Vec::new(), Vec::new());
    if ratio.gains_order {
        better.push("keeps the order".to_owned());
    }
    if ratio.loses_order {
        worse.push("does not keep the order".to_owned());
    }
    let mut add = |ratio: f64, text: String| {
        if ratio < 1.0 - ALIKE {
            better.push(text);
        } else if ratio > 1.0 + ALIKE {
            worse.push(text);
        }
    };
    let (faster, makespan) = (1.0 / ratio.makespan, units::time(own.makespan_ns.median));
    add(
        ratio.makespan,
        match ratio.makespan {
            it if it >= 1.095 => format!("takes {} as long ({makespan})", units::times(it)),
            it if it >= 1.0 => format!("takes {} longer ({makespan})", loss(it - 1.0)),
            _ if faster >= 1.095 => format!("is {} as fast ({makespan})", units::times(faster)),
            it => format!("takes {} less time ({makespan})", loss(1.0 - it)),
        },
    );
    let held = match (own.held_bytes, theirs.held_bytes) {
        (Some(bytes), Some(instead)) if own.held == theirs.held => {
            format!("holds {} instead of {}", units::bytes(bytes), units::bytes(instead))
        }
        _ => format!(
            "holds {} instead of {}",
            units::counted(own.held, "job"),
            units::count(theirs.held as u64)
        ),
    };
    add(ratio.memory, held);
    let first = |time: u64| units::time(time);
    let (own_first, their_first) = (own.first_ns.median, theirs.first_ns.median);
    add(
        ratio.first,
        format!("has its first result at {} instead of {}", first(own_first), first(their_first)),
    );
    match (better.is_empty(), worse.is_empty()) {
        (true, true) => "is no different beyond rounding".to_owned(),
        (false, true) => joined(&better),
        (true, false) => joined(&worse),
        (false, false) => format!("{}, but {}", joined(&better), joined(&worse)),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `0.3 %`, `12 %`, `230 %`.
fn loss(part: f64) -> String {
    if part < 0.0995 { format!("{:.1} %", part * 100.0) } else { units::percent(part) }
}

/// `331 ms to 380 ms`.
fn range(spread: &Spread) -> String {
    format!("{} to {}", units::time(spread.low), units::time(spread.high))
}
