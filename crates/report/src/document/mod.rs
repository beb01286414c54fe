//! The written report as a list of parts, which knows neither Markdown nor HTML: what is said is
//! said once, and each form prints all of it.

pub(crate) mod markdown;

use bp_analysis::Summary;

use crate::{figures::Figure, sections::Section, tables::Page};

/// A part of the report.
#[derive(Debug)]
pub(crate) enum Block<'a> {
    /// A heading: 1 for the whole, 3 for a part of a section.
    Heading(u8, String),
    /// The list of sections, and of each whether this run has something for it.
    Contents(Vec<(Section, bool)>),
    /// Where a section begins, and whether this run has something for it.
    Section(Section, bool),
    /// What is of one workload, which can be left out to see another one.
    Workload(String, Vec<Block<'a>>),
    /// What a reader must know before anything else: a word, and what follows from it.
    Notice(&'static str, String),
    /// A line that names what follows.
    Lead(String),
    /// Sentences.
    Paragraph(Words),
    /// Sentences that stand for themselves.
    Points(Vec<Words>),
    /// Rows under heads; the first column names them.
    Table(Vec<String>, Vec<Vec<String>>),
    /// What one types into a shell.
    Command(String),
    /// A picture, and whether its description stands below it.
    Picture(&'a Figure, bool),
    /// Strategies and executors side by side.
    Heat(&'a Page<'a>),
    /// A way to the page that replays the run.
    Replay,
    /// What is to be known of each strategy.
    Strategies(Vec<Strategy<'a>>),
    /// The files of the run, each with what is in it.
    Files(&'static [(&'static str, &'static str)]),
}

/// What the way to the page that replays the run is called.
pub(crate) const REPLAY: &str = "Replay the run: the strategies side by side, job by job";

/// A strategy, what it is, and what its cells did.
#[derive(Debug)]
pub(crate) struct Strategy<'a> {
    /// Its name in plans.
    pub(crate) name: String,
    /// Its name for people.
    pub(crate) title: String,
    /// What it does, in a sentence.
    pub(crate) sentence: String,
    /// What it promises, and where it comes from.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Its source text, if it was handed in.
    pub(crate) source: Option<&'a str>,
    /// Its cells, each with why it behaved so.
    pub(crate) cells: Vec<(&'a Summary, Vec<String>)>,
}

/// Text, parts of which are code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Vec<Span>);

/// A stretch of [`Words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// As it is.
    Plain(String),
    /// What one would type, or the name of a file.
    Code(String),
    /// What matters more than the rest.
    Strong(String),
}

impl Words {
    /// Followed by text.
    pub(crate) fn then(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// Followed by code.
    pub(crate) fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// Followed by what matters more.
    pub(crate) fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }
}

impl<T: Into<String>> From<T> for Words {
    fn from(text: T) -> Self {
        Self::default().then(text)
    }
}

/// Sentences, a point each.
pub(crate) fn points<'a>(sentences: impl IntoIterator<Item = String>) -> Block<'a> {
    Block::Points(sentences.into_iter().map(Words::from).collect())
}
