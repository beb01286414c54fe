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

/// Shows a model on the terminal until somebody leaves or `stopped` says so, and gives the terminal
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
        if stopped() {
            return Ok(Leave::Interrupted);
        }
        if changed {
            model.apply(Event::Resized(terminal.size()?.height));
            terminal.draw(|frame| draw(frame, model, palette))?;
        }
        // What moves is drawn once more when it has come to its end.
        changed = model.moves();
        changed |= listen(model)?;
        changed |= events.try_iter().map(|event| model.apply(event)).count() > 0;
        let now = Instant::now();
        model.apply(Event::Passed(now - looked));
        looked = now;
        if let Some(leave) = model.left() {
            return Ok(leave);
        }
    }
}

/// Waits for a key, but not for long, and takes all that were pressed; true if anything has
/// changed, be it the size of the window.
fn listen(model: &mut Model) -> io::Result<bool> {
    let mut changed = false;
    let mut patience = if model.moves() { FRAME } else { PATIENCE };
    while event::poll(patience)? {
        (patience, changed) = (Duration::ZERO, true);
        // A window of another size needs nothing but to be drawn on again.
        if let Input::Key(key) = event::read()?
            && let Some(action) = action(key)
        {
            model.apply(Event::Do(action));
        }
    }
    Ok(changed)
}

/// Gives the terminal back when dropped.
struct Restored;

impl Drop for Restored {
    fn drop(&mut self) {
        ratatui::restore();
    }
}
