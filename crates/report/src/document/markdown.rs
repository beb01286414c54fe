//! The report in GitHub's Markdown. Figures are named by their files in `figures/`.

use super::{Block, REPLAY, Span, Strategy, Words};
use crate::{sections::Section, tables, units};

/// All parts, a blank line between.
pub(crate) fn render(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            format!("{} {}\n", "#".repeat(usize::from(*level)), escape(text))
        }
        Block::Contents(sections) => contents(sections),
        Block::Section(section, _) => format!("## {}\n", section.heading()),
        Block::Workload(_, blocks) => render(blocks),
        Block::Notice(word, text) => format!("> **{}.** {}\n", escape(word), escape(text)),
        Block::Lead(text) => format!("**{}**\n", escape(text)),
        Block::Paragraph(text) => format!("{}\n", begun(&words(text))),
        Block::Points(points) => {
            points.iter().map(|point| format!("- {}\n", begun(&words(point)))).collect()
        }
        Block::Table(heads, rows) => pipes(heads, rows),
        // Three backticks would end the code.
        Block::Command(command) => format!("```sh\n{}\n```\n", command.replace("```", "'''")),
        Block::Picture(figure, captioned) => {
            let picture = format!("![{}](figures/{})\n", escape(&figure.title), figure.file_name());
            match captioned {
                true => format!("{picture}\n{}\n", begun(&escape(&figure.description))),
                false => picture,
            }
        }
        Block::Heat(page) => {
            let (heads, rows) = tables::makespans(page);
            pipes(&heads, &rows)
        }
        Block::Replay => format!("[{REPLAY}](race.html)\n"),
        Block::Strategies(strategies) => strategies.iter().map(line_of).collect(),
        Block::Files(files) => files
            .iter()
            .map(|(name, what)| format!("- [`{name}`]({name}): {}\n", escape(what)))
            .collect(),
    }
}

/// One line, so that the verdict stays on the first screen.
fn contents(sections: &[(Section, bool)]) -> String {
    let link = |(section, measured): &(Section, bool)| {
        let heading = section.heading();
        let absent = if *measured { "" } else { " (not in this run)" };
        format!("[{heading}](#{}){absent}", anchor(&heading))
    };
    sections.iter().map(link).collect::<Vec<_>>().join(" · ") + "\n"
}

/// Where GitHub puts a heading: lower case, spaces as hyphens, no punctuation.
fn anchor(heading: &str) -> String {
    let mark = |c: char| match c {
        ' ' => Some('-'),
        c => (c.is_alphanumeric() || c == '-').then_some(c.to_ascii_lowercase()),
    };
    heading.chars().filter_map(mark).collect()
}

/// A line a strategy: the pages of their cells, with their sources, are in the HTML.
fn line_of(strategy: &Strategy) -> String {
    let facts = strategy.facts.iter().map(|(what, value)| format!("{what}: {value}"));
    let facts = facts.collect::<Vec<_>>().join("; ");
    let Strategy { name, sentence, .. } = strategy;
    format!("- **{}**: {} ({})\n", escape(name), escape(sentence), escape(&facts))
}

fn words(words: &Words) -> String {
    let span = |span: &Span| match span {
        Span::Plain(text) => escape(text),
        Span::Strong(text) => format!("**{}**", escape(text)),
        // A backtick would end the code.
        Span::Code(text) => format!("`{}`", units::plain(text).replace('`', "'")),
    };
    words.0.iter().map(span).collect()
}

/// Text at the beginning of a line, where a name could begin a list or, behind spaces, code.
fn begun(text: &str) -> String {
    let text = text.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    let marks: &[char] = if digits > 0 { &['.', ')'] } else { &['-', '+'] };
    let begins_list =
        rest.strip_prefix(marks).is_some_and(|it| it.is_empty() || it.starts_with(' '));
    if begins_list || text.starts_with("--") {
        return format!("{number}\\{rest}");
    }
    text.to_owned()
}

/// A table; the first column is aligned at the left, all others at the right.
pub(crate) fn pipes(heads: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| escape(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("| :-- |{}\n", " --: |".repeat(heads.len().saturating_sub(1)));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(heads) + &rule + &rows
}

/// Text as Markdown that shows just that text, on one line.
///
/// ```
/// assert_eq!(bp_report::markdown_text("a|<b>"), "a\\|&lt;b&gt;");
/// ```
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in units::plain(text).chars() {
        match c {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '!' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_its_text_and_nothing_else() {
        let heads = ["name", "time"].map(str::to_owned);
        let rows = [vec!["a|<b>\u{1b}*".to_owned(), "1.04 s".to_owned()]];
        let expected = "| name | time |\n| :-- | --: |\n| a\\|&lt;b&gt; \\* | 1.04 s |\n";
        assert_eq!(pipes(&heads, &rows), expected);
    }

    #[test]
    fn contents_lead_to_headings() {
        let said = block(&Block::Contents(vec![(Section::Growth, true), (Section::Method, false)]));
        let expected = "[4. Memory growth](#4-memory-growth) · [12. Machine, method and files](#12-machine-method-and-files) (not in this \
                        run)\n";
        assert_eq!(said, expected);
    }

    #[test]
    fn a_line_is_what_it_is_whatever_it_begins_with() {
        let lines = ["    a", " - a", "+ a", "---", "12. a", "1) a", "1.5 s", "12 jobs", "-", "-1"];
        let texts =
            ["a", "\\- a", "\\+ a", "\\---", "12\\. a", "1\\) a", "1.5 s", "12 jobs", "\\-", "-1"];
        assert_eq!(lines.map(begun), texts);
    }

    #[test]
    fn code_cannot_end_itself() {
        let text = Words::from("see ").code("a`b").strong("*c*");
        assert_eq!(words(&text), "see `a'b`**\\*c\\***");
        assert_eq!(block(&Block::Command("a ```".into())), "```sh\na '''\n```\n");
    }
}
