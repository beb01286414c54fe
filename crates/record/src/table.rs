use std::{borrow::Cow, fmt};

use crate::{OpenLoop, Quantiles};

/// Prints a cell of a row of type `T`.
type Print<T> = Box<dyn Fn(&T) -> String>;

/// The columns of a CSV file, each stated once with its name and its value.
///
/// Numbers are printed raw, with the unit in the column's name. An empty cell means *not
/// measured*. A text that a spreadsheet would take for a formula gets an apostrophe before it, and no
/// text has characters that [steer](crate::steers) a terminal.
///
/// ```
/// let table = bp_record::Table::new()
///     .text("cell", |row: &(&str, Option<u64>)| row.0.into())
///     .number("makespan_ns", |row| row.1);
/// assert_eq!(table.csv(&[("a", Some(7)), ("=b", None)]), b"cell,makespan_ns\na,7\n'=b,\n");
/// ```
pub struct Table<T> {
    columns: Vec<(String, Print<T>)>,
}

impl<T: 'static> Table<T> {
    /// No columns yet.
    pub fn new() -> Self {
        Self { columns: Vec::new() }
    }

    /// A column of text.
    pub fn text(self, name: &str, text: impl Fn(&T) -> Cow<'_, str> + 'static) -> Self {
        self.column(name, move |row| safe_cell(&text(row)).into_owned())
    }

    /// A column of numbers.
    pub fn number<N: fmt::Display>(
        self,
        name: &str,
        number: impl Fn(&T) -> Option<N> + 'static,
    ) -> Self {
        self.column(name, move |row| number(row).map_or_else(String::new, |n| n.to_string()))
    }

    /// Eight columns: all that [`Quantiles`] says of the time `name`.
    pub fn quantiles(
        self,
        name: &str,
        of: impl Fn(&T) -> Option<&Quantiles> + Copy + 'static,
    ) -> Self {
        self.number(&format!("{name}_count"), move |row| Some(of(row)?.count))
            .number(&format!("{name}_mean_ns"), move |row| Some(of(row)?.mean_ns))
            .number(&format!("{name}_min_ns"), move |row| Some(of(row)?.min_ns))
            .number(&format!("{name}_p50_ns"), move |row| of(row)?.p50_ns)
            .number(&format!("{name}_p90_ns"), move |row| of(row)?.p90_ns)
            .number(&format!("{name}_p99_ns"), move |row| of(row)?.p99_ns)
            .number(&format!("{name}_p999_ns"), move |row| of(row)?.p999_ns)
            .number(&format!("{name}_max_ns"), move |row| Some(of(row)?.max_ns))
    }

    /// Five columns: all that [`OpenLoop`] says, but the number of arrivals.
    pub fn open_loop(self, of: impl Fn(&T) -> Option<&OpenLoop> + Copy + 'static) -> Self {
        self.number("offered_per_s", move |row| Some(of(row)?.offered_per_s))
            .number("achieved_per_s", move |row| Some(of(row)?.achieved_per_s))
            .number("backlog_growth_per_s", move |row| Some(of(row)?.backlog_growth_per_s))
            .number("backlog_end", move |row| Some(of(row)?.backlog_end))
            .number("never_admitted", move |row| Some(of(row)?.never_admitted))
    }

    fn column(mut self, name: &str, print: impl Fn(&T) -> String + 'static) -> Self {
        self.columns.push((name.to_owned(), Box::new(print)));
        self
    }

    /// The bytes of the file: a line of names and a line a row. Equal rows give equal bytes.
    pub fn csv(&self, rows: &[T]) -> Vec<u8> {
        const PROOF: &str = "writing to memory succeeds, and all lines have the same length";
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|(name, _)| name)).expect(PROOF);
        for row in rows {
            writer.write_record(self.columns.iter().map(|(_, print)| print(row))).expect(PROOF);
        }
        writer.into_inner().expect(PROOF)
    }
}

impl<T: 'static> Default for Table<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.columns.iter().map(|(name, _)| name)).finish()
    }
}

/// A text fit for a cell of a CSV file, as [`Table`] writes it.
///
/// A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text. What
/// [steers](crate::steers) a terminal is spelt out, but for the ends of lines.
///
/// ```
/// assert_eq!(bp_record::safe_cell("=cmd()"), "'=cmd()");
/// ```
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    if text.contains(|character| character != '\n' && crate::steers(character)) {
        return safe_cell(&crate::printable_lines(text)).into_owned().into();
    }
    // Some programs pass over white space before a sign.
    if text.trim_start().starts_with(SIGNS) { format!("'{text}").into() } else { text.into() }
}

/// How a formula may begin; some spreadsheets know the wide forms, too.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
