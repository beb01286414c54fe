//! Small tables on standard output, in each of the formats.

use std::fmt::Write as _;

use anyhow::Result;
use bp_record::{printable, safe_cell};
use bp_report::markdown_text;
use serde_json::{Map, Value};

use crate::{arguments::Format, output};

/// Rows of text under a head.
pub(crate) struct Rows<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Rows<N> {
    pub(crate) fn new(head: [&'static str; N]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Writes them to standard output.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        let text = match format {
            Format::Table => self.table(),
            Format::Csv => self.csv()?,
            Format::Json => serde_json::to_string_pretty(&self.json())? + "\n",
            Format::Markdown => self.markdown(),
        };
        output::print_as(format, &text)
    }

    /// These rows as a list of objects.
    pub(crate) fn json(&self) -> Value {
        let object = |row: &[String; N]| {
            let pairs = self.head.iter().zip(row);
            Value::Object(
                pairs
                    .map(|(key, text)| ((*key).to_owned(), text.as_str().into()))
                    .collect::<Map<_, _>>(),
            )
        };
        self.rows.iter().map(object).collect()
    }

    /// Columns as wide as their widest cell; the last one is broken into lines.
    pub(crate) fn table(&self) -> String {
        // A line end within a cell would be one of the table.
        let all: Vec<_> =
            self.rows.iter().map(|row| row.each_ref().map(|c| printable(c))).collect();
        let width = |column: usize| {
            let cells = all.iter().map(|row| row[column].chars().count());
            cells.chain([self.head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: [usize; N] = std::array::from_fn(width);
        let indent = widths[..N - 1].iter().map(|width| width + GAP.len()).sum();
        let mut text = String::new();
        let head = self.head.map(str::to_owned);
        for row in std::iter::once(&head).chain(&all) {
            for (cell, width) in row[..N - 1].iter().zip(widths) {
                write!(text, "{cell:width$}{GAP}").expect("a string takes everything");
            }
            text += wrapped(&row[N - 1], indent).trim_start();
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    fn csv(&self) -> Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.head)?;
        self.rows
            .iter()
            .try_for_each(|row| writer.write_record(row.each_ref().map(|c| cell(c))))?;
        Ok(String::from_utf8(writer.into_inner()?)?)
    }

    /// These rows as a table of a page.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let head = line(self.head.map(str::to_owned).to_vec());
        let rule = line(vec!["---".to_owned(); N]);
        let rows = self.rows.iter().map(|row| line(row.iter().map(|c| markdown_text(c)).collect()));
        [head, rule].into_iter().chain(rows).collect()
    }
}

/// A cell of a CSV file; a number, and the dash in the place of one, stay as they are.
fn cell(text: &str) -> String {
    let number = text.trim_end_matches([' ', '%', '×']);
    let stays = text == "-" || number.parse::<f64>().is_ok();
    if stays { text.to_owned() } else { safe_cell(text).into_owned() }
}

const GAP: &str = "  ";
/// The width of a terminal that nobody has made wider.
const COLUMNS: usize = 80;
/// Where less than this is left of a line, breaking it would make it worse.
const LEAST: usize = 30;

/// The text in lines that begin with `indent` spaces and end within 80 columns.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let columns = if indent + LEAST > COLUMNS { usize::MAX } else { COLUMNS };
    let margin = " ".repeat(indent);
    let (mut lines, mut width) = (margin.clone(), indent);
    for (index, word) in text.split(' ').enumerate() {
        let long = word.chars().count();
        if index > 0 && width + 1 + long > columns {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            lines += &margin;
            width = indent;
        } else if index > 0 {
            lines.push(' ');
            width += 1;
        }
        lines += word;
        width += long;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_broken_within_80_columns() {
        let text = wrapped(&"word ".repeat(40), 10);
        assert!(text.lines().count() > 2);
        assert!(text.lines().all(|line| line.starts_with("          ") && line.len() <= 80));
        assert_eq!(text.split_whitespace().count(), 40);
        assert_eq!(wrapped(&"w".repeat(99), 2), format!("  {}", "w".repeat(99)));
    }

    fn rows() -> Rows<2> {
        let mut rows = Rows::new(["name", "what"]);
        rows.add(["a|b".into(), "first, of two".into()]);
        rows.add(["µs-long".into(), "second".into()]);
        rows
    }

    #[test]
    fn no_cell_is_more_than_text() {
        let mut rows = Rows::new(["name", "what"]);
        rows.add(["=1+1\u{1b}[2J".into(), "<b>\n\u{202e}".into()]);
        rows.add(["+1.0 %".into(), "-".into()]);
        let spelt = "=1+1\\u{1b}[2J";
        assert!(
            rows.table().contains(&format!("{spelt}  <b>\\n\\u{{202e}}\n")),
            "{}",
            rows.table()
        );
        let csv = rows.csv().unwrap();
        assert!(csv.contains(&format!("\n'{spelt},\"<b>\n")), "{csv}");
        assert!(csv.ends_with("\n+1.0 %,-\n"), "{csv}");
        assert!(rows.markdown().contains("&lt;b&gt;   |"), "{}", rows.markdown());
    }

    #[test]
    fn columns_are_aligned_and_lines_end_without_spaces() {
        assert_eq!(rows().table(), "name     what\na|b      first, of two\nµs-long  second\n");
    }

    #[test]
    fn the_other_formats_escape_what_they_must() {
        assert_eq!(rows().csv().unwrap(), "name,what\na|b,\"first, of two\"\nµs-long,second\n");
        assert!(rows().markdown().starts_with("| name | what |\n| --- | --- |\n| a\\|b |"));
        assert_eq!(rows().json()[0]["name"], "a|b");
    }
}
