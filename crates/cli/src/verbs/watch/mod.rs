mod live;
mod replay;

use std::{env, sync::mpsc};

use anyhow::{Context, Result};
use bp_harness::{Error, Interrupts};
use bp_watch::{Event, Leave, Model, Palette};

use crate::{arguments, exit::Status};

/// Shows runs in the terminal: those that go on, or those that were recorded.
pub(crate) fn watch(arguments: &mut arguments::Watch) -> Result<Status> {
    if arguments.sources.is_empty() {
        return live::watch(arguments);
    }
    replay::watch(&arguments.sources, &arguments.select.filters())
}

/// Refuses where there is nothing to draw on, and says what to use `instead`.
fn check_terminal(instead: &str) -> Result<()> {
    if bp_watch::fits(env::var("TERM").ok().as_deref()) {
        return Ok(());
    }
    let reason = format!("`watch` draws on a terminal, and standard output is none; {instead}");
    Err(Error::Contradiction(reason).into())
}

fn show(model: &mut Model, events: &mpsc::Receiver<Event>, stop: &Interrupts) -> Result<Status> {
    let palette = Palette::from_environment(|name| env::var(name).ok());
    let left = bp_watch::show(model, events, palette, || stop.asked());
    Ok(match left.context("cannot draw on this terminal")? {
        Leave::Done => Status::Done,
        Leave::Interrupted => Status::Interrupted,
    })
}
