//! Programs of somebody else, honest and not: each a few lines of shell, run by the real program
//! next to honest cells. The honest answer is the one that docs/PROTOCOL.md shows.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::common::{Ended, Place};

const PROTOCOL: &str = include_str!("../../../../docs/PROTOCOL.md");
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contestants/python");

/// The text of the first code block in `language` below a heading of the document.
fn block(heading: &str, language: &str) -> &'static str {
    let below = PROTOCOL.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let text = below.split_once(&format!("```{language}\n")).unwrap().1;
    text.split_once("```").unwrap().0
}

/// The documented answer, on one line, with something changed.
fn answer(change: impl FnOnce(&mut Value)) -> String {
    let mut answer: Value = serde_json::from_str(block("The answer", "json")).unwrap();
    change(&mut answer["ok"]);
    answer.to_string()
}

fn honest() -> String {
    answer(|_| {})
}

/// Writes the file of a contestant that is a shell script, and the script.
fn contestant(place: &Place, name: &str, script: &str, more: &str) {
    let text = format!(
        "name = '{name}'\nsentence = 'a test'\ncommand = ['sh', '{name}.sh']\n\
         strategies = ['sequential']\nworkloads = ['yield', 'fixed']\n{more}\n"
    );
    fs::write(place.path().join(format!("{name}.toml")), text).unwrap();
    fs::write(place.path().join(format!("{name}.sh")), script).unwrap();
}

/// A script that reads the request and prints `line`.
fn prints(line: &str) -> String {
    format!("cat > /dev/null\ncat <<'END'\n{line}\nEND\n")
}

/// Runs three yielding jobs once on the virtual executor and by each of the contestants.
fn run(place: &Place, names: &[&str], more: &[&str]) -> Ended {
    let files: Vec<_> = names.iter().map(|name| format!("{name}.toml")).collect();
    let usual = ["run", "-w", "^yield$", "-s", "^sequential$", "--jobs", "3", "--rounds", "1"];
    let executors = names.iter().chain(&["virtual"]).flat_map(|name| ["-x", name]);
    let contestants = files.iter().flat_map(|file| ["--contestant", file]);
    place.run(usual.into_iter().chain(executors).chain(contestants).chain(more.iter().copied()))
}

/// The outcomes and messages by executor: of each pass, or of the verification if that failed.
fn rows(place: &Place) -> BTreeMap<String, Vec<(String, String)>> {
    let path = place.path().join("reports/latest/samples.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let [executor, role, outcome, message] = ["executor", "role", "outcome", "message"].map(column);
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let verified = &record[role] == "verification" && &record[outcome] == "ok";
        if &record[role] == "canary" || verified {
            continue;
        }
        let row = (record[outcome].to_owned(), record[message].to_owned());
        rows.entry(record[executor].to_owned()).or_default().push(row);
    }
    rows
}

/// Runs the scripts side by side, and checks the outcome and a part of the message of each, and that
/// the cells of others are intact.
#[track_caller]
fn each_ends_as_documented(scripts: &[(&str, String, &str, &str)], more: &[&str]) {
    let place = Place::new();
    contestant(&place, "honest", &prints(&honest()), "");
    let mut names = vec!["honest"];
    for (name, script, ..) in scripts {
        contestant(&place, name, script, "");
        names.push(name);
    }
    let wrong = scripts.iter().any(|(_, _, outcome, _)| *outcome == "wrong");
    run(&place, &names, more).exits(if wrong { 6 } else { 0 });
    let rows = rows(&place);
    for (name, _, outcome, message) in scripts {
        assert_eq!(rows[*name].len(), 1, "{name}: it is verified, and then left alone");
        for row in &rows[*name] {
            assert_eq!(row.0, *outcome, "{name}: {}", row.1);
            assert!(row.1.contains(message), "{name}: no {message:?} in {:?}", row.1);
        }
    }
    for name in ["honest", "virtual"] {
        assert!(rows[name].iter().all(|row| row.0 == "ok"), "{name}: {:?}", rows[name]);
    }
}

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

#[test]
fn who_is_not_there_is_skipped_and_that_is_said() {
    let place = Place::new();
    contestant(&place, "ghost", "", "needs = 'no-such-program'");
    let ended = run(&place, &["ghost"], &[]).exits(0);
    let said = "ghost is skipped: there is no `no-such-program` on this machine";
    assert!(ended.stderr().contains(said), "{}", ended.stderr());
    let run_json = fs::read_to_string(place.path().join("reports/latest/run.json")).unwrap();
    let run_json: Value = serde_json::from_str(&run_json).unwrap();
    let executors = run_json["catalogue"]["executors"].as_array().unwrap();
    let ghost = executors.iter().find(|entry| entry["name"] == "ghost").unwrap();
    assert_eq!(ghost["contestant"]["skipped"], "there is no `no-such-program` on this machine");
    assert_eq!(rows(&place).into_keys().collect::<Vec<_>>(), ["virtual"]);
    let alone = ["run", "-w", "yield", "-x", "ghost", "--contestant", "ghost.toml"];
    place.run(alone).exits(4).says(&["nothing selected"]);

    // It is said to be there, and cannot be started: that is a row.
    contestant(&place, "broken", "", "needs = 'sh'");
    let path = place.path().join("broken.toml");
    let text = fs::read_to_string(&path).unwrap().replace("['sh', 'broken.sh']", "['./nowhere']");
    fs::write(&path, text).unwrap();
    run(&place, &["broken"], &[]).exits(0);
    let rows = rows(&place);
    assert!(rows["broken"].iter().all(|row| row.0 == "crashed"), "{rows:?}");
    assert!(rows["broken"][0].1.contains("cannot start ./nowhere: No such file"), "{rows:?}");
}

#[test]
fn a_file_that_is_none_is_refused_with_its_name() {
    let refused = |text: &str, parts: &[&str]| {
        let place = Place::new();
        fs::write(place.path().join("it.toml"), text).unwrap();
        let ended = place.run(["run", "-x", "virtual", "--contestant", "it.toml"]).exits(2);
        let stderr = ended.stderr();
        assert!(stderr.contains("it.toml"), "{stderr}");
        parts.iter().for_each(|part| assert!(stderr.contains(part), "no {part:?} in {stderr}"));
        assert!(!place.path().join("reports").exists(), "nothing is begun");
    };
    let good = block("Its file", "toml");
    let with = |from: &str, to: &str| {
        assert!(good.contains(from));
        good.replace(from, to)
    };
    refused("name = ", &["line 1"]);
    refused("name = 'x'", &["missing field `sentence`"]);
    refused(&with("needs", "wants"), &["line 4", "unknown field `wants`", "`needs`"]);
    refused(&with("\"mine\"", "\"My own\""), &["`name` is \"My own\"", "small letters"]);
    refused(&with("\"mine\"", "\"tokio\""), &["\"tokio\" is taken"]);
    refused(&with("[\"python3\", \"worker.py\"]", "[]"), &["`command` has to name a program"]);
    refused(&with("\"sequential\"", "\"sequentia\""), &["strategy `sequentia`", "sequential"]);
    refused(&with("[\"sequential\"]", "[]"), &["it runs no strategy"]);
    refused(&with("\"fixed\"", "\"fixe\""), &["workload `fixe` is unknown", "fixed"]);
    refused(&with("\"fixed\"", "\"files\""), &["`files` is not for contestants"]);
    refused(&with("64MiB", "lots"), &["`lots` is not", "line 9"]);
    let place = Place::new();
    place.run(["run", "--contestant", "no.toml"]).exits(1).says(&["the contestant no.toml"]);
    contestant(&place, "one", "", "");
    let twice = ["run", "-x", "one", "--contestant", "one.toml", "--contestant", "one.toml"];
    place.run(twice).exits(2).says(&["one.toml", "\"one\" is taken"]);
}

#[test]
fn a_plan_that_lists_executors_gets_the_contestant_and_one_that_names_it_decides() {
    let place = Place::new();
    contestant(&place, "mine", "", "");
    let matrix = |executors: &str| {
        format!(
            "[[matrix]]\nworkloads = ['yield']\nstrategies = ['sequential']\n\
             executors = [{executors}]\njobs = 3\nlimit = [2]\n"
        )
    };
    let cells = |matrices: &[&str]| {
        let text: String = matrices.iter().map(|executors| matrix(executors)).collect();
        let text = format!("name = 'p'\nrounds = 1\ntimeout = '5s'\n{text}");
        fs::write(place.path().join("plan.toml"), text).unwrap();
        let arguments = ["--plan", "plan.toml", "--contestant", "mine.toml", "--dry-run"];
        let text = place.run(["run"].iter().chain(&arguments)).exits(0).stdout();
        text.lines().skip(1).filter(|line| line.contains("/mine/")).count()
    };
    assert_eq!(cells(&["'virtual'"]), 1);
    assert_eq!(cells(&["'smol', 'mine'", "'virtual'"]), 1);
}

/// The documented request is the one that is sent.
#[test]
fn the_documented_request_is_sent() {
    let place = Place::new();
    contestant(&place, "mine", "cat > request.json\n", "");
    let more = ["--mem-cap", "1GiB", "--threads", "2", "--payload", "0B", "--service", "1ms"];
    let plan = "name = 'p'\nrounds = 1\ntimeout = '9s'\n[[matrix]]\nworkloads = ['yield']\n";
    fs::write(place.path().join("plan.toml"), plan).unwrap();
    run(&place, &["mine"], &[&more[..], &["--plan", "plan.toml"]].concat()).exits(0);
    let sent = fs::read_to_string(place.path().join("request.json")).unwrap();
    let mut sent: Value = serde_json::from_str(&sent).unwrap();
    sent["pass"] = json!("trace"); // the last of the three is what is left
    let documented: Value = serde_json::from_str(block("The request", "json")).unwrap();
    assert_eq!(sent, documented);
}

/// True if the Python of this machine can run what is shipped; otherwise says what is not tested.
fn python() -> bool {
    let script = "import asyncio; asyncio.TaskGroup";
    let found = Command::new("python3").args(["-c", script]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("not tested: there is no Python of 3.11 or later");
    }
    found
}

#[test]
fn the_documented_worker_works() {
    if !python() {
        return;
    }
    let place = Place::new();
    fs::write(place.path().join("mine.toml"), block("Its file", "toml")).unwrap();
    fs::write(place.path().join("worker.py"), block("A worker", "python")).unwrap();
    run(&place, &["mine"], &["-w", "^fixed$", "--service", "1ms"]).exits(0);
    assert_eq!(rows(&place)["mine"].len(), 6);
    assert!(rows(&place)["mine"].iter().all(|row| row.0 == "ok"), "{:?}", rows(&place));
}

#[test]
fn the_code_of_the_documents_keeps_its_promises() {
    if !python() {
        return;
    }
    let place = Place::new();
    let file = Path::new(PYTHON).join("python.toml");
    let file = file.to_str().unwrap();
    let some = ["-w", "^yield$", "-w", "^stragglers$", "--service", "100us"];
    let arguments = ["verify", "-x", "^python$", "--contestant", file];
    let ended = place.run(arguments.iter().chain(&some)).exits(0);
    assert!(ended.stderr().contains("30 of 30 cells kept their promises"), "{}", ended.stderr());
}

#[test]
fn python_that_runs_out_of_memory_says_so() {
    if !python() {
        return;
    }
    let place = Place::new();
    let file = Path::new(PYTHON).join("python.toml");
    let file = file.to_str().unwrap();
    let arguments = ["-s", "^(sequential|batching)$", "-x", "^python$", "--contestant", file];
    let large = ["--jobs", "3", "--payload", "1GiB", "--rounds", "1", "--mem-cap", "64MiB"];
    place.run(["run", "-w", "^yield$"].iter().chain(&arguments).chain(&large)).exits(0);
    let rows = &rows(&place)["python"];
    assert_eq!(rows.len(), 2, "each is verified, and then left alone");
    assert!(rows.iter().all(|row| row.0 == "oom"), "{rows:?}");
}
