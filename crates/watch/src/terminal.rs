use std::{
    io,
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};

use ratatui::crossterm::event::{self, Event as Input};

use crate::{Event, Leave, Model, Palette, action, draw};

/// How often it is drawn while it plays: 25 times a second.
const FRAME: Duration = Duration::from_millis(40);
/// How often one looks for what others have to say while it does not.
const PATIENCE: Duration = Duration::from_millis(100);

/// True if standard output is a terminal that can place text anywhere; `term` is what `TERM` says.
pub fn fits(term: Option<&str>) -> bool {
    use std::io::IsTerminal;

    io::stdout().is_terminal() && term.is_none_or(|term| term != "dumb" && !term.is_empty())
}

/// Shows a model on the terminal until somebody leaves, `stopped` says so or the terminal is gone, and gives the terminal
/// back as it was, also when something panics. What `events` has is taken in meanwhile.
///
/// # Errors
/// If the terminal is none, or does not obey.
pub fn show(
    model: &mut Model,
    events: &Receiver<Event>,
    palette: Palette,
    stopped: impl Fn() -> bool,
) -> io::Result<Leave> {
    // From here on a panic gives the terminal back, and then says what it has to say.
    let mut terminal = ratatui::try_init()?;
    let _restored = Restored;
    let (mut changed, mut looked) = (true, Instant::now());
    loop {
        // First of all, for from then on a window says that it has another size.
        changed |= listen(model)?;
        changed |= events.try_iter().map(|event| model.apply(event)).count() > 0;
        if stopped() {
            return Ok(Leave::Interrupted);
        }
        if let Some(leave) = model.left() {
            return Ok(leave);
        }
        if changed {
            model.apply(Event::Resized(terminal.size()?.height));
            terminal.draw(|frame| draw(frame, model, palette))?;
        }
        // What moves is drawn once more when it has come to its end.
        changed = model.moves();
        if !wait(if changed { FRAME } else { PATIENCE })? {
            return Ok(Leave::Interrupted);
        }
        let now = Instant::now();
        model.apply(Event::Passed(now - looked));
        looked = now;
    }
}

/// Takes all keys that were pressed; true if anything has changed, be it the size of the window.
fn listen(model: &mut Model) -> io::Result<bool> {
    let mut changed = false;
    while event::poll(Duration::ZERO)? {
        changed = true;
        // A window of another size needs nothing but to be drawn on again.
        if let Input::Key(key) = event::read()?
            && let Some(action) = action(key)
        {
            model.apply(Event::Do(action));
        }
    }
    Ok(changed)
}

/// Waits for a key, but not for longer than `patience`; false once nobody holds the other end of
/// the terminal. To a process of another session no signal says so, and `event::poll` would read
/// its end for ever.
#[cfg(unix)]
fn wait(patience: Duration) -> io::Result<bool> {
    use rustix::{
        event::{PollFd, PollFlags, Timespec, poll},
        io::Errno,
    };

    let terminal = io::stdout();
    let mut ends = [PollFd::new(&terminal, PollFlags::IN)];
    let patience = Timespec { tv_sec: 0, tv_nsec: patience.subsec_nanos().into() };
    match poll(&mut ends, Some(&patience)) {
        Ok(_) => Ok(!ends[0].revents().contains(PollFlags::HUP)),
        Err(Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn wait(patience: Duration) -> io::Result<bool> {
    event::poll(patience).map(|_| true)
}

/// Gives the terminal back when dropped.
struct Restored;

impl Drop for Restored {
    fn drop(&mut self) {
        ratatui::restore();
    }
}
