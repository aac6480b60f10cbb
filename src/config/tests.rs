use super::*;
use std::fs;

fn in_a_folder(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("c.yaml");
    fs::write(&file, text).unwrap();
    (dir, file)
}

fn load(text: &str) -> Result<Config, Faults> {
    let (_dir, file) = in_a_folder(text);
    Config::load(&file)
}

/// The file with its examples uncommented: `#key` is an example, `# text` is prose.
fn uncommented(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        match line.trim_start().strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') => {
                format!("{}{rest}", &line[..indent])
            }
            Some(rest) if rest.starts_with("  ") => format!("{}{rest}", &line[..indent]),
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_shipped_file_says_the_defaults() {
    let (dir, file) = in_a_folder(SHIPPED);
    let shipped = Config::load(&file).unwrap();
    let defaults = Config::defaults_with(dir.path(), None).unwrap();
    assert_eq!(shipped, Config { written: shipped.written.clone(), ..defaults });
    assert_eq!(shipped.hash, Config::default().hash);
}

#[test]
fn comments_may_be_as_long_as_they_like() {
    let text = format!("{}backtest_settings:\n{}  spans: 2\n", "# a word\n".repeat(200), "  # more\n".repeat(200));
    assert_eq!(load(&text).unwrap().backtest.spans, 2);
}

#[test]
fn defaults_with_nothing_are_the_defaults() {
    let defaults = Config::defaults_with(Path::new("."), None).unwrap();
    assert_eq!(defaults, Config { written: defaults.written.clone(), ..Config::default() });
    assert_eq!(load("").unwrap().hash, Config::default().hash);
    assert_eq!(load("# nothing\nscenarios:\n").unwrap().hash, Config::default().hash);
}

#[test]
fn the_shipped_file_names_every_key() {
    let mut written = Vec::new();
    collect(&Node::parse(SHIPPED).unwrap(), "", &mut written);
    let mut known = Vec::new();
    let settings = Config::default().to_json();
    collect(&from_json(&settings), "", &mut known);
    // What the file calls otherwise than the resolved struct.
    for key in &mut known {
        *key = key.replace("fill_at_close", "fill");
    }
    written.sort();
    known.sort();
    assert_eq!(written, known);
}

fn from_json(value: &serde_json::Value) -> Node {
    let mut node = Node::null();
    node.overlay(value);
    node
}

fn collect(node: &Node, path: &str, found: &mut Vec<String>) {
    if let raw::Content::Map(entries) = &node.value {
        for entry in entries {
            collect(&entry.node, &format!("{path}.{}", entry.key), found);
        }
        if !entries.is_empty() {
            return;
        }
    }
    found.push(path.to_owned());
}

#[test]
fn the_examples_in_the_shipped_file_hold() {
    // The example of `objective` stands below the empty key.
    let text = uncommented(SHIPPED).replace("  objective:\n", "");
    let config = load(&text).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(config.strategies.overrides.len(), 3);
    assert_eq!(config.strategies.overrides["momentum_trader"].bounds.len(), 3);
    assert!(config.strategies.overrides["old_system"].exclude);
    assert_eq!(config.scenarios.custom["slow_bleed"].jumps.per_year, 6.0);
    assert_eq!(config.market_data.markets["IBM"].periods_per_year, Some(252.0));
    assert_eq!(config.optimization.weights["crash"], 2.0);
    assert!(config.optimization.objective.is_some());
    assert_eq!(config.notify.len(), 2);
}

#[test]
fn init_scans_where_it_stands_and_is_otherwise_the_shipped_file() {
    let config = load(&Config::init_text()).unwrap();
    assert_eq!(config.strategies.roots, [config.base_dir.join(".")]);
    let mut settings = config.to_json();
    let mut shipped = load(SHIPPED).unwrap().to_json();
    for settings in [&mut settings, &mut shipped] {
        for key in ["strategies", "market_data", "report"] {
            settings[key].as_object_mut().unwrap().retain(|key, _| key != "roots" && key != "directory");
        }
    }
    assert_eq!(settings, shipped);
}

#[test]
fn paths_count_from_the_file_and_do_not_enter_the_hash() {
    let text = "strategies: {roots: [a, /b], interpreter: .venv/bin/python}\nreport: {directory: r}\n";
    let (dir, file) = in_a_folder(text);
    let config = Config::load(&file).unwrap();
    assert_eq!(config.strategies.roots, [dir.path().join("a"), PathBuf::from("/b")]);
    assert_eq!(config.strategies.interpreter, Some(dir.path().join(".venv/bin/python")));
    assert_eq!(config.report.directory, dir.path().join("r"));
    assert_eq!(config.hash, load(text).unwrap().hash);
    assert_ne!(config.hash, Config::default().hash);
    let program = load("strategies: {interpreter: python3.12}").unwrap();
    assert_eq!(program.strategies.interpreter, Some(PathBuf::from("python3.12")));
}

#[test]
fn overrides_lie_over_the_file_and_are_checked_alike() {
    let (_dir, file) = in_a_folder("optimization: {trials: 7, batch: 3}\n");
    let over = serde_json::json!({ "optimization": { "trials": 9 } });
    let config = Config::load_with(&file, Some(&over)).unwrap();
    assert_eq!((config.optimization.trials, config.optimization.batch), (9, 3));
    let over = serde_json::json!({ "optimization": { "trails": 9 } });
    let faults = Config::load_with(&file, Some(&over)).unwrap_err().to_string();
    assert!(
        faults.ends_with(
            "c.yaml with the pipeline's overrides: optimization.trails: unknown key, did you mean `trials`?"
        ),
        "{faults}"
    );
    let over = serde_json::json!([1]);
    assert!(Config::defaults_with(Path::new("."), Some(&over)).is_err());
}

#[test]
fn a_missing_file_says_what_to_do() {
    let faults = Config::load(Path::new("/nowhere/c.yaml")).unwrap_err();
    assert_eq!(faults.to_string(), "/nowhere/c.yaml: cannot be read: there is no such file; `cbt init DIR` writes one");
}

/// `tests/config/*.yaml`: each file is a configuration; below a line `--- expected` stands what is said about it.
/// A good one expects `ok` and, in the lines after, settings under their pointer: `/optimization/trials = 80`.
#[test]
fn files_say_what_they_should() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config"));
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    assert!(cases.len() >= 10, "{cases:?}");
    let mut wrong = Vec::new();
    for case in cases {
        let text = fs::read_to_string(&case).unwrap();
        let (yaml, expected) = text.split_once("--- expected\n").unwrap_or_else(|| panic!("{}", case.display()));
        let (dir, file) = in_a_folder(yaml);
        match (expected.strip_prefix("ok\n"), Config::load(&file)) {
            (Some(settings), Ok(config)) => {
                let base = format!("{}/", dir.path().display());
                let json: serde_json::Value =
                    serde_json::from_str(&config.to_json().to_string().replace(&base, "")).unwrap();
                for line in settings.lines() {
                    let (pointer, value) = line.split_once(" = ").unwrap();
                    let value: serde_json::Value = serde_json::from_str(value).unwrap();
                    assert_eq!(json.pointer(pointer), Some(&value), "{}: {pointer}", case.display());
                }
            }
            (None, Err(faults)) => {
                let said = faults.to_string().replace(&file.display().to_string(), "c.yaml");
                if said != expected.trim_end() {
                    wrong.push(format!("{}: it says\n{said}\n", case.display()));
                }
            }
            (_, other) => wrong.push(format!("{}: {other:?}", case.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
