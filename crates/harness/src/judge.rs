//! From the way in which a process ended to the outcome that its row gets.

use std::time::Duration;

use bp_record::{Measured, Outcome, Served};

use crate::{
    protocol::{OOM_EXIT, Reply},
    units::Roughly,
};

/// The longest message that a row carries, in characters.
const MESSAGE_CHARACTERS: usize = 300;
/// The exit code of a Rust program whose main thread panicked.
const PANIC_EXIT: i32 = 101;
const SIGABRT: i32 = 6;

/// Everything that the parent saw of a child.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// The exit code, if the process had one.
    pub(crate) code: Option<i32>,
    /// The signal that ended the process, if one did.
    pub(crate) signal: Option<i32>,
    /// All that came on standard output, up to the bound.
    pub(crate) output: Vec<u8>,
    /// The last part of standard error.
    pub(crate) errors: Vec<u8>,
    /// Why the parent killed the child, if it did.
    pub(crate) killed: Option<Killed>,
}

/// Why the parent ended a child. The signal alone would not tell: others may send it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Killed {
    /// It took longer than this.
    Timeout(Duration),
    /// It wrote more than this many bytes.
    Talkative(usize),
    /// The user asked for the end.
    Interrupt,
}

/// The part of a sample that follows from the ending.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) message: Option<String>,
    pub(crate) measured: Option<Box<Measured>>,
}

impl Verdict {
    pub(crate) fn failure(outcome: Outcome, message: impl AsRef<str>) -> Self {
        Self { outcome, message: Some(one_line(message.as_ref())), measured: None }
    }

    /// With what the server saw. If it does not say so, nobody knows whom the jobs talked to, and
    /// what was measured means nothing.
    pub(crate) fn served(mut self, report: impl FnOnce() -> Result<Served, String>) -> Self {
        let Some(measured) = &mut self.measured else { return self };
        match report() {
            Ok(served) => {
                measured.served = Some(served);
                self
            }
            Err(message) => Self::failure(Outcome::Crashed, message),
        }
    }
}

/// Judges an ending; `cap` is the memory that the child was allowed, in bytes, and `read` takes its
/// answer.
pub(crate) fn judge(
    ending: &Ending,
    cap: u64,
    read: impl Fn(&[u8]) -> Result<Reply, serde_json::Error>,
) -> Verdict {
    failed(ending, cap).unwrap_or_else(|| answered(&ending.output, cap, read))
}

/// What became of a child that did not end well; `None` of one that did.
pub(crate) fn failed(ending: &Ending, cap: u64) -> Option<Verdict> {
    let killed = ending.killed.map(|killed| match killed {
        Killed::Interrupt => Verdict::failure(Outcome::Interrupted, "stopped by the user"),
        Killed::Timeout(limit) => {
            Verdict::failure(Outcome::Timeout, format!("no end after {}", Roughly(limit)))
        }
        Killed::Talkative(bytes) => {
            let message = format!("wrote more than {} MiB to standard output", bytes >> 20);
            Verdict::failure(Outcome::Crashed, message)
        }
    });
    killed.or_else(|| match (ending.code, ending.signal) {
        (Some(0), _) => None,
        (code, signal) => Some(ended_badly(ending, code, signal, cap)),
    })
}

fn ended_badly(ending: &Ending, code: Option<i32>, signal: Option<i32>, cap: u64) -> Verdict {
    match (code, signal) {
        (Some(OOM_EXIT), _) => out_of_memory(ending, cap),
        (Some(PANIC_EXIT), _) => {
            let message = panic_message(&ending.errors).unwrap_or_else(|| "panicked".to_owned());
            Verdict::failure(Outcome::Panic, message)
        }
        (_, Some(SIGABRT)) if text(&ending.errors).contains("memory allocation of") => {
            let message = format!("passed its cap of {cap} bytes: {}", last_line(&ending.errors));
            Verdict::failure(Outcome::Oom, message)
        }
        (Some(code), _) => crashed(&format!("exit code {code}"), &ending.errors),
        (None, Some(signal)) => crashed(&format!("killed by signal {signal}"), &ending.errors),
        (None, None) => crashed("ended in an unknown way", &ending.errors),
    }
}

fn answered(
    output: &[u8],
    cap: u64,
    read: impl Fn(&[u8]) -> Result<Reply, serde_json::Error>,
) -> Verdict {
    let reply = match read(output) {
        Ok(reply) => reply,
        Err(_) if output.is_empty() => {
            return Verdict::failure(Outcome::Crashed, "ended without an answer");
        }
        Err(error) => {
            let message = format!("the answer is no answer ({error}): {}", text(output));
            return Verdict::failure(Outcome::Crashed, message);
        }
    };
    match reply {
        Reply::Ok(measured) => {
            Verdict { outcome: Outcome::Ok, message: None, measured: Some(measured) }
        }
        Reply::Wrong { message, measured } => {
            Verdict { measured: Some(measured), ..Verdict::failure(Outcome::Wrong, message) }
        }
        Reply::Unsupported(message) => Verdict::failure(Outcome::Unsupported, message),
        Reply::Invalid(message) => Verdict::failure(Outcome::Crashed, message),
        Reply::Panic(message) => Verdict::failure(Outcome::Panic, message),
        Reply::Oom { live_bytes } => Verdict::failure(Outcome::Oom, passed(live_bytes, cap)),
    }
}

/// The reserved exit code counts only together with its record: anybody can exit with 86.
fn out_of_memory(ending: &Ending, cap: u64) -> Verdict {
    match serde_json::from_slice(&ending.output) {
        Ok(Reply::Oom { live_bytes }) => Verdict::failure(Outcome::Oom, passed(live_bytes, cap)),
        _ => crashed("exit code 86 without a record of memory", &ending.errors),
    }
}

fn passed(live_bytes: u64, cap: u64) -> String {
    format!("passed its cap of {cap} bytes: {live_bytes} bytes were live")
}

fn crashed(how: &str, errors: &[u8]) -> Verdict {
    let last = last_line(errors);
    let message = if last.is_empty() { how.to_owned() } else { format!("{how}: {last}") };
    Verdict::failure(Outcome::Crashed, message)
}

/// What Rust's panic hook wrote last: the place and, on the next line, the message.
fn panic_message(errors: &[u8]) -> Option<String> {
    let errors = text(errors);
    let (_, last) = errors.rsplit_once("panicked at ")?;
    let mut lines = last.lines();
    let place = lines.next()?.trim_end_matches(':');
    let message = lines.next().unwrap_or_default();
    Some(format!("{message} (at {place})"))
}

pub(crate) fn last_line(errors: &[u8]) -> String {
    text(errors).lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// One line, without control characters, of a bounded length: a message is shown in terminals.
fn one_line(message: &str) -> String {
    let clean = |c: char| if bp_record::steers(c) { ' ' } else { c };
    let mut line: String = message.trim().chars().take(MESSAGE_CHARACTERS).map(clean).collect();
    if message.trim().chars().count() > MESSAGE_CHARACTERS {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(ending: &Ending, cap: u64) -> Verdict {
        super::judge(ending, cap, |output| serde_json::from_slice(output))
    }

    const CAP: u64 = 1 << 30;

    fn ended(code: i32, output: &str, errors: &str) -> Verdict {
        let ending = Ending {
            code: Some(code),
            output: output.into(),
            errors: errors.into(),
            ..Ending::default()
        };
        judge(&ending, CAP)
    }

    fn message(verdict: &Verdict) -> &str {
        verdict.message.as_deref().unwrap_or_default()
    }

    #[test]
    fn an_answer_is_taken_as_it_is() {
        let reply = Reply::Ok(Box::new(Measured { makespan_ns: 7, ..Measured::default() }));
        let verdict = ended(0, &(serde_json::to_string(&reply).unwrap() + "\n"), "");
        assert_eq!(verdict.outcome, Outcome::Ok);
        assert_eq!(verdict.measured.unwrap().makespan_ns, 7);

        let measured = Box::default();
        let reply = Reply::Wrong { message: "3 in flight, limit 2".into(), measured };
        let verdict = ended(0, &serde_json::to_string(&reply).unwrap(), "");
        assert_eq!(verdict.outcome, Outcome::Wrong);
        assert!(verdict.measured.is_some());

        assert_eq!(ended(0, r#"{"unsupported":"no"}"#, "").outcome, Outcome::Unsupported);
        assert_eq!(ended(0, r#"{"panic":"ouch"}"#, "").outcome, Outcome::Panic);
    }

    #[test]
    fn no_answer_half_an_answer_and_two_answers_are_crashes() {
        let half = r#"{"unsupp"#;
        let two = "{\"panic\":\"a\"}\n{\"panic\":\"b\"}\n";
        for output in ["", "hello\n", half, two, "\u{0}\u{1}"] {
            assert_eq!(ended(0, output, "").outcome, Outcome::Crashed, "{output:?}");
        }
    }

    #[test]
    fn exit_86_is_memory_only_with_its_record() {
        let verdict = ended(86, "{\"oom\":{\"live_bytes\":99}}\n", "");
        assert_eq!(verdict.outcome, Outcome::Oom);
        assert_eq!(message(&verdict), "passed its cap of 1073741824 bytes: 99 bytes were live");
        assert_eq!(ended(86, "", "").outcome, Outcome::Crashed);
    }

    #[test]
    fn a_failed_allocation_aborts_and_is_memory() {
        let abort = |errors: &str| {
            let errors = errors.into();
            judge(&Ending { signal: Some(6), errors, ..Ending::default() }, CAP)
        };
        assert_eq!(abort("memory allocation of 4096 bytes failed\n").outcome, Outcome::Oom);
        let overflow = abort("\nthread 'main' has overflowed its stack\n");
        assert_eq!(overflow.outcome, Outcome::Crashed);
        assert!(message(&overflow).contains("signal 6: thread 'main' has overflowed"));
    }

    #[test]
    fn a_panic_is_told_with_its_place() {
        let errors =
            "noise\n\nthread 'main' (77) panicked at src/main.rs:3:5:\nout of luck\nnote: x";
        let verdict = ended(101, "", errors);
        assert_eq!(verdict.outcome, Outcome::Panic);
        assert_eq!(message(&verdict), "out of luck (at src/main.rs:3:5)");
        assert_eq!(message(&ended(101, "", "")), "panicked");
    }

    #[test]
    fn the_parents_own_kill_is_no_crash() {
        let killed = |killed| {
            let ending = Ending { signal: Some(9), killed: Some(killed), ..Ending::default() };
            judge(&ending, CAP)
        };
        let timeout = killed(Killed::Timeout(Duration::from_secs(60)));
        assert_eq!((timeout.outcome, message(&timeout)), (Outcome::Timeout, "no end after 60 s"));
        assert_eq!(killed(Killed::Interrupt).outcome, Outcome::Interrupted);
        assert_eq!(killed(Killed::Talkative(64 << 20)).outcome, Outcome::Crashed);
        let foreign = judge(&Ending { signal: Some(9), ..Ending::default() }, CAP);
        assert_eq!((foreign.outcome, message(&foreign)), (Outcome::Crashed, "killed by signal 9"));
    }

    #[test]
    fn messages_stay_one_short_line() {
        let verdict = ended(3, "", &format!("a\u{1b}[31mb{}", "x".repeat(1_000)));
        assert!(!message(&verdict).chars().any(char::is_control));
        assert_eq!(message(&verdict).chars().count(), MESSAGE_CHARACTERS + 1);
    }
}
