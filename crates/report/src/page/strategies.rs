//! A page a cell: what its strategy is, its source, and why the cell behaved so.

use bp_analysis::Summary;

use super::{block::Writer, id};
use crate::{document::Strategy, draw::escape, facts::absence, units};

pub(crate) fn all(writer: &Writer, strategies: &[Strategy]) -> String {
    strategies.iter().map(|strategy| one(writer, strategy)).collect()
}

/// Where a strategy is.
pub(crate) fn anchor(name: &str) -> String {
    id("strategy-", name)
}

fn one(writer: &Writer, strategy: &Strategy) -> String {
    let facts = strategy
        .facts
        .iter()
        .map(|(what, value)| format!("<dt>{}</dt><dd>{}</dd>\n", escape(what), escape(value)));
    let source = strategy.source.map_or_else(String::new, |text| {
        format!(
            "<details class=\"source\"><summary>Source</summary>\n<pre tabindex=\"0\" \
             role=\"group\" aria-label=\"Source of {0}\"><code>{1}</code></pre></details>\n",
            escape(&strategy.name),
            escape_lines(text)
        )
    });
    let cells = strategy.cells.iter().map(|(row, why)| cell(row, why)).collect::<String>();
    let cells = writer.scrolling(&format!(
        "<table class=\"cells\">\n<thead><tr><th scope=\"col\">cell</th>\
         <th scope=\"col\">makespan</th><th scope=\"col\">why it behaved so</th></tr></thead>\n\
         <tbody>\n{cells}</tbody>\n</table>\n"
    ));
    format!(
        "<details class=\"strategy\" id=\"{}\"><summary><b>{}</b> <span>{}</span></summary>\n\
         <dl>\n{}</dl>\n{source}{cells}</details>\n",
        anchor(&strategy.name),
        escape(&strategy.title),
        escape(&strategy.sentence),
        facts.collect::<String>()
    )
}

fn cell(row: &Summary, why: &[String]) -> String {
    let makespan = match row.makespan_ns {
        Some(spread) => units::time(spread.median_ns),
        None => absence(Some(row)),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
        escape(&row.id),
        escape(&makespan),
        escape(&why.join(" "))
    )
}

/// Text of several lines, each without what a parser would take for more than text.
fn escape_lines(text: &str) -> String {
    text.lines().map(|line| escape(line) + "\n").collect()
}
