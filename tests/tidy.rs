//! The rules of the house that can be checked by reading the source.

use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    // Test modules, in files of their own or at the end of one, may use what they like; `language` runs the specs.
    found.retain(|path| {
        !path
            .strip_prefix(&root)
            .unwrap()
            .components()
            .any(|part| ["tests", "tests.rs", "language"].iter().any(|name| part.as_os_str() == *name))
    });
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
            (path.strip_prefix(&root).unwrap().to_owned(), code)
        })
        .collect()
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| {
        let line = line.trim_start();
        !line.starts_with("//")
    })
}

fn room(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Every line of code outside `allowed` that names one of `words`.
fn offenders(words: &[&str], allowed: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources() {
        if allowed(&path) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(format!("src/{}:{number} names {word}: {}", path.display(), line.trim()));
            }
        }
    }
    found
}

fn none(found: Vec<String>) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_artifact_knows_the_columnar_crates() {
    none(offenders(&["polars::", "arrow::", "parquet::"], |path| path.starts_with("artifact")));
}

#[test]
fn only_results_knows_duckdb() {
    none(offenders(&["duckdb::"], |path| path.starts_with("results")));
}

#[test]
fn one_door_leads_to_object_stores() {
    none(offenders(&["object_store"], |path| path == Path::new("artifact/depot.rs")));
}

#[test]
fn templates_stay_in_their_rooms() {
    none(offenders(&["minijinja"], |path| {
        path.starts_with("report")
            || path.starts_with("dashboard")
            || path == Path::new("optimize/objective/expression.rs")
    }));
}

#[test]
fn only_the_dashboard_serves_and_only_notifications_post() {
    none(offenders(&["axum"], |path| path.starts_with("dashboard")));
    // The object store's calls are asynchronous.
    none(offenders(&["tokio"], |path| path.starts_with("dashboard") || path.starts_with("artifact/depot.rs")));
    none(offenders(&["ureq"], |path| path.starts_with("stage/notify")));
}

#[test]
fn the_python_parser_stays_in_two_places() {
    none(offenders(&["ruff_python"], |path| path.starts_with("discovery/python") || path.starts_with("patch/read")));
}

#[test]
fn only_the_native_compiler_is_unsafe() {
    none(offenders(&["unsafe ", "unsafe_code"], |path| path.starts_with("strategy/native/jit")));
}

#[test]
fn only_the_native_compiler_knows_cranelift() {
    none(offenders(&["cranelift"], |path| path.starts_with("strategy/native/jit")));
}

#[test]
fn below_stage_nothing_prints() {
    let speaks = |path: &Path| ["cli", "stage", "main.rs"].iter().any(|room| path.starts_with(room));
    none(offenders(&["println!(", "eprintln!(", "print!(", "dbg!("], speaks));
}

#[test]
fn below_stage_nothing_reads_a_clock_or_ambient_randomness() {
    let words =
        ["SystemTime::now", "Instant::now", "Utc::now", "Local::now", "thread_rng", "rand::rng()", "from_os_rng"];
    none(offenders(&words, |path| {
        ["cli", "dashboard", "stage", "strategy/worker"].iter().any(|room| path.starts_with(room))
    }));
}

#[test]
fn arrows_point_up_the_list_in_lib() {
    let lib = include_str!("../src/lib.rs");
    let order: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10, "{order:?}");
    let rank = |name: &str| order.iter().position(|room| *room == name);
    let mut found = Vec::new();
    for (path, text) in sources() {
        // The worker and native code run what discovery found; the rest of their room is what all of them speak in.
        let runs = path.starts_with("strategy/worker") || path.starts_with("strategy/native");
        let stands = if runs { "discovery".to_owned() } else { room(&path) };
        let Some(own) = rank(&stands) else { continue };
        for (number, line) in code_lines(&text) {
            for used in line.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if rank(&name).is_some_and(|other| other > own) {
                    found.push(format!("src/{}:{number} uses {name}, which stands below it", path.display()));
                }
            }
        }
    }
    none(found);
}

#[test]
fn no_room_is_a_drawer() {
    let drawers = ["utils", "util", "helpers", "common", "manager", "core", "types", "misc"];
    for (path, _) in sources() {
        for part in path.components() {
            let name = part.as_os_str().to_string_lossy();
            assert!(!drawers.contains(&name.trim_end_matches(".rs")), "src/{}", path.display());
        }
    }
}

#[test]
fn every_command_has_its_file_stage_recipe_and_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let just = fs::read_to_string(root.join("justfile")).unwrap();
    for command in [
        "discover",
        "generate-scenarios",
        "backtest",
        "optimize",
        "apply",
        "report",
        "iterate",
        "loop",
        "status",
        "query",
        "dashboard",
        "explain",
        "rollback",
        "replay",
        "plan",
        "run-shard",
        "collect",
        "stats",
        "prove",
        "init",
    ] {
        let file = format!("{}.rs", command.replace('-', "_"));
        assert!(root.join("src/cli").join(&file).is_file(), "src/cli/{file}");
        // What the dashboard does is a room of its own.
        let stage =
            if command == "dashboard" { "src/dashboard/mod.rs".to_owned() } else { format!("src/stage/{file}") };
        assert!(root.join(&stage).is_file(), "{stage}");
        assert!(root.join("tests/cli").join(&file).is_file(), "tests/cli/{file}");
        assert!(just.lines().any(|line| line.starts_with(&format!("{command} *args:"))), "justfile: {command}");
    }
}
