//! What is typed, and files that somebody else wrote: a mistake in them is a usage error, which says
//! what was found without doing what it says.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use super::*;

/// Texts that a command line can have; none is right anywhere.
const TYPED: [&str; 6] =
    ["\u{1b}[2J", "\u{9b}31m\u{202e}x", "\u{200b}", "a\rb\tc", "=cmd()", "<script>evil()</script>"];

#[test]
fn what_is_typed_wrongly_is_a_usage_error_that_steers_nothing() {
    let place = Place::new();
    for text in TYPED {
        let parameter = format!("limit={text}");
        let long = format!("--{text}");
        for arguments in [
            &["run", "-s", text][..],
            &["run", "-x", text],
            &["run", "-w", text],
            &["run", "-p", &parameter],
            &["run", "-p", text],
            &["run", "--rounds", text],
            &["run", "--service", text],
            &["run", "--suite", text],
            &["run", &long],
            &["report", "x", "--format", text],
            &["sweep", text],
            &[text],
        ] {
            let ended = place.run(arguments);
            let code = ended.0.status.code();
            // An expression with an operator in it that matches nothing selects nothing.
            assert!(code == Some(2) || code == Some(4), "{arguments:?}: {code:?}");
            only_shows(&ended);
            assert!(ended.stderr().starts_with("error: "), "{}", ended.stderr());
        }
    }
    // No Unicode at all.
    let ended = place.run([OsStr::new("run"), OsStr::new("-s"), OsStr::from_bytes(b"\xff\x1b[2J")]);
    only_shows(&ended.exits(2));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing is begun");
}

#[test]
fn a_plan_with_hostile_text_says_where_and_steers_nothing() {
    let place = Place::new();
    let matrix = "[[matrix]]\nworkloads = ['fixed']\n";
    for text in TYPED {
        let spelt = toml_string(text);
        for plan in [
            // As it is, which TOML forbids for most, in a value, in a key and in a comment.
            format!("name = \"{text}\"\nfast = 1\n{matrix}"),
            format!("\"{text}\" = 1\n{matrix}"),
            format!("fast = 1 # {text}\n{matrix}"),
            // Spelt, so that the value is the text.
            format!("timeout = {spelt}\n{matrix}"),
            format!("[[matrix]]\nworkloads = [{spelt}]\n"),
            format!("[[matrix]]\nstrategies = [{spelt}]\nlimit = [0]\n"),
            format!("sweep = {spelt}\n{matrix}"),
        ] {
            fs::write(place.path().join("plan.toml"), &plan).unwrap();
            let ended = place.run(["run", "--plan", "plan.toml"]).exits(2);
            only_shows(&ended);
        }
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing is begun");
}

/// The text as TOML spells it.
fn toml_string(text: &str) -> String {
    let spell = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if bp_record::steers(c) => format!("\\U{:08X}", u32::from(c)),
        c => c.into(),
    };
    format!("\"{}\"", text.chars().map(spell).collect::<String>())
}

/// A name that a plan gives its run is anyone's, and stands in all that is said of it.
#[test]
fn the_name_of_a_plan_is_text() {
    let place = Place::new();
    for text in TYPED {
        let plan = format!(
            "name = {}\nrounds = 1\n[[matrix]]\nworkloads = ['fixed']\nstrategies = ['semaphore']\n\
             executors = ['virtual']\nlimit = [4]\njobs = 40\n",
            toml_string(text)
        );
        fs::write(place.path().join("plan.toml"), plan).unwrap();
        let ended = place.run(["run", "--plan", "plan.toml", "--out", "run", "--replace"]).exits(0);
        only_shows(&ended);
        assert_eq!(Store::read(&place.path().join("run")).unwrap().run.suite, text);
        for name in ["report.html", "report.md", "race.html"] {
            let page = fs::read_to_string(place.path().join("run").join(name)).unwrap();
            assert!(!page.contains("<script>evil"), "{name}");
        }
    }
}

#[test]
fn what_a_contestant_says_is_text() {
    let place = Place::new();
    for text in TYPED {
        let message = serde_json::json!({ "invalid": text, }).to_string();
        let script =
            format!("cat > /dev/null\nprintf '%s' {text:?} >&2\ncat <<'END'\n{message}\nEND\n");
        fs::write(place.path().join("worker.sh"), script).unwrap();
        let file = format!(
            "name = 'mine'\nsentence = {}\ncommand = ['sh', 'worker.sh']\n\
             strategies = ['sequential']\nworkloads = ['fixed']\n",
            toml_string(text)
        );
        fs::write(place.path().join("mine.toml"), file).unwrap();
        let some =
            ["-w", "^fixed$", "-s", "^sequential$", "-x", "mine", "--contestant", "mine.toml"];
        for format in ["table", "csv", "json", "markdown"] {
            let verify = ["verify", "--format", format];
            only_shows(&place.run(verify.iter().chain(&some)).exits(6));
        }
        let run = ["run", "--rounds", "1", "--jobs", "3", "--out", "run", "--replace"];
        only_shows(&place.run(run.iter().chain(&some)).exits(1));
    }
}
