//! The parts of the report as HTML.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
};

use super::{downloads, heat, id, strategies};
use crate::{
    document::{Block, REPLAY, Span, Words},
    draw::{escape, without_style},
    figures::Figure,
    sections::Facts,
};

/// So many bytes of pictures are part of the page, which is to open at once.
const MOST_PICTURES: usize = 1_800_000;

/// Writes parts of one page.
pub(crate) struct Writer<'a> {
    pub(crate) facts: &'a Facts<'a>,
    /// Pictures that are not part of the page, but beside it.
    beside: HashSet<&'a str>,
    /// How many things that scroll there are so far: each has a name of its own.
    tables: Cell<u32>,
    /// The ids of headings so far: several sections have a part about the same workload.
    ids: RefCell<HashSet<String>>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(facts: &'a Facts<'a>) -> Self {
        Self { facts, beside: beside(facts.figures), tables: Cell::new(0), ids: RefCell::default() }
    }

    pub(crate) fn all(&self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Heading(level, text) => {
                let id = self.id(text);
                format!("<h{level} id=\"{id}\">{}</h{level}>\n", escape(text))
            }
            // The list of sections has a place of its own, and each section is an element.
            Block::Contents(_) | Block::Section(..) => String::new(),
            Block::Workload(title, blocks) => {
                let (title, blocks) = (escape(title), self.all(blocks));
                format!("<div data-workload=\"{title}\">\n{blocks}</div>\n")
            }
            Block::Notice(word, text) => {
                let class = word.to_ascii_lowercase();
                format!(
                    "<p class=\"notice {class}\" role=\"note\"><strong>{}.</strong> {}</p>\n",
                    escape(word),
                    escape(text)
                )
            }
            Block::Lead(text) => format!("<p class=\"lead\">{}</p>\n", escape(text)),
            Block::Paragraph(text) => format!("<p>{}</p>\n", words(text)),
            Block::Points(points) => {
                let point = |point: &Words| format!("<li>{}</li>\n", words(point));
                format!("<ul>\n{}</ul>\n", points.iter().map(point).collect::<String>())
            }
            Block::Table(heads, rows) => self.table(heads, rows),
            Block::Command(command) => {
                let label = "aria-label=\"Command\" role=\"group\" tabindex=\"0\"";
                format!("<pre {label}><code>{}</code></pre>\n", escape(command))
            }
            // The heat table says the same, and more.
            Block::Picture(figure, _) if figure.kind == "throughput" => String::new(),
            Block::Picture(figure, _) if self.beside.contains(figure.name.as_str()) => link(figure),
            Block::Picture(figure, captioned) => picture(figure, *captioned),
            Block::Heat(page) => heat::table(self, page),
            Block::Replay => {
                format!("<p class=\"replay\"><a href=\"race.html\">{REPLAY}</a></p>\n")
            }
            Block::Strategies(strategies) => strategies::all(self, strategies),
            Block::Files(files) => downloads::list(self.facts, files),
        }
    }

    /// An id for a heading that no other one has.
    fn id(&self, heading: &str) -> String {
        let plain = id("h-", heading);
        let numbered = (2..).map(|number: u32| format!("{plain}-{number}"));
        let mut taken = self.ids.borrow_mut();
        let mut candidates = std::iter::once(plain.clone()).chain(numbered);
        let free = candidates.find(|candidate| taken.insert(candidate.clone()));
        free.expect("there are more numbers than headings")
    }

    /// A table that scrolls by itself where it is too wide.
    pub(crate) fn table(&self, heads: &[String], rows: &[Vec<String>]) -> String {
        let head = |head: &String| format!("<th scope=\"col\">{}</th>", escape(head));
        let row = |row: &Vec<String>| {
            let (name, cells) = row.split_first().map_or(("", &[][..]), |(n, c)| (n.as_str(), c));
            let cells: String =
                cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", escape(name))
        };
        self.scrolling(&format!(
            "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
            heads.iter().map(head).collect::<String>(),
            rows.iter().map(row).collect::<String>()
        ))
    }

    /// Something wide that scrolls by itself, also by keys.
    pub(crate) fn scrolling(&self, html: &str) -> String {
        let number = self.tables.get() + 1;
        self.tables.set(number);
        format!(
            "<div class=\"scroll\" role=\"group\" aria-label=\"Table {number}\" tabindex=\"0\">\n\
             {html}</div>\n"
        )
    }
}

/// The largest pictures, if all together are too large.
fn beside(figures: &[Figure]) -> HashSet<&str> {
    let mut all: Vec<_> = figures.iter().map(|figure| (figure.svg.len(), &*figure.name)).collect();
    all.sort_unstable();
    let mut total = 0;
    let parts = all.iter().take_while(|(size, _)| {
        total += size;
        total <= MOST_PICTURES
    });
    let parts = parts.count();
    all.into_iter().skip(parts).map(|(_, name)| name).collect()
}

/// A picture that is too large to be part of the page.
fn link(figure: &Figure) -> String {
    format!(
        "<p id=\"{}\"><a href=\"figures/{}\">{}</a>, a file of its own for its size. {}</p>\n",
        figure.name,
        figure.file_name(),
        escape(&figure.title),
        escape(&figure.description)
    )
}

fn picture(figure: &Figure, captioned: bool) -> String {
    let Figure { name, svg, description, title, .. } = figure;
    let caption = match captioned {
        true => format!("<figcaption>{}</figcaption>\n", escape(description)),
        false => String::new(),
    };
    format!(
        "<figure id=\"{name}\">\n<div class=\"scroll\" role=\"group\" \
         aria-label=\"Picture: {}\" tabindex=\"0\">\n{}</div>\n{caption}</figure>\n",
        escape(title),
        without_style(svg)
    )
}

/// Text with its code.
pub(crate) fn words(words: &Words) -> String {
    let span = |span: &Span| match span {
        Span::Plain(text) => escape(text),
        Span::Strong(text) => format!("<strong>{}</strong>", escape(text)),
        Span::Code(text) => format!("<code>{}</code>", escape(text)),
    };
    words.0.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_pictures_stand_beside_a_page_that_would_be_too_large() {
        let figure = |name: &str, size: usize| Figure::plain(name, "x".repeat(size));
        let figures = [figure("a", MOST_PICTURES), figure("b", 10), figure("c", 20)];
        assert_eq!(beside(&figures), HashSet::from(["a"]));
        assert_eq!(beside(&figures[1..]), HashSet::new());
    }
}
