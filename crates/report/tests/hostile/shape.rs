//! What a text consists of besides words.

use std::collections::{BTreeMap, BTreeSet};

use html5gum::{Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser};

/// What a page consists of.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The elements, each with the names of its attributes.
    elements: BTreeSet<(String, Vec<String>)>,
    /// How often there is one of those that do something.
    active: BTreeMap<String, usize>,
    /// Where links lead: the part of an address that tells of what kind it is.
    links: BTreeSet<String>,
    /// Comments, and what no browser expects.
    oddities: BTreeSet<String>,
}

/// Elements that run, load, frame or say something of the whole page.
const ACTIVE: [&str; 14] = [
    "script",
    "style",
    "link",
    "meta",
    "base",
    "iframe",
    "object",
    "embed",
    "form",
    "img",
    "title",
    "image",
    "use",
    "foreignobject",
];
/// Elements that have no end.
const VOID: [&str; 6] = ["meta", "link", "br", "img", "input", "hr"];

impl Shape {
    /// Reads a page as a browser does.
    ///
    /// # Panics
    /// If an element ends that was not begun last.
    pub(crate) fn of(page: &str) -> Self {
        let mut shape = Self::default();
        let mut open: Vec<String> = vec![];
        for token in Tokenizer::new(page) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8(tag.name.0).unwrap();
                    let mut names = vec![];
                    for (attribute, value) in tag.attributes {
                        let attribute = String::from_utf8(attribute.0).unwrap();
                        let value = String::from_utf8(value.0.clone()).unwrap();
                        if ["href", "src", "xlink:href", "action"].contains(&&*attribute) {
                            shape.links.insert(kind_of_address(&value));
                        }
                        names.push(attribute);
                    }
                    names.sort();
                    if ACTIVE.contains(&&*name) {
                        *shape.active.entry(name.clone()).or_default() += 1;
                    }
                    if !tag.self_closing && !VOID.contains(&&*name) {
                        open.push(name.clone());
                    }
                    shape.elements.insert((name, names));
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8(tag.name.0).unwrap();
                    assert_eq!(open.pop(), Some(name), "an element ends that is not the last");
                }
                Token::Comment(comment) => {
                    shape.oddities.insert(format!("{comment:?}"));
                }
                Token::Error(error) => {
                    shape.oddities.insert(error.to_string());
                }
                Token::String(_) | Token::Doctype(_) => {}
            }
        }
        assert!(open.is_empty(), "not ended: {open:?}");
        shape
    }

    /// Checks that all of it is in another, and that what does something is there as often.
    #[track_caller]
    pub(crate) fn is_no_more_than(&self, plain: &Self, seed: u64) {
        let more: Vec<_> = self.elements.difference(&plain.elements).collect();
        assert!(more.is_empty(), "seed {seed}: {more:?}");
        assert_eq!(self.active, plain.active, "seed {seed}");
        let more: Vec<_> = self.links.difference(&plain.links).collect();
        assert!(more.is_empty(), "seed {seed} leads to {more:?}");
        let more: Vec<_> = self.oddities.difference(&plain.oddities).collect();
        assert!(more.is_empty(), "seed {seed}: {more:?}");
    }
}

/// `#` for a place of the page, `table` for one of the run's tables, which is a part of the page or,
/// if it is too long, beside it; all of the address for everything else.
fn kind_of_address(address: &str) -> String {
    let table = ["samples.csv", "summary.csv"].contains(&address);
    match address {
        _ if address.starts_with('#') => "#",
        _ if table || address.starts_with("data:text/csv;") => "table",
        other => other,
    }
    .to_owned()
}

/// How often there is which element in a Markdown text, as GitHub reads it.
pub(crate) fn markdown(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(text, options) {
        let kind = match event {
            Event::Start(tag) => match tag {
                // Its text is the code of a link or of a picture.
                pulldown_cmark::Tag::Link { .. } => "link".to_owned(),
                pulldown_cmark::Tag::Image { .. } => "picture".to_owned(),
                tag => format!("{:?}", tag.to_end()),
            },
            Event::Html(_) | Event::InlineHtml(_) => "HTML".to_owned(),
            Event::Code(_) => "code".to_owned(),
            Event::Rule => "rule".to_owned(),
            Event::HardBreak => "break".to_owned(),
            _ => continue,
        };
        *found.entry(kind).or_default() += 1;
    }
    found
}

pub(crate) mod picture {
    use std::collections::BTreeSet;

    use roxmltree::Document;

    /// The elements and attributes of pictures.
    #[derive(Debug, Default)]
    pub(crate) struct Names(BTreeSet<(String, Vec<String>)>);

    impl Names {
        pub(crate) fn add(&mut self, svg: &str) {
            self.0.extend(names(svg));
        }

        #[track_caller]
        pub(crate) fn has_all_of(&self, svg: &str, what: &str) {
            let known: BTreeSet<_> = self
                .0
                .iter()
                .flat_map(|(name, attributes)| attributes.iter().map(move |it| (name, it)))
                .collect();
            for (name, attributes) in names(svg) {
                assert!(self.0.iter().any(|(known, _)| *known == name), "{what}: <{name}>");
                let more = attributes.iter().find(|it| !known.contains(&(&name, it)));
                assert_eq!(more, None, "{what}: <{name}>");
            }
        }
    }

    /// Those of one picture, which is XML that every parser takes.
    fn names(svg: &str) -> BTreeSet<(String, Vec<String>)> {
        let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}:\n{svg}"));
        let elements = document.descendants().filter(|node| node.is_element());
        elements
            .map(|node| {
                let attributes = node.attributes().map(|it| it.name().to_owned()).collect();
                (node.tag_name().name().to_owned(), attributes)
            })
            .collect()
    }
}
