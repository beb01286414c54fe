use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::{Action, Leave};

/// What somebody wants who presses a key; `None` if nothing is known of it.
pub fn action(key: KeyEvent) -> Option<Action> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        // In raw mode no signal comes of it.
        return (key.code == KeyCode::Char('c')).then_some(Action::Leave(Leave::Interrupted));
    }
    let far = key.modifiers.contains(KeyModifiers::SHIFT);
    Some(match key.code {
        KeyCode::Char('q') | KeyCode::Esc => Action::Leave(Leave::Done),
        KeyCode::Char(' ') => Action::Play,
        KeyCode::Left if far => Action::Seek(-100),
        KeyCode::Right if far => Action::Seek(100),
        KeyCode::Left => Action::Seek(-10),
        KeyCode::Right => Action::Seek(10),
        KeyCode::PageUp => Action::Scroll(-4),
        KeyCode::PageDown => Action::Scroll(4),
        KeyCode::Home => Action::Home,
        KeyCode::End => Action::End,
        KeyCode::Char('+' | '=') => Action::Faster(1),
        KeyCode::Char('-') => Action::Faster(-1),
        KeyCode::Up => Action::Scroll(-1),
        KeyCode::Down => Action::Scroll(1),
        KeyCode::Tab => Action::Race(1),
        KeyCode::BackTab => Action::Race(-1),
        KeyCode::Char('s') => Action::Scale,
        KeyCode::Char('?' | 'h') => Action::Help,
        _ => return None,
    })
}

/// The keys, and what each does.
pub(crate) const KEYS: [(&str, &str); 11] = [
    ("space", "play or pause"),
    ("← →", "earlier, later by a hundredth"),
    ("shift ← →", "earlier, later by a tenth"),
    ("home end", "to the start, to the end"),
    ("+ -", "twice as fast, half as fast"),
    ("↑ ↓", "other strategies"),
    ("page ↑ ↓", "other strategies, four at once"),
    ("tab", "the next workload"),
    ("s", "one scale for all strategies, or not"),
    ("?", "these keys"),
    ("q, esc", "leave"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Option<Action> {
        action(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn control_c_is_an_interrupt_and_c_is_nothing() {
        let interrupted = Some(Action::Leave(Leave::Interrupted));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::CONTROL), interrupted);
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::NONE), None);
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::CONTROL), None);
    }

    #[test]
    fn a_key_acts_when_it_goes_down() {
        let key = KeyEvent::new(KeyCode::Char(' '), KeyModifiers::NONE);
        assert_eq!(action(key), Some(Action::Play));
        assert_eq!(action(KeyEvent { kind: KeyEventKind::Release, ..key }), None);
        assert_eq!(press(KeyCode::Left, KeyModifiers::SHIFT), Some(Action::Seek(-100)));
        assert_eq!(press(KeyCode::Right, KeyModifiers::NONE), Some(Action::Seek(10)));
    }
}
