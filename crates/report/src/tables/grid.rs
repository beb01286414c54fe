//! Text in columns, for a terminal.

use std::ops::Range;

/// Which side of a column its texts stand at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A table. A column is as wide as its widest text, and between the bounds that were given.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    columns: Vec<Column>,
    groups: Vec<(Align, String, Range<usize>)>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Column {
    align: Align,
    /// The heading, a line a part.
    heading: Vec<String>,
    least: usize,
    most: usize,
}

impl Grid {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A column for names, at the left; those longer than `most` are cut.
    pub(crate) fn names(&mut self, heading: &str, most: usize) {
        let heading = vec![heading.to_owned()];
        self.columns.push(Column { align: Align::Left, heading, least: 0, most });
    }

    /// A column of at least `width` characters; a heading that is wider breaks at spaces and after
    /// hyphens.
    pub(crate) fn column(&mut self, align: Align, heading: &str, width: usize) {
        let heading = broken(heading, width);
        self.columns.push(Column { align, heading, least: width, most: usize::MAX });
    }

    /// A heading above the headings of some columns, at their left or right.
    pub(crate) fn group(&mut self, align: Align, heading: &str, columns: Range<usize>) {
        self.groups.push((align, heading.to_owned(), columns));
    }

    /// A further row; columns that it does not reach stay empty.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, without spaces at their ends.
    pub(crate) fn lines(&self) -> Vec<String> {
        let widths: Vec<usize> = (0..self.columns.len()).map(|place| self.width(place)).collect();
        let mut lines = vec![self.group_line(&widths)];
        let height = self.columns.iter().map(|column| column.heading.len()).max().unwrap_or(0);
        for line in 0..height {
            let part = |column: &Column| {
                // Headings stand on the rows, so that short ones have the empty lines above.
                let part = line.checked_sub(height - column.heading.len());
                part.map_or_else(String::new, |part| column.heading[part].clone())
            };
            lines.push(self.line(&self.columns.iter().map(part).collect::<Vec<_>>(), &widths));
        }
        lines.extend(self.rows.iter().map(|row| self.line(row, &widths)));
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }

    fn width(&self, place: usize) -> usize {
        let column = &self.columns[place];
        let texts = self.rows.iter().filter_map(|row| row.get(place)).chain(&column.heading);
        let widest = texts.map(|text| length(text)).max().unwrap_or(0);
        widest.clamp(column.least, column.most)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let columns = self.columns.iter().zip(cells).zip(widths);
        let padded = columns.map(|((column, cell), &width)| {
            let cell = cut(cell, width);
            match column.align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            }
        });
        padded.collect::<Vec<_>>().join(" ")
    }

    fn group_line(&self, widths: &[usize]) -> String {
        let mut line = String::new();
        let end = |columns: usize| widths[..columns].iter().sum::<usize>() + columns;
        for (align, heading, columns) in &self.groups {
            let left = end(columns.start);
            let start = match align {
                Align::Left => left,
                Align::Right => (end(columns.end) - 1).saturating_sub(length(heading)),
            };
            let gap = start.saturating_sub(length(&line)).max(2 * usize::from(!line.is_empty()));
            line += &" ".repeat(gap);
            line += heading;
        }
        line
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// `text`, ended by an ellipsis where it is longer than `most`.
fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept + "…"
}

/// `text` in lines of at most `width` characters where spaces and hyphens allow it.
fn broken(text: &str, width: usize) -> Vec<String> {
    if length(text) <= width {
        return vec![text.to_owned()];
    }
    filled(text.split_inclusive([' ', '-']), width)
}

/// `text` in lines of at most `width` characters, broken at spaces; words that are longer than a
/// line are broken anywhere.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut parts = Vec::new();
    for word in text.split_inclusive(' ') {
        let characters: Vec<char> = word.chars().collect();
        parts.extend(characters.chunks(width).map(|part| part.iter().collect::<String>()));
    }
    filled(parts.iter().map(String::as_str), width)
}

/// Sentences as points of a list, in lines of at most `width` characters.
pub(crate) fn bullets(sentences: &[String], width: usize) -> Vec<String> {
    let point = |sentence: &String| {
        let lines = wrapped(sentence, width - 2).into_iter().enumerate();
        let lines =
            lines.map(|(place, line)| format!("{}{line}", if place == 0 { "- " } else { "  " }));
        lines.collect::<Vec<_>>()
    };
    sentences.iter().flat_map(point).collect()
}

fn filled<'a>(parts: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if length(line) + length(part.trim_end()) <= width => *line += part,
            _ => lines.push(part.to_owned()),
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_headings_that_break() {
        let mut grid = Grid::new();
        grid.names("strategy", 9);
        grid.column(Align::Right, "tokio-current-thread", 7);
        grid.column(Align::Right, "smol", 7);
        grid.group(Align::Right, "times", 1..3);
        grid.row(vec!["batching".into(), "2.9×".into(), "timeout".into()]);
        grid.row(vec!["semaphore".into(), "1.0×".into()]);
        grid.row(vec!["materialize".into()]);
        let expected = [
            "                    times",
            "           tokio-",
            "          current-",
            "strategy    thread    smol",
            "batching      2.9× timeout",
            "semaphore     1.0×",
            "material…",
        ];
        let lines = grid.lines();
        assert_eq!(lines[1..3], [" ".repeat(12) + "tokio-", " ".repeat(10) + "current-"]);
        assert_eq!(lines[3..], expected[3..]);
        assert_eq!(lines[0].trim_start(), "times");
        assert_eq!(length(&lines[0]), length(&lines[4]), "the group ends where its columns do");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("", 8), [""]);
        let said = ["one two three", "four"].map(str::to_owned);
        assert_eq!(bullets(&said, 10), ["- one two", "  three", "- four"]);
    }
}
