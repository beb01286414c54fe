//! The files of the run: those that are small are in the page, the others stand beside it.

use bp_analysis::summary_csv;
use bp_record::samples_csv;

use crate::{draw::escape, sections::Facts};

/// A file beyond so many bytes would fill the page.
const MOST_BYTES: usize = 400_000;

pub(crate) fn list(facts: &Facts, files: &[(&str, &str)]) -> String {
    let file = |(name, what): &(&str, &str)| {
        let (link, place) = match content(facts, name).and_then(|bytes| data(&bytes)) {
            Some(data) => (format!("{data}\" download=\"{name}"), "part of this page"),
            None => ((*name).to_owned(), "beside this page"),
        };
        format!("<li><a href=\"{link}\">{name}</a>: {} ({place})</li>\n", escape(what))
    };
    format!("<ul>\n{}</ul>\n", files.iter().map(file).collect::<String>())
}

fn content(facts: &Facts, name: &str) -> Option<Vec<u8>> {
    match name {
        "summary.csv" => Some(summary_csv(facts.summaries)),
        "samples.csv" => Some(samples_csv(facts.samples)),
        _ => None,
    }
}

/// A link that holds the bytes; `None` if there are too many.
fn data(bytes: &[u8]) -> Option<String> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let mut link = "data:text/csv;charset=utf-8,".to_owned();
    for &byte in bytes {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b',' | b'.' | b'-' | b'_' | b'/' | b'=' => {
                link.push(char::from(byte));
            }
            byte => link += &format!("%{byte:02X}"),
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::data;

    #[test]
    fn a_link_holds_nothing_that_could_end_it() {
        let link = data(b"a,\"b\"\n<script>=c&").expect("it is small");
        assert_eq!(link, "data:text/csv;charset=utf-8,a,%22b%22%0A%3Cscript%3E=c%26");
        assert_eq!(data(&[b'a'; super::MOST_BYTES + 1]), None);
    }
}
