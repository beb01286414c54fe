//! The line that shows a breach again, word for word: a command where a program knows the subject by
//! its name, an expression where only the test of its author does.

use crate::{Effort, Law, Schedule, Subject};

/// One schedule again, which says all that matters.
pub(crate) fn of_schedule(subject: &Subject, law: Law, schedule: &Schedule) -> String {
    match command(subject, law) {
        Some(command) => format!("{command} --schedule {schedule}"),
        None => format!(
            "bp_laws::replay(&subject, bp_laws::Law::{law:?}, &\"{schedule}\".parse().unwrap())"
        ),
    }
}

/// The probes of a law again. A probe is tried where no schedule has broken the law before; so of
/// all those schedules, which kept it, the first will do.
pub(crate) fn of_probe(subject: &Subject, law: Law, effort: &Effort) -> String {
    let Some(command) = command(subject, law) else {
        let effort = Effort { schedules: 0, ..effort.clone() };
        return format!(
            "bp_laws::verify_laws(&subject, &[bp_laws::Law::{law:?}], &bp_laws::{effort:?})"
        );
    };
    let mut line = command;
    if effort.memory == Effort::soak().memory {
        line += " --soak";
    }
    if effort.seed != Effort::quick().seed {
        line += &format!(" --seed {}", effort.seed);
    }
    if law.has_judge() {
        line += " --schedules 1";
    }
    line
}

fn command(subject: &Subject, law: Law) -> Option<String> {
    let (program, name) = (subject.program()?, subject.name());
    Some(format!("{program} verify --law {law} -s '^{name}$'"))
}
