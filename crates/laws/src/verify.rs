use bp_core::{Claims, Order};

use crate::{
    Broken, Effort, Law, Row, Schedule, Subject, Verdict, again,
    schedule::Choices,
    shrink::shrink,
    stage::{adversarial, overheard},
    story::Story,
};

/// Holds a subject against all laws: its schedules first, each judged by all of them, then the
/// probes of each law. The rows are in the order of the laws.
///
/// The memory of a subject is seen only where [`Counting`](bp_observe::memory::Counting) is the
/// global allocator, and while nothing else runs in the process.
pub fn verify(subject: &Subject, effort: &Effort) -> Vec<Row> {
    verify_laws(subject, &Law::ALL, effort)
}

/// The same for some of the laws, in the order given.
pub fn verify_laws(subject: &Subject, laws: &[Law], effort: &Effort) -> Vec<Row> {
    let mut found: Vec<(Law, Option<Broken>)> = laws.iter().map(|&law| (law, None)).collect();
    let judged = laws.iter().any(|law| law.has_judge());
    let seeds = effort.seed..effort.seed.saturating_add(if judged { effort.schedules } else { 0 });
    let mut run = 0;
    for seed in seeds {
        let choices = Choices::random(seed);
        // Who refuses the parameters of a schedule is not tried with it.
        let Ok(evidence) = adversarial(subject, &choices) else { continue };
        run += 1;
        for (law, found) in &mut found {
            if found.is_none() && law.judge(subject, &evidence).is_some() {
                *found = Some(shortest(subject, *law, seed, choices.taken()));
            }
        }
    }
    found.into_iter().map(|(law, found)| row(subject, law, found, run, effort)).collect()
}

fn row(subject: &Subject, law: Law, found: Option<Broken>, run: u64, effort: &Effort) -> Row {
    let tried = if found.is_none() { law.probes() } else { &[] };
    let probes: Vec<_> =
        tried.iter().map(|probe| (probe.name, probe.check(subject, law, effort))).collect();
    let judged = match found {
        Some(broken) => Verdict::Broken(broken),
        None if law.has_judge() && effort.schedules > 0 && run == 0 => {
            Verdict::Unseen("it refuses the parameters of every schedule".to_owned())
        }
        None => Verdict::Kept(String::new()),
    };
    Row {
        subject: subject.name().to_owned(),
        law,
        verdict: probes.iter().map(|(_, verdict)| verdict.clone()).fold(judged, Verdict::and),
        probes,
        schedules: if law.has_judge() { run } else { 0 },
    }
}

/// What one law says of one schedule.
pub fn replay(subject: &Subject, law: Law, schedule: &Schedule) -> Verdict {
    match adversarial(subject, &Choices::of_schedule(schedule)) {
        Err(refusal) => Verdict::Unseen(refusal),
        Ok(_) if !law.has_judge() => {
            Verdict::Unseen("no schedule shows it; without one its probes are tried".to_owned())
        }
        Ok(_) if !claimed(law, &subject.claims()) => Verdict::NotClaimed(String::new()),
        Ok(evidence) => match law.judge(subject, &evidence) {
            Some(why) => Verdict::Broken(Broken {
                steps: steps(subject, schedule, &why),
                why,
                seed: None,
                schedule: Some(schedule.clone()),
                replay: again::of_schedule(subject, law, schedule),
            }),
            None => Verdict::Kept(String::new()),
        },
    }
}

/// Whether a subject with these claims has to keep the law.
fn claimed(law: Law, claims: &Claims) -> bool {
    match law {
        Law::Limit => claims.limit.is_some(),
        Law::Order => claims.order != Order::Any,
        Law::Input => claims.window.is_some(),
        _ => true,
    }
}

fn shortest(subject: &Subject, law: Law, seed: u64, found: Schedule) -> Broken {
    let why = |schedule: &Schedule| {
        let evidence = adversarial(subject, &Choices::of_schedule(schedule)).ok()?;
        law.judge(subject, &evidence)
    };
    let schedule = shrink(found, |schedule| why(schedule).is_some());
    let why = why(&schedule).unwrap_or_else(|| "it cannot be replayed".to_owned());
    Broken {
        steps: steps(subject, &schedule, &why),
        why,
        seed: Some(seed),
        replay: again::of_schedule(subject, law, &schedule),
        schedule: Some(schedule),
    }
}

/// What a schedule comes to, in words, until that is seen.
fn steps(subject: &Subject, schedule: &Schedule, why: &str) -> Vec<String> {
    let story = Story::heard();
    // It was run before, and so it is not refused.
    let _ = overheard(subject, &Choices::of_schedule(schedule), &story);
    story.told(why)
}
