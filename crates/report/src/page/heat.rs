//! Strategies and executors side by side, shaded by what a ratio means.

use super::{block::Writer, strategies::anchor};
use crate::{draw::escape, tables::Page, units};

/// The table; scripts put other metrics and another reference into it.
pub(crate) fn table(writer: &Writer, page: &Page) -> String {
    let heads = page
        .executors
        .iter()
        .map(|executor| format!("<th scope=\"col\">{}</th>", escape(&executor.marked())));
    let row = |row: &crate::tables::Row| {
        let cells = (0..page.executors.len()).map(|column| {
            match (row.makespan_ns(column), page.ratio(row, column)) {
                (Some(time), Some(ratio)) => format!(
                    "<td>{} <small>{}</small></td>",
                    escape(&units::time(time)),
                    escape(&units::times(ratio))
                ),
                _ => format!("<td>{}</td>", escape(&row.absence(column))),
            }
        });
        format!(
            "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th>{}</tr>\n",
            anchor(row.name.split(' ').next().unwrap_or_default()),
            escape(&row.name),
            cells.collect::<String>()
        )
    };
    writer.scrolling(&format!(
        "<table class=\"heat\">\n<thead><tr><th scope=\"col\">makespan</th>{}</tr></thead>\n\
         <tbody>\n{}</tbody>\n</table>\n",
        heads.collect::<String>(),
        page.rows.iter().map(row).collect::<String>()
    ))
}
