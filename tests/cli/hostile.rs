//! Classes that misbehave (tests/hostile, and files that no folder of text can hold), beside two good ones in one small
//! project: each has the status and the reason that the table gives, and the good ones' rows are, byte for byte, those
//! of a project without the others.

use crate::harness::{MOMENTUM, Project};
use continuous_backtest::artifact::{self, Backtest, StrategyRow};
use continuous_backtest::strategy::worker::confinement;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

/// File, statuses of discovery or outcomes of its runs, words of the reason. Where the interpreter's version decides,
/// either is right.
const KINDS: [(&str, &str, &str); 62] = [
    ("aborts", "crash", "SIGABRT"),
    ("alarm", "crash", "SIGVTALRM"),
    ("answers_a_huge_number", "raised", "no target exposure"),
    ("answers_infinity", "raised", "has to be finite"),
    ("answers_nan", "ok", ""),
    ("answers_ten_megabytes", "raised", "no known action"),
    ("asks_dns", "raised", "gaierror"),
    ("breaks_its_module", "raised", "AttributeError: 'int' object"),
    ("calls_the_kernel", "raised", "refused"),
    ("closes_every_file", "crash", "the process exited|channel"),
    ("countless_files", "crash", "more than 10000 files"),
    ("deletes_its_source", "raised", "refused 5 of 5"),
    ("drops_tables", "raised", "'; DROP TABLE runs; --<script>alert(1)</script>"),
    ("endless_and_deaf", "timeout", "no answer within"),
    ("endless_constructor", "timeout", "no answer within"),
    ("endless_entry", "timeout", "no answer within"),
    ("endless_farewell", "timeout", "no answer within"),
    ("endless_float", "timeout", "no answer within"),
    ("endless_generator", "raised|timeout", "MemoryError|no answer within"),
    ("endless_import", "timeout", "no answer within"),
    ("exits_at_once", "crash", "status 0"),
    ("exits_in_import", "raised", "SystemExit: nothing to see"),
    ("fills_scratch", "crash", "wrote more than"),
    ("fills_scratch_unseen", "crash", "wrote more than"),
    ("floods_stderr", "crash", "printed more than"),
    ("floods_stdout", "crash", "printed more than"),
    ("forges_a_reply", "crash", "a reply for set 7"),
    ("fork_bomb", "raised", "not permitted"),
    ("garbage_on_the_channel", "crash", "no reply to the request"),
    ("hoards_memory", "raised", "MemoryError"),
    ("hundred_gigabytes", "raised", "MemoryError"),
    ("interrupts", "raised", "KeyboardInterrupt"),
    ("leaks_everywhere", "raised", "everything is broken now"),
    ("lies_about_equality", "raised", "not with me"),
    ("looks_for_leaks", "ok", ""),
    ("many_processes", "raised", "refused 3 of 3"),
    ("opens_sockets", "raised", "refused"),
    ("opens_sockets_openly", "needs_service", "socket"),
    ("pairs_of_sockets", "ok", ""),
    ("plays_with_links", "raised", "refused 12 of 12"),
    ("raises_ten_megabytes", "raised", "ValueError: \\u{1b}]0;owned\\u{7}"),
    ("reads_its_parent", "raised", "refused 6 of 6"),
    ("reads_secrets", "raised", "refused 4 of 4"),
    ("reads_the_hosts_bars", "looks_ahead", "uses the future"),
    ("recursion", "raised", "RecursionError"),
    ("recursion_in_c", "raised|crash", "RecursionError|SIGSEGV"),
    ("refuses_to_be_shown", "raised", "none of your business"),
    ("runs_a_program", "raised", "not permitted"),
    ("runs_a_shell", "raised", "no shell was started"),
    ("segfaults", "crash", "SIGSEGV"),
    ("signals_its_parent", "raised", "refused 16 of 16"),
    ("sleeper", "timeout", "no answer within"),
    ("steals_the_channel", "timeout", "no answer within"),
    ("stops_itself", "timeout", "no answer within"),
    ("strange_metaclass", "raised", "there is no such entry"),
    ("thread_bomb", "crash", "threads"),
    ("too_few_answers", "raised", "values for"),
    ("too_many_answers", "raised", "10000000 values for"),
    ("traces_the_host", "ok", ""),
    ("waits_for_the_end", "ok", ""),
    ("writes_outside", "raised", "refused 6 of 6"),
    ("yields", "needs_adapter", "yields its answers"),
];

/// Files with names or bytes that do not belong into a repository: name, text, status, words of the reason.
fn made() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let entry = "    def on_bar(self, bar):\n        return 'buy' if bar.close > 0 else 'sell'\n";
    let class = |name: &str| format!("class {name}:\n{entry}").into_bytes();
    let with = |head: &[u8], name: &str| [head, &class(name)].concat();
    let steps: String = (0..150).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    let import = "no name Python can import";
    vec![
        ("latin.py", with(b"CAFE = 'caf\xe9'\n", "LatinTrader"), "unreadable", "UTF-8"),
        ("null.py", with(b"X = '\0'\n", "NullTrader"), "unreadable", ""),
        ("new\nline.py", class("NewLineTrader"), "needs_adapter", import),
        ("it's \"quoted\".py", class("QuotedTrader"), "needs_adapter", import),
        ("'; DROP TABLE runs; --.py", class("DropTrader"), "needs_adapter", import),
        ("<img src=x onerror=alert(1)>.py", class("MarkupTrader"), "needs_adapter", import),
        ("\u{1b}[31mred\u{202e}.py", class("RedTrader"), "needs_adapter", import),
        ("fol\nder's \"own\"/plain.py", class("PlainTrader"), "ok", ""),
        ("brackets.py", with("x = (((((".repeat(1000).as_bytes(), "BracketsTrader"), "unreadable", "brackets"),
        ("staircase.py", with(steps.as_bytes(), "StaircaseTrader"), "unreadable", "indented"),
        (
            "chain.py",
            with(format!("x = {}1\n", "-".repeat(100_000)).as_bytes(), "ChainTrader"),
            "unreadable",
            "operators",
        ),
        ("five_megabytes.py", with("# filler\n".repeat(600_000).as_bytes(), "FillerTrader"), "unreadable", "bytes"),
    ]
}

/// One entry that discovery cannot place, so that it is run.
const CONFIG: &str = "\
strategies:
  roots: [strategies]
  limits: {wall_seconds_per_run: SECONDS, cpu_seconds: 600, memory_mb: 512}
  overrides:
    endless_generator_trader:
      entry: {protocol: vectorised, method: generate_signals, arguments: [window.list_of_closes]}
scenarios:
  bars: 200
  regimes: [bull]
  paths: {train: 1, validation: 2, test: 1, foreign: 2}
  realism: {paths: 1, bars: 2500}
backtest_settings: {variations: 1, spans: 1}
";
const GOOD: [&str; 2] = ["momentum.py", "looks_for_leaks.py"];

fn hostile(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn project() -> Project {
    let project = Project::empty();
    project.write("strategies/momentum.py", MOMENTUM);
    project.write("strategies/looks_for_leaks.py", hostile("looks_for_leaks.py"));
    for folder in ["data/market", "tmp"] {
        fs::create_dir_all(project.path(folder)).unwrap();
    }
    for secret in ["home/.ssh/id_ed25519", "home/.aws/credentials", "strategies/.env", "strategies/server.pem"] {
        project.write(secret, "secret");
    }
    project
}

/// With a home and a folder for temporary files of its own; the object it printed, and what it said.
fn run(project: &Project, args: &[&str]) -> (serde_json::Value, String) {
    let mut command = project.command(&[args, &["--json"]].concat());
    command.env("HOME", project.path("home")).env("TMPDIR", project.path("tmp"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "cbt {args:?}: {:?}\n{said}", output.status);
    (serde_json::from_slice(&output.stdout).unwrap(), said)
}

fn backtested(project: &Project) -> String {
    let mut said = String::new();
    for args in [&["discover"][..], &["generate-scenarios"], &["backtest", "--type", "standard"]] {
        said.push_str(&run(project, args).1);
    }
    said
}

/// Path below the root → strategy, status, reason; of those that ran the outcome and what is told of it.
fn found(project: &Project) -> BTreeMap<String, (String, String, String)> {
    let data = project.path("data");
    let rows: Vec<Backtest> = artifact::read(&data).unwrap();
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    artifact::read::<StrategyRow>(&data)
        .unwrap()
        .into_iter()
        .map(|strategy| {
            let own: Vec<&Backtest> = rows.iter().filter(|row| row.strategy_name == strategy.strategy_name).collect();
            let broken = own.iter().find(|row| row.failure_message.is_some()).or(own.first());
            let (status, reason) = match broken {
                Some(row) => {
                    (word(serde_json::to_value(row.outcome).unwrap()), row.failure_message.clone().unwrap_or_default())
                }
                None => (word(serde_json::to_value(strategy.status).unwrap()), strategy.reason),
            };
            (strategy.path, (strategy.strategy_name, status, reason))
        })
        .collect()
}

/// The good classes' rows as a file of their own.
fn good(project: &Project) -> Vec<u8> {
    let names: BTreeSet<String> = GOOD.iter().map(|file| found(project)[*file].0.clone()).collect();
    let mut rows: Vec<Backtest> = artifact::read(&project.path("data")).unwrap();
    rows.retain(|row| names.contains(&row.strategy_name));
    // Their values in force, and one variation of the class that has parameters.
    assert_eq!(rows.len(), 3, "{rows:?}");
    let file = project.path("good.parquet");
    artifact::write_file(&file, &rows, &serde_json::Value::Null).unwrap();
    fs::read(file).unwrap()
}

/// Every file below the folder with its bytes; links and pipes by their names only.
fn bytes_below(folder: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path(), if kind.is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() });
            }
        }
    }
    found
}

#[test]
fn every_kind_has_a_file_that_says_what_to_expect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".py").to_owned())
        .collect();
    assert_eq!(files, KINDS.iter().map(|(file, ..)| (*file).to_owned()).collect());
    for (file, status, _) in KINDS {
        let text = hostile(&format!("{file}.py"));
        assert!(text.starts_with(&format!("# {status}: ")), "{file}.py does not begin with `# {status}: `");
    }
}

/// A project with the classes of `kinds` beside the good ones, run; what was said meanwhile. The seconds of a run are
/// few for those that never end and more than enough, on a busy machine too, for those that end otherwise.
fn run_with<'a>(kinds: impl IntoIterator<Item = &'a str>, seconds: &str) -> (Project, String) {
    let project = project();
    let mut text = CONFIG.replace("SECONDS", seconds);
    for file in kinds {
        project.write(&format!("strategies/{file}.py"), hostile(&format!("{file}.py")));
    }
    if !project.path("strategies/endless_generator.py").exists() {
        let (before, rest) = text.split_once("  overrides:\n").unwrap();
        text = format!("{before}{}", rest.split_once("closes]}\n").unwrap().1);
    }
    project.write("continuous_backtest_config.yaml", text);
    let before = bytes_below(&project.path("strategies"));
    let said = backtested(&project);
    assert!(before == bytes_below(&project.path("strategies")), "a source changed");
    // Nothing stays in the folder for temporary files, or anywhere else.
    assert_eq!(project.files("tmp"), Vec::<String>::new());
    for path in
        ["/tmp/cbt-should-not-exist", "/dev/shm/cbt-should-not-exist", "/tmp/cbt_leak.py", "/dev/shm/cbt_leak.py"]
    {
        assert!(!Path::new(path).exists(), "{path}");
    }
    (project, said)
}

fn as_expected<'a>(project: &Project, expected: impl IntoIterator<Item = (String, &'a str, &'a str)>) {
    let found = found(project);
    let mut wrong = Vec::new();
    for (path, statuses, words) in expected {
        match found.get(&path) {
            Some((_, status, reason))
                if statuses.split('|').any(|one| one == status) && words.split('|').any(|one| reason.contains(one)) => {
            }
            other => wrong.push(format!("{path:?} is to be {statuses} ({words}) and is {other:?}")),
        }
    }
    for (path, (_, _, reason)) in &found {
        // `refused 5 of 6` says that one was not.
        let counts: Vec<u32> = reason.split(' ').filter_map(|word| word.parse().ok()).collect();
        if reason.contains("refused") && counts.len() == 2 && counts[0] != counts[1] || reason.len() > 9000 {
            wrong.push(format!("{path:?}: {reason}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn kinds(endless: bool) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    KINDS.into_iter().filter(move |(_, status, _)| (*status == "timeout") == endless)
}

fn is_confined() -> bool {
    let found = confinement().filesystem.starts_with("Landlock");
    if !found {
        eprintln!("SKIPPED: {}", confinement().filesystem);
    }
    found
}

#[test]
fn what_never_ends_is_ended_and_the_good_ones_do_not_notice() {
    if !is_confined() {
        return;
    }
    let (calm, _) = run_with([], "30");
    let (project, _) = run_with(kinds(true).map(|(file, ..)| file), "1.5");
    as_expected(&project, kinds(true).map(|(file, status, words)| (format!("{file}.py"), status, words)));
    assert!(good(&project) == good(&calm), "a good class's results changed");
}

#[test]
fn each_has_its_reason_and_the_good_ones_do_not_notice() {
    if !is_confined() {
        return;
    }
    let (calm, _) = run_with([], "30");
    let (project, said) = run_with(kinds(false).map(|(file, ..)| file), "30");
    as_expected(&project, kinds(false).map(|(file, status, words)| (format!("{file}.py"), status, words)));
    assert!(good(&project) == good(&calm), "a good class's results changed");
    reads_like_text(&project, &said);
}

/// Names and texts of other people's code on a terminal, in the report and in SQL.
fn reads_like_text(project: &Project, said: &str) {
    let obeyed: Vec<char> = said.chars().filter(|c| c.is_control() && !['\n', '\t'].contains(c)).collect();
    assert!(obeyed.is_empty(), "{obeyed:?} in {said}");
    run(project, &["report"]);
    let page = project.read(project.files("reports").iter().find(|name| name.ends_with(".html")).unwrap());
    for markup in ["<script>alert", "<img src=x"] {
        assert!(!page.contains(markup), "{markup} is markup in the report");
    }
    let counted = run(project, &["query", "SELECT count(*) > 2, (SELECT count(*) FROM runs) FROM backtest_results"]).0;
    assert_eq!(counted["rows"], serde_json::json!([[true, 0]]));
}

#[test]
fn odd_files_and_names_are_rows_or_are_passed_over() {
    if !is_confined() {
        return;
    }
    let project = project();
    project
        .write("continuous_backtest_config.yaml", CONFIG.replace("SECONDS", "30").split("  overrides").next().unwrap());
    project.configure(&CONFIG[CONFIG.find("scenarios:").unwrap()..]);
    for (name, text, ..) in made() {
        project.write(&format!("strategies/{name}"), text);
    }
    // Nothing is to be opened here: a pipe that nobody writes to, a file without an end, a name that is no text.
    assert!(Command::new("mkfifo").arg(project.path("strategies/pipe.py")).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", project.path("strategies/zero.py")).unwrap();
    fs::write(project.path("strategies").join(OsStr::from_bytes(b"\xff.py")), "class NamelessTrader: pass\n").unwrap();
    let said = backtested(&project);
    as_expected(&project, made().into_iter().map(|(name, _, status, words)| (name.to_owned(), status, words)));
    assert!(said.contains("its name is not UTF-8: not read"), "{said}");
    reads_like_text(&project, &said);
}
