//! What a contestant's file may say, and what comes of it.

use super::*;

#[test]
fn who_is_not_there_is_skipped_and_that_is_said() {
    let place = Place::new();
    contestant(&place, "ghost", "", "needs = 'sh.of-another-time'");
    let ended = run(&place, &["ghost"], &[]).exits(0);
    let said = "ghost is skipped: there is no `sh.of-another-time` on this machine";
    assert!(ended.stderr().contains(said), "{}", ended.stderr());
    let run_json = fs::read_to_string(place.path().join("reports/latest/run.json")).unwrap();
    let run_json: Value = serde_json::from_str(&run_json).unwrap();
    let executors = run_json["catalogue"]["executors"].as_array().unwrap();
    let ghost = executors.iter().find(|entry| entry["name"] == "ghost").unwrap();
    assert_eq!(ghost["contestant"]["skipped"], "there is no `sh.of-another-time` on this machine");
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
    refused(&with("64MiB", "lots"), &["`lots` is not", "line 11"]);
    let place = Place::new();
    place.run(["run", "--contestant", "no.toml"]).exits(1).says(&["the contestant no.toml"]);
    contestant(&place, "one", "", "");
    let twice = ["run", "-x", "one", "--contestant", "one.toml", "--contestant", "one.toml"];
    place.run(twice).exits(2).says(&["one.toml", "\"one\" is taken"]);
}

#[test]
fn which_program_it_was_is_recorded_shown_and_the_same_after_a_resumption() {
    let place = Place::new();
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    let asks = "files = ['part.txt']\nversion = ['sh', 'version.sh']";
    write("part.txt", "one");
    write("version.sh", "echo mine 1.0; echo more");
    contestant(&place, "mine", &prints(&honest()), asks);
    run(&place, &["mine"], &["--out", "first"]).exits(0);
    let run_json = fs::read_to_string(place.path().join("first/run.json")).unwrap();
    let run_json: Value = serde_json::from_str(&run_json).unwrap();
    let executors = run_json["catalogue"]["executors"].as_array().unwrap();
    let mine = &executors.iter().find(|entry| entry["name"] == "mine").unwrap()["contestant"];
    assert_eq!(mine["version"], "mine 1.0");
    let files = mine["files"].as_array().unwrap().iter().map(|file| file[0].as_str().unwrap());
    assert_eq!(files.collect::<Vec<_>>(), ["mine.sh", "part.txt"], "and its command's own");
    let report = fs::read_to_string(place.path().join("first/report.md")).unwrap();
    assert!(report.contains("| contestant mine | mine 1.0; mine.sh "), "{report}");

    let resumed = || place.run(["run", "--resume", "first"]);
    resumed().exits(0);
    write("part.txt", "two");
    resumed().exits(1).says(&["contestant mine: part.txt was ", " and is "]);
    let other_file = run(&place, &["mine"], &["--out", "second"]);
    other_file.exits(0);
    write("part.txt", "one");
    write("version.sh", "echo mine 2.0");
    let said = "contestant mine: version was mine 1.0 and is mine 2.0";
    resumed().exits(1).says(&[said]);
    run(&place, &["mine"], &["--out", "third"]).exits(0);
    let warned = |new: &str| place.run(["compare", "first", new]).stderr();
    assert!(warned("second").contains("mine: its files are others"), "{}", warned("second"));
    assert!(warned("third").contains("mine: mine 1.0 before, mine 2.0 now"), "{}", warned("third"));
}

#[test]
fn who_cannot_say_its_version_or_lacks_a_file_is_refused() {
    let refused = |more: &str, parts: &[&str]| {
        let place = Place::new();
        contestant(&place, "mine", "", more);
        let ended = place.run(["run", "-x", "mine", "--contestant", "mine.toml"]).exits(2);
        ended.says(&[&["mine.toml"], parts].concat());
    };
    refused("files = ['nowhere.py']", &["`files` has \"nowhere.py\", and there is no such file"]);
    refused("version = []", &["`version` [] is empty", "has to print a line"]);
    refused("version = ['./nowhere']", &["cannot be started (No such file"]);
    refused("version = ['sh', '-c', 'echo 1; exit 3']", &["does not end well"]);
    refused("version = ['true']", &["prints nothing"]);
    refused("version = ['sh', '-c', 'echo 1; sleep 1000']", &["does not end"]);
    // Who is not there is not asked.
    let place = Place::new();
    contestant(&place, "mine", "", "needs = 'sh.of-another-time'\nversion = ['./nowhere']");
    run(&place, &["mine"], &[]).exits(0);
}

#[test]
fn a_comparison_takes_no_contestant() {
    let place = Place::new();
    contestant(&place, "mine", "", "");
    for what in [&["one", "two"][..], &["--against", "three"]] {
        let arguments = [&["compare"], what, &["--contestant", "mine.toml"]].concat();
        let why = "--contestant has no part in a comparison: both builds would run the very same";
        place.run(arguments).exits(2).says(&[why]);
    }
}

#[test]
fn a_plan_that_lists_executors_gets_the_contestant_and_one_that_names_it_decides() {
    let place = Place::new();
    contestant(&place, "mine", "", "");
    let matrix = |(executors, workload): (&&str, &str)| {
        format!(
            "[[matrix]]\nworkloads = ['{workload}']\nstrategies = ['sequential']\n\
             executors = [{executors}]\njobs = 3\nlimit = [2]\n"
        )
    };
    let cells = |matrices: &[&str]| {
        let text: String = matrices.iter().zip(["yield", "fixed"]).map(matrix).collect();
        let text = format!("name = 'p'\nrounds = 1\ntimeout = '5s'\n{text}");
        fs::write(place.path().join("plan.toml"), text).unwrap();
        let arguments = ["--plan", "plan.toml", "--contestant", "mine.toml", "--dry-run"];
        let text = place.run(["run"].iter().chain(&arguments)).exits(0).stdout();
        text.lines().skip(1).filter(|line| line.contains("/mine/")).count()
    };
    assert_eq!(cells(&["'virtual'"]), 1);
    assert_eq!(cells(&["'smol', 'mine'", "'virtual'"]), 1);
}
