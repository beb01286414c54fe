use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

/// A text at the left and one at the right of a line; where they do not fit, the left one is cut.
pub(super) fn both_ends(
    left: &str,
    left_style: Style,
    right: &str,
    right_style: Style,
    width: u16,
) -> Line<'static> {
    let width = usize::from(width);
    let right_width = Span::raw(right).width().min(width);
    let left = cut(left, (width - right_width).saturating_sub(1));
    let gap = width.saturating_sub(Span::raw(&left).width() + right_width);
    Line::from(vec![
        Span::styled(left, left_style),
        Span::raw(" ".repeat(gap)),
        Span::styled(right.to_owned(), right_style),
    ])
}

/// As much of a text as fits into so many columns; what was cut ends with a mark.
pub(super) fn cut(text: &str, width: usize) -> String {
    if Span::raw(text).width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        let longer = format!("{short}{character}");
        if Span::raw(&longer).width() + 1 > width {
            break;
        }
        short = longer;
    }
    if width > 0 { short + "…" } else { short }
}

/// A rectangle of that size in the middle of another.
pub(super) fn between(area: Rect, width: u16, height: u16) -> Rect {
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        assert_eq!([cut("abc", 3), cut("abcd", 3), cut("a", 0)], ["abc", "ab…", ""]);
        let line = both_ends("a long name", Style::new(), "12 ms", Style::new(), 12).to_string();
        assert_eq!(line, "a lon… 12 ms");
    }
}
