//! `report.html`: the whole report in one file that needs no other, no network and no script.
//!
//! Scripts only add: other metrics in the heat tables, a reference to choose, a colour scheme. Whatever
//! comes from the run is escaped, and the page's own policy lets nothing run or load but the one
//! style sheet and the one script that are named in it by their checksums.

mod block;
mod contents;
mod downloads;
mod heat;
mod strategies;
mod style;

use crate::{
    document::Block,
    draw::escape,
    sections::Facts,
    units,
    web::{Module, bundle, filled, policy},
};

/// The modules of the page's script.
const MODULES: [Module; 6] = [
    ("state.js", include_str!("../../page/state.js")),
    ("heat.js", include_str!("../../page/heat.js")),
    ("tables.js", include_str!("../../page/tables.js")),
    ("workloads.js", include_str!("../../page/workloads.js")),
    ("theme.js", include_str!("../../page/theme.js")),
    ("main.js", include_str!("../../page/main.js")),
];

const TEMPLATE: &str = include_str!("../../page/template.html");

/// The page. `blocks` are what it says.
pub(crate) fn render(facts: &Facts, blocks: &[Block]) -> String {
    let style = style::sheet();
    let script = bundle(&MODULES);
    let (intro, sections) = contents::sections(blocks);
    let writer = block::Writer::new(facts);
    let parts = [
        ("title", escape(&format!("backpressure: {}", facts.run.suite))),
        ("policy", policy(&style, &script)),
        ("style", style),
        ("navigation", contents::navigation(&sections)),
        ("begun", escape(&units::plain(&facts.run.started))),
        ("intro", writer.all(intro)),
        ("main", sections.iter().map(|section| section.html(&writer)).collect()),
        ("script", script),
    ];
    let parts = parts.each_ref().map(|(name, text)| (*name, text.as_str()));
    filled(TEMPLATE, &parts)
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
    fn the_page_keeps_every_module() {
        let script = bundle(&MODULES);
        for (name, text) in MODULES {
            assert!(script.contains(&format!("// ---- {name}\n")), "{name}");
            let last = text.lines().rfind(|line| !line.is_empty()).expect("it has a line");
            assert!(script.contains(last.trim_start_matches("export ")), "{name}: {last}");
        }
        assert!(!script.contains("\nimport ") && !script.contains("\nexport "));
        assert!(!script.contains("</script"), "it would end the script");
    }

    #[test]
    fn an_id_has_nothing_that_means_something() {
        assert_eq!(id("s-", "A + b<c> (2000ps)"), "s-a-b-c-2000ps");
        assert_eq!(id("s-", "日本"), "s");
    }
}
