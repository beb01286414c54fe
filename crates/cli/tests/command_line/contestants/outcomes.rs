//! How each way to answer, or not to, ends.

use serde_json::json;

use super::*;

#[test]
fn who_does_not_keep_to_the_protocol_has_crashed() {
    let honest = honest();
    let strange = answer(|ok| ok["speed"] = json!(9));
    let vouching = answer(|ok| ok["in_flight_peak"] = json!(1));
    let bare = answer(|ok| drop(ok.as_object_mut().unwrap().remove("counts")));
    each_ends_as_documented(
        &[
            ("garbage", prints("hello"), "crashed", "the answer is no answer"),
            ("nothing", "cat > /dev/null".into(), "crashed", "ended without an answer"),
            ("deaf", "exit 0".into(), "crashed", "ended without an answer"),
            ("twice", prints(&format!("{honest}\n{honest}")), "crashed", "trailing characters"),
            ("talkative", "exec yes".into(), "crashed", "wrote more than 64 MiB"),
            ("strange", prints(&strange), "crashed", "unknown field `speed`, expected one of"),
            ("vouching", prints(&vouching), "crashed", "unknown field `in_flight_peak`"),
            ("bare", prints(&bare), "crashed", "missing field `counts`"),
            ("three", "echo sorry >&2; exit 3".into(), "crashed", "exit code 3: sorry"),
            ("shot", "kill -SEGV $$".into(), "crashed", "killed by signal 11"),
            ("limit", "ulimit -v >&2; exit 3".into(), "crashed", "exit code 3: 131072"),
        ],
        &["--mem-cap", "64MiB"],
    );
}

#[test]
fn who_says_that_it_is_not_its_day_is_believed() {
    let oom = prints(r#"{"oom":{"live_bytes":70000000}}"#);
    each_ends_as_documented(
        &[
            ("unable", prints(r#"{"unsupported":"no"}"#), "unsupported", "no"),
            ("broken", prints(r#"{"invalid":"no network"}"#), "crashed", "no network"),
            ("panics", prints(r#"{"panic":"ouch"}"#), "panic", "ouch"),
            ("full", oom.clone() + "exit 86", "oom", "70000000 bytes were live"),
            ("fuller", oom, "oom", "70000000 bytes were live"),
        ],
        &[],
    );
}

#[test]
fn who_lies_is_wrong() {
    let lie = |change: fn(&mut Value)| prints(&answer(change));
    let most = "18446744073709551615";
    each_ends_as_documented(
        &[
            (
                "checksum",
                lie(|ok| ok["counts"]["checksum"] = json!(7)),
                "wrong",
                "the checksum of the delivered outputs is 0000000000000007",
            ),
            ("count", lie(|ok| ok["counts"]["delivered"] = json!(2)), "wrong", "delivered 2 of 3"),
            ("lazy", lie(|ok| ok["counts"]["admitted"] = json!(0)), "wrong", "of 0 jobs 3 succ"),
            ("huge", lie(|ok| ok["counts"]["succeeded"] = json!(u64::MAX)), "wrong", most),
            ("eager", lie(|ok| ok["counts"]["admitted"] = json!(4)), "wrong", "admitted 4 of 3"),
            ("old", lie(|ok| ok["makespan_ns"] = json!(u64::MAX)), "wrong", "the process lived"),
            ("young", lie(|ok| ok["makespan_ns"] = json!(0)), "wrong", "took no time"),
            (
                "over",
                lie(|ok| ok["makespan_ns"] = json!(8000)),
                "wrong",
                "at 8800 ns, after the end",
            ),
            (
                "early",
                lie(|ok| ok["trace"]["started_ns"][1] = json!(3000)),
                "wrong",
                "job 1 was started at 3000 ns and admitted only at 3100 ns",
            ),
            (
                "many",
                lie(|ok| {
                    ok["trace"]["admitted_ns"][1] = json!(150);
                    ok["trace"]["started_ns"][1] = json!(250);
                }),
                "wrong",
                "promised at most 1 in flight and had 2",
            ),
            (
                "order",
                lie(|ok| ok["trace"]["order"] = json!([1, 0, 2])),
                "wrong",
                "promised the order of the source",
            ),
            ("nobody", lie(|ok| ok["trace"]["order"][0] = json!(u64::MAX)), "wrong", most),
            ("again", lie(|ok| ok["trace"]["order"][0] = json!(1)), "wrong", "`order` has job 1"),
            ("silent", lie(|ok| ok["trace"]["order"] = json!([0, 1])), "wrong", "not in `order`"),
            (
                "short",
                lie(|ok| ok["trace"]["started_ns"] = json!([200])),
                "wrong",
                "`started_ns` has 1 moments",
            ),
        ],
        &[],
    );
}

#[test]
fn who_does_less_work_is_wrong() {
    let place = Place::new();
    contestant(&place, "quick", &prints(&honest()), "");
    let usual = ["run", "-w", "^fixed$", "-x", "quick", "--jobs", "3", "--rounds", "1"];
    let ended = place.run(usual.iter().chain(&["--service", "2us", "--contestant", "quick.toml"]));
    ended.exits(0); // each of the three jobs took longer than that
    let ended = place.run(usual.iter().chain(&["--service", "1s", "--contestant", "quick.toml"]));
    ended.exits(6);
    let rows = rows(&place);
    let need = "took 9000 ns, but the jobs' own service times need 3000000";
    assert!(rows["quick"][0].1.contains(need), "{rows:?}");
    // The sum is right, but a job is not.
    let ended =
        place.run(usual.iter().chain(&["--service", "2720ns", "--contestant", "quick.toml"]));
    ended.exits(6);
    let row = &self::rows(&place)["quick"][0].1;
    assert!(row.contains("job 2 took 2600 ns instead of 2720"), "{row}");
}

#[test]
fn who_times_itself_far_quicker_than_it_traced_itself_is_wrong() {
    let place = Place::new();
    let timed = |makespan_ns: u64| {
        answer(|ok| {
            ok["makespan_ns"] = json!(makespan_ns);
            ok.as_object_mut().unwrap().remove("trace");
        })
    };
    let (honest, lie, quick) = (honest(), timed(89), timed(90));
    let script = |timed: &str| {
        let timed = format!("*'\"pass\":\"time\"'*) cat <<'END'\n{timed}\nEND\n;;\n");
        format!("case $(cat) in\n{timed}*) cat <<'END'\n{honest}\nEND\n;;\nesac\n")
    };
    contestant(&place, "liar", &script(&lie), "");
    contestant(&place, "quick", &script(&quick), "");
    run(&place, &["liar", "quick"], &["--rounds", "4"]).exits(6);
    let rows = rows(&place);
    let wrong: Vec<_> = rows["liar"].iter().filter(|row| row.0 == "wrong").collect();
    // Three traced runs have to be there before, and within a round the order is by lot.
    assert!((1..=2).contains(&wrong.len()), "{rows:?}");
    assert!(rows["liar"][..6].iter().all(|row| row.0 == "ok"), "{rows:?}");
    let said = "says that it took 89 ns, and no traced run of it less than 9000";
    assert!(wrong.iter().all(|row| row.1 == said), "{rows:?}");
    assert!(rows["quick"].iter().all(|row| row.0 == "ok"), "a hundredth may be the probe's");
}

#[test]
fn who_does_not_end_or_leaves_somebody_behind() {
    let honest = honest();
    let place = Place::new();
    contestant(&place, "endless", "trap '' TERM\nsleep 1000\nsleep 1000\n", "");
    // More than a pipe takes, and nobody reads it.
    let deaf = "send_service_times = true";
    contestant(&place, "deaf", "exec sleep 1000\n", deaf);
    contestant(&place, "parent", &format!("sleep 1000 &\n{}", prints(&honest)), "");
    let files = ["endless", "deaf"].map(|name| format!("{name}.toml"));
    let ended = place.run(
        ["run", "-w", "^fixed$", "-x", "endless", "-x", "deaf", "-x", "virtual"]
            .into_iter()
            .chain(["-s", "^sequential$", "--jobs", "10000", "--rounds", "1", "--service", "9ms"])
            .chain(["--timeout", "2s"])
            .chain(files.iter().flat_map(|file| ["--contestant", file])),
    );
    ended.exits(0);
    let ends = rows(&place);
    for name in ["endless", "deaf"] {
        assert!(ends[name].iter().all(|row| row.0 == "timeout"), "{ends:?}");
    }
    assert!(ends["virtual"].iter().all(|row| row.0 == "ok"), "{ends:?}");
    // The grandchild holds the pipe, is ended with the group, and what came counts.
    run(&place, &["parent"], &["--replace", "--out", "reports/latest"]).exits(0);
    assert!(rows(&place)["parent"].iter().all(|row| row.0 == "ok"));
}
