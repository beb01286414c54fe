//! `report.html`: the whole report in one file that needs no other, no network and no script.
//!
//! Scripts only add: other metrics in the heat tables, a reference to choose, a colour scheme. Whatever
//! comes from the run is escaped, and the page's own policy lets nothing run or load but the one
//! style sheet and the one script that are named in it by their checksums.

mod block;
mod bundle;
mod contents;
mod downloads;
mod heat;
mod policy;
mod strategies;
mod style;

use crate::{document::Block, draw::escape, sections::Facts, units};

/// What the modules of the page's script are called, each after those that it imports.
const MODULES: [(&str, &str); 6] = [
    ("state", include_str!("../../page/state.js")),
    ("heat", include_str!("../../page/heat.js")),
    ("tables", include_str!("../../page/tables.js")),
    ("workloads", include_str!("../../page/workloads.js")),
    ("theme", include_str!("../../page/theme.js")),
    ("main", include_str!("../../page/main.js")),
];

const TEMPLATE: &str = include_str!("../../page/template.html");

/// The page. `blocks` are what it says.
pub(crate) fn render(facts: &Facts, blocks: &[Block]) -> String {
    let style = style::sheet();
    let script = bundle::bundle(&MODULES);
    let (intro, sections) = contents::sections(blocks);
    let writer = block::Writer::new(facts);
    let parts = [
        ("title", escape(&format!("backpressure: {}", facts.run.suite))),
        ("policy", policy::content(&style, &script)),
        ("style", style),
        ("navigation", contents::navigation(&sections)),
        ("begun", escape(&units::plain(&facts.run.started))),
        ("intro", writer.all(intro)),
        ("main", sections.iter().map(|section| section.html(&writer)).collect()),
        ("script", script),
    ];
    filled(&parts)
}

/// The template with each `{{name}}` replaced, in one pass: what is put in is not looked at again.
fn filled(parts: &[(&str, String)]) -> String {
    let mut page = String::new();
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("the template closes what it opens");
        let part = parts.iter().find(|(known, _)| *known == name);
        page += before;
        page += &part.expect("the template asks for what there is").1;
        rest = after;
    }
    page + rest
}

/// An id from text: lower-case letters, digits and hyphens, a letter first.
fn id(prefix: &str, text: &str) -> String {
    let mut id = prefix.to_owned();
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            id.push(c);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_the_template_is_not_looked_at_again() {
        let names = ["title", "policy", "style", "navigation", "begun", "intro", "main", "script"];
        let parts = names.map(|name| (name, format!("<{name}>{{{{style}}}}")));
        let page = filled(&parts);
        assert_eq!(
            page.matches("{{style}}").count(),
            names.len() + TEMPLATE.matches("{{title}}").count() - 1
        );
    }

    #[test]
    fn an_id_has_nothing_that_means_something() {
        assert_eq!(id("s-", "A + b<c> (2000ps)"), "s-a-b-c-2000ps");
        assert_eq!(id("s-", "日本"), "s");
    }
}
