//! Numbers that ask for more than any machine has: they cost nothing before they are refused.

use super::*;

/// How each sample ended, the canary's apart.
fn outcomes(place: &Place) -> Vec<String> {
    let recorded = Store::read(&place.path().join("run")).unwrap();
    let samples = recorded.samples.iter();
    let own = samples.filter(|sample| sample.role != bp_record::Role::Canary);
    own.map(|sample| sample.outcome.to_string()).collect()
}

fn run(more: &[&str]) -> Place {
    let place = Place::new();
    let usual = ["run", "-w", "^fixed$", "-x", "^virtual$", "--rounds", "1", "--mem-cap", "64MiB"];
    let ended = place.run(usual.iter().chain(&["--out", "run"]).chain(more)).exits(1);
    assert!(ended.stderr().contains("nothing ended well"), "{}", ended.stderr());
    place
}

#[test]
fn more_payload_than_there_is_memory_is_a_row() {
    for payload in ["1TiB", "1000000TiB"] {
        let place =
            run(&["-s", "^semaphore$", "-p", "limit=4", "--jobs", "8", "--payload", payload]);
        let outcomes = outcomes(&place);
        assert!(!outcomes.is_empty() && outcomes.iter().all(|it| it == "oom"), "{outcomes:?}");
    }
}

#[test]
fn more_jobs_at_once_than_there_is_memory_are_a_row() {
    let most = u64::MAX.to_string();
    let place = run(&["-s", "^unbounded-spawn$", "--jobs", &most]);
    // Verified in miniature, it keeps its promises.
    let outcomes = outcomes(&place);
    assert_eq!(outcomes[0], "ok");
    assert!(outcomes.len() > 1 && outcomes[1..].iter().all(|it| it == "oom"), "{outcomes:?}");
}
