//! How wide text is, without a font: a guess that is rather too wide than too narrow.

/// The width of `text` in pixels at a font size of `size` pixels.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(advance).sum();
    em * size * if bold { 1.1 } else { 1.0 }
}

/// The advance of a character in em, as the wide face DejaVu Sans has it.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.30,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '!' => 0.34,
        'f' | 't' | 'r' | '-' | '(' | ')' | '[' | ']' | '/' => 0.42,
        'm' | 'M' | 'W' | '%' | '@' => 0.99,
        'w' | '×' | '=' | '<' | '>' | '+' | '–' => 0.84,
        'A'..='Z' => 0.72,
        '0'..='9' => 0.64,
        c if c.is_ascii() || c == 'µ' => 0.62,
        _ => 1.05,
    }
}

/// `text`, cut with an ellipsis where it is wider than `limit` pixels.
pub(crate) fn fit(text: &str, size: f64, bold: bool, limit: f64) -> String {
    if width(text, size, bold) <= limit {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if width(&cut, size, bold) + width(&format!("{c}…"), size, bold) > limit {
            break;
        }
        cut.push(c);
    }
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

/// `text` in at most `lines` lines of at most `limit` pixels, broken at spaces; what is left over
/// is cut with an ellipsis.
pub(crate) fn wrap(text: &str, size: f64, limit: f64, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match wrapped.last_mut() {
            Some(line) if wrapped_len_allows(line, word, size, limit) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    if wrapped.len() > lines {
        let rest = wrapped.split_off(lines.max(1) - 1).join(" ");
        wrapped.push(rest);
    }
    wrapped.iter().map(|line| fit(line, size, false, limit)).collect()
}

fn wrapped_len_allows(line: &str, word: &str, size: f64, limit: f64) -> bool {
    width(line, size, false) + width(" ", size, false) + width(word, size, false) <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_too_wide_is_cut_and_says_so() {
        assert_eq!(fit("batching", 12.0, false, 80.0), "batching");
        let cut = fit(&"x".repeat(500), 12.0, false, 80.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0, false) <= 80.0, "{cut}");
        assert_eq!(fit("日本語日本語", 10.0, false, 35.0), "日本…");
    }

    #[test]
    fn lines_break_at_spaces_and_the_last_one_is_cut() {
        let lines =
            wrap("start eight, wait for all eight, and so on until the end", 10.0, 100.0, 2);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], "start eight, wait");
        assert!(lines[1].ends_with('…'));
        assert!(lines.iter().all(|line| width(line, 10.0, false) <= 100.0));
        assert_eq!(wrap("", 10.0, 100.0, 2), Vec::<String>::new());
    }
}
