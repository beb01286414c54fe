use crate::{
    Broken, Effort, Law, Row, Schedule, Subject, Verdict, schedule::Choices, shrink::shrink,
    stage::adversarial,
};

/// Holds a subject against all laws: its schedules first, each judged by all of them, then the
/// probes of each law. The rows are in the order of the laws.
///
/// The memory of a subject is seen only where [`Counting`](bp_observe::memory::Counting) is the
/// global allocator, and while nothing else runs in the process.
pub fn verify(subject: &Subject, effort: &Effort) -> Vec<Row> {
    let mut found: [Option<Broken>; Law::ALL.len()] = [const { None }; Law::ALL.len()];
    let mut run = 0;
    for seed in effort.seed..effort.seed.saturating_add(effort.schedules) {
        let choices = Choices::random(seed);
        let Ok(evidence) = adversarial(subject, &choices) else { continue };
        run += 1;
        for (law, found) in Law::ALL.into_iter().zip(&mut found) {
            let why = found.is_none().then(|| law.judge(subject, &evidence)).flatten();
            *found =
                found.take().or_else(|| why.map(|_| shortest(subject, law, seed, choices.taken())));
        }
    }
    let rows = Law::ALL.into_iter().zip(found);
    rows.map(|(law, found)| row(subject, law, found, run, effort)).collect()
}

fn row(subject: &Subject, law: Law, found: Option<Broken>, run: u64, effort: &Effort) -> Row {
    let schedules = if law.has_judge() { run } else { 0 };
    let verdict = found.map_or_else(
        || {
            let probes = law.probes().iter().map(|probe| probe.check(subject, law, effort));
            probes.fold(Verdict::Kept(String::new()), Verdict::and)
        },
        Verdict::Broken,
    );
    Row { subject: subject.name().to_owned(), law, verdict, schedules }
}

/// What one law says of one schedule.
pub fn replay(subject: &Subject, law: Law, schedule: &Schedule) -> Verdict {
    match adversarial(subject, &Choices::of_schedule(schedule)) {
        Err(refusal) => Verdict::Unseen(refusal),
        Ok(evidence) => match law.judge(subject, &evidence) {
            Some(why) => Verdict::Broken(Broken {
                why,
                seed: None,
                schedule: Some(schedule.clone()),
                replay: replay_line(subject, law, Some(schedule)),
            }),
            None => Verdict::Kept(String::new()),
        },
    }
}

fn shortest(subject: &Subject, law: Law, seed: u64, found: Schedule) -> Broken {
    let why = |schedule: &Schedule| {
        let evidence = adversarial(subject, &Choices::of_schedule(schedule)).ok()?;
        law.judge(subject, &evidence)
    };
    let schedule = shrink(found, |schedule| why(schedule).is_some());
    Broken {
        why: why(&schedule).unwrap_or_else(|| "it cannot be replayed".to_owned()),
        seed: Some(seed),
        replay: replay_line(subject, law, Some(&schedule)),
        schedule: Some(schedule),
    }
}

/// The command that shows it again.
pub(crate) fn replay_line(subject: &Subject, law: Law, schedule: Option<&Schedule>) -> String {
    let name = subject.name();
    let line = format!("backpressure verify --law {law} -s {name}");
    schedule.map_or_else(|| line.clone(), |schedule| format!("{line} --schedule {schedule}"))
}
