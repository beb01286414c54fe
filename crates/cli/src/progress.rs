use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use bp_harness::{Item, Progress, State, units::Roughly};
use bp_record::{RoundRecord, Sample, printable};
use bp_report::units::counted;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Of later rounds it is only counted how many were disturbed.
const SAID_ROUNDS: u32 = 5;
/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// How often a second a terminal is drawn on, at most.
const DRAWS_A_SECOND: u8 = 4;

/// Shows on standard error how far a run is, between the child processes and never during one.
pub(crate) enum Reporter {
    /// A bar that is drawn again and again.
    Terminal(ProgressBar),
    /// A line now and then.
    Lines { last: Instant },
    /// A line a sample.
    Each,
}

impl Reporter {
    pub(crate) fn new(planned: usize, verbose: bool) -> Self {
        if verbose {
            return Self::Each;
        }
        if !io::stderr().is_terminal() {
            return Self::Lines { last: Instant::now() };
        }
        let target = ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND);
        let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}")
            .expect("the template is a constant, and every test on a terminal reads it");
        Self::Terminal(
            ProgressBar::with_draw_target(Some(planned as u64), target).with_style(style),
        )
    }
}

impl Progress for Reporter {
    fn verifies(&mut self, cells: usize) {
        let cells = counted(cells, "cell");
        match self {
            Self::Terminal(bar) => bar.set_message(format!("verifying {cells} first")),
            Self::Lines { .. } | Self::Each => tell!("verifying {cells} first"),
        }
    }

    fn round_over(&mut self, round: &RoundRecord, repeats: bool) {
        if let Some(why) = round.noisy.as_ref().filter(|_| round.round < SAID_ROUNDS) {
            let number = round.round + 1;
            let then = if repeats { "; it is repeated once" } else { "" };
            let line = format!("round {number} was disturbed: {why}{then}");
            match self {
                Self::Terminal(bar) => bar.suspend(|| tell!("{line}")),
                Self::Lines { .. } | Self::Each => tell!("{line}"),
            }
        }
    }

    fn begins(&mut self, item: &Item, state: &State) {
        let left = Roughly(state.left);
        match self {
            Self::Terminal(bar) => {
                bar.set_message(format!("{left} left · {}", printable(&item.cell.id())));
                bar.set_length(state.planned as u64);
                bar.set_position(state.done as u64);
            }
            Self::Lines { last } if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                tell!("{} of {}, {left} left", state.done, counted(state.planned, "sample"));
            }
            Self::Lines { .. } | Self::Each => {}
        }
    }

    fn ended(&mut self, sample: &Sample, _: &State) {
        if let Self::Each = self {
            let Sample { cell, role, pass, round, attempt, outcome, .. } = sample;
            let (id, amount) = (cell.id(), cell.work.extent.amount());
            tell!("stored {role} {pass} {round}.{attempt} {id} of {amount}: {outcome}");
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Self::Terminal(bar) = self {
            bar.finish_and_clear();
        }
    }
}
