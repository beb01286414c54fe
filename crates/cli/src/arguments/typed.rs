//! Options as they were typed, to be typed again.

use clap::{ArgMatches, Command, parser::ValueSource};

/// Whether an option stands on the command line.
pub(super) fn is_typed(matches: &ArgMatches, name: &str) -> bool {
    matches.value_source(name) == Some(ValueSource::CommandLine)
}

/// The options of these names, each behind a space, in words that a shell takes as they were typed.
pub(super) fn again(command: &Command, matches: &ArgMatches, names: &[&str]) -> String {
    let mut words = String::new();
    for option in command.get_arguments().filter(|option| names.contains(&option.get_id().as_str()))
    {
        let name = option.get_id().as_str();
        let (true, Some(long)) = (is_typed(matches, name), option.get_long()) else { continue };
        if !option.get_action().takes_values() {
            words += &format!(" --{long}");
            continue;
        }
        for value in matches.get_raw(name).into_iter().flatten() {
            words += &format!(" --{long} {}", quoted(&value.to_string_lossy()));
        }
    }
    words
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=%,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_takes_a_word_as_it_was() {
        assert_eq!(quoted("poisson:2000/s"), "poisson:2000/s");
        assert_eq!(quoted("a b; $c"), "'a b; $c'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
