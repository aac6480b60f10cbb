//! Runs `tests/discovery/*.md`: files in fences, and the rows that a scan of them has to give.

use super::*;
use crate::strategy::{Argument, Value};
use std::fmt::Write as _;
use std::path::Path;

/// A heading, the files under it, and the expected rows.
struct Case {
    title: String,
    files: Vec<(String, String)>,
    overrides: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut fence: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some((name, body)) = &mut fence {
            if line == "```" {
                if let (Some(case), Some((name, body))) = (cases.last_mut(), fence.take()) {
                    match name.as_str() {
                        "rows" => case.expected = body,
                        "overrides" => case.overrides = body,
                        _ => case.files.push((name, body)),
                    }
                }
                continue;
            }
            let _ = name;
            body.push_str(line);
            body.push('\n');
        } else if let Some(title) = line.strip_prefix("## ") {
            let title = title.to_owned();
            cases.push(Case { title, files: Vec::new(), overrides: String::new(), expected: String::new() });
        } else if let Some(info) = line.strip_prefix("```") {
            let name = info.split_whitespace().last().unwrap_or("").to_owned();
            fence = Some((name, String::new()));
        }
    }
    cases
}

/// Enough YAML for the cases: nested mappings, lists of mappings, plain scalars.
struct PlainYaml;

impl ConfigReader for PlainYaml {
    fn values(&self, _: &str, text: &str) -> Result<Vec<FileValue>, String> {
        let mut values = Vec::new();
        let mut path: Vec<(usize, String)> = Vec::new();
        let mut items: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let mut indent = line.len() - line.trim_start().len();
            let mut rest = line.trim_start();
            if let Some(item) = rest.strip_prefix("- ") {
                items.retain(|(known, _)| *known <= indent);
                match items.last_mut().filter(|(known, _)| *known == indent) {
                    Some((_, count)) => *count += 1,
                    None => items.push((indent, 0)),
                }
                let count = items.last().map_or(0, |(_, count)| *count);
                path.retain(|(known, _)| *known < indent);
                path.push((indent, format!("[{count}]")));
                indent += 2;
                rest = item;
            }
            path.retain(|(known, _)| *known < indent);
            let Some((key, value)) = rest.split_once(':') else { continue };
            let bare = value.split('#').next().unwrap_or("").trim();
            if bare.is_empty() {
                path.push((indent, key.to_owned()));
                continue;
            }
            let offset = start + (line.len() - rest.len()) + key.len() + 1 + value.find(bare).unwrap_or(0);
            let parsed = if let Some(text) = bare.strip_prefix('"') {
                Value::Str(text.trim_end_matches('"').to_owned())
            } else if let Ok(int) = bare.parse() {
                Value::Int(int)
            } else if let Ok(float) = bare.parse() {
                Value::Float(float)
            } else if bare == "true" || bare == "false" {
                Value::Bool(bare == "true")
            } else {
                Value::Str(bare.to_owned())
            };
            values.push(FileValue {
                path: path.iter().map(|(_, key)| key.clone()).chain([key.to_owned()]).collect(),
                start: u32::try_from(offset).map_err(|error| error.to_string())?,
                end: u32::try_from(offset + bare.len()).map_err(|error| error.to_string())?,
                line: u32::try_from(number + 1).map_err(|error| error.to_string())?,
                value: parsed,
                doubt: None,
            });
        }
        Ok(values)
    }
}

fn overrides(text: &str) -> std::collections::BTreeMap<String, Override> {
    let mut all = std::collections::BTreeMap::new();
    for line in text.lines() {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let wish: &mut Override = all.entry(name.to_owned()).or_default();
        let (key, value) = rest.split_once(' ').unwrap_or((rest, ""));
        match key {
            "exclude" => wish.exclude = true,
            "pin" => wish.pinned.push(value.to_owned()),
            "bounds" => {
                let words: Vec<&str> = value.split(' ').collect();
                let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
                if let (Some(low), Some(high)) = (number(1), number(2)) {
                    wish.bounds.insert(words[0].to_owned(), (low, high, number(3)));
                }
            }
            "method" => wish.entry.get_or_insert_default().method = Some(value.to_owned()),
            "exit" => wish.entry.get_or_insert_default().exit_method = Some(value.to_owned()),
            "prepare" => wish.entry.get_or_insert_default().prepare = Some(value.to_owned()),
            "exit_argument" => {
                let one = serde_json::from_str(value).unwrap_or_else(|error| panic!("{value}: {error}"));
                wish.entry.get_or_insert_default().exit_arguments.get_or_insert_default().push(one);
            }
            "column" => wish.entry.get_or_insert_default().column = Some(value.to_owned()),
            "argument" => {
                if let Some((key, value)) = value.split_once(' ') {
                    wish.arguments.insert(key.to_owned(), serde_json::from_str(value).unwrap_or_default());
                }
            }
            "file" => wish.config_file = Some(value.to_owned()),
            "key" => wish.config_key = Some(value.to_owned()),
            other => panic!("unknown override {other}"),
        }
    }
    all
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Bar(shape) => format!("bar {}", lower(&format!("{shape:?}"))),
        Argument::Window(shape) => format!("window {}", lower(&format!("{shape:?}"))),
        Argument::Field(name) => format!("field {name}"),
        Argument::ColumnWindow(name) => format!("column {name}"),
        other => lower(&format!("{other:?}")),
    }
}

fn lower(camel: &str) -> String {
    snake_case(camel)
}

fn call((method, arguments): (&str, &[Argument])) -> String {
    let arguments: Vec<String> = arguments.iter().map(argument).collect();
    format!("{method}({})", arguments.join(", "))
}

fn render(found: &Found, root: &Path) -> String {
    let mut text = String::new();
    for row in &found.strategies {
        let _ = writeln!(text, "{} {} {}:{}", row.status.name(), row.name, row.path, row.line);
        let _ = writeln!(text, "  line {}: {}", row.evidence_line, row.reason);
        if let Some(entry) = &row.entry {
            let _ = writeln!(text, "  {} {}", entry.protocol.name(), call((&entry.method, &entry.arguments)));
            for (label, step) in [("exit", &entry.exit), ("prepare", &entry.prepare)] {
                if let Some((method, arguments)) = step {
                    let _ = writeln!(text, "  {label} {}", call((method, arguments)));
                }
            }
            if let Some(column) = &entry.column {
                let _ = writeln!(text, "  column {column}");
            }
            for note in &entry.assumed {
                let _ = writeln!(text, "  assumed: {note}");
            }
        }
        if row.status == Status::Runnable {
            let folder = Path::new(&row.import_root).strip_prefix(root).map(|path| path.display().to_string());
            let folder = folder.ok().filter(|folder| !folder.is_empty()).unwrap_or_else(|| ".".to_owned());
            let _ = writeln!(text, "  import {} from {folder} requires {}", row.module, row.requires.join(" "));
            for one in row.constructor.iter().filter(|one| one.source != ArgumentSource::Default) {
                let source = serde_json::to_string(&one.source).unwrap_or_default();
                let _ = writeln!(text, "  argument {} {source}", one.name);
            }
        }
        for parameter in found.parameters.iter().filter(|parameter| parameter.strategy == row.name) {
            let _ = writeln!(text, "  {}", parameter_line(parameter, root));
        }
    }
    for function in &found.functions {
        let _ = writeln!(text, "function {} {}:{}", function.name, function.path, function.line);
    }
    text
}

fn parameter_line(parameter: &Parameter, root: &Path) -> String {
    let place = &parameter.place;
    let file = std::fs::read_to_string(root.join(&place.path)).unwrap_or_default();
    let bytes = file.get(place.start as usize..place.end as usize).unwrap_or("?");
    let range = match (&parameter.range, &parameter.why_not_searched) {
        (Some(SearchRange::Int { low, high, step }), _) => format!("{low}..{high} step {step}"),
        (Some(SearchRange::Float { low, high, step, log }), _) => {
            let step = step.map_or(String::new(), |step| format!(" step {step}"));
            format!("{low}..{high}{step}{}", if *log { " log" } else { "" })
        }
        (Some(SearchRange::Bool), _) => "bool".to_owned(),
        (Some(SearchRange::Choice { choices }), _) => {
            choices.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")
        }
        (None, why) => format!("not searched ({})", why.as_deref().unwrap_or("?")),
    };
    let source = parameter.range_source.map_or(String::new(), |source| format!(" {}", lower(&format!("{source:?}"))));
    let below = parameter.below.as_ref().map_or(String::new(), |other| format!(" below {other}"));
    let kind = lower(&format!("{:?}", place.kind));
    let shadowed: Vec<String> =
        parameter.shadowed.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
    let shadowed = if shadowed.is_empty() { String::new() } else { format!(" shadows {}", shadowed.join(" ")) };
    let passed = if parameter.passed_as.is_empty() {
        String::new()
    } else {
        format!(" passed as {}", parameter.passed_as.join("."))
    };
    format!(
        "{} {} {} {} {range}{source}{below} [{kind} {} {}:{} `{bytes}`]{shadowed}{passed}",
        parameter.name,
        lower(&format!("{:?}", parameter.value_type)),
        parameter.default,
        lower(&format!("{:?}", parameter.role)),
        place.key,
        place.path,
        place.line,
    )
}

#[test]
fn the_cases_of_tests_discovery() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/discovery");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut failures = String::new();
    let mut count = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
        for case in cases(&std::fs::read_to_string(file).unwrap()) {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().canonicalize().unwrap();
            for (name, body) in &case.files {
                let path = root.join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, body).unwrap();
            }
            let params = Params { overrides: overrides(&case.overrides), ..Params::new(vec![root.clone()]) };
            let rows = render(&scan(&params, &PlainYaml).unwrap(), &root);
            if rows != case.expected {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let _ = writeln!(failures, "== {name}: {}\n-- expected\n{}-- found\n{rows}", case.title, case.expected);
            }
            count += 1;
        }
    }
    assert!(count > 0, "no case was found");
    assert!(failures.is_empty(), "{failures}");
}

fn scan_bytes(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<Found, ScanError>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let found = scan(&Params::new(vec![folder.path().to_path_buf()]), &NoConfigFiles);
    (folder, found)
}

#[test]
fn roots_that_cannot_be_scanned_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let of = |path: &Path| scan(&Params::new(vec![path.to_path_buf()]), &NoConfigFiles);
    assert!(matches!(of(&folder.path().join("absent")), Err(ScanError::MissingRoot(_))));
    assert!(matches!(of(folder.path()), Err(ScanError::NoPythonFiles(_))));
    let file = folder.path().join("a.py");
    std::fs::write(&file, "X = 1\n").unwrap();
    assert!(matches!(of(&file), Err(ScanError::NotADirectory(_))));
    let found = of(folder.path()).unwrap();
    assert_eq!((found.files_read, found.classes_read, found.strategies.len()), (1, 0, 0));
    let bad = Params { exclude: vec!["a[".to_owned()], ..Params::new(vec![folder.path().to_path_buf()]) };
    assert!(matches!(scan(&bad, &NoConfigFiles), Err(ScanError::Glob { .. })));
}

#[cfg(unix)]
#[test]
fn links_make_no_circles_and_lead_nowhere_else() {
    use std::os::unix::fs::symlink;
    let class = "class XStrategy:\n    def on_bar(self, bar):\n        return 1 if bar.close > 2 else 0\n";
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().canonicalize().unwrap();
    let (root, outside) = (place.join("root"), place.join("outside"));
    for (dir, name) in [(root.join("a/b"), "x.py"), (outside.clone(), "y.py")] {
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(name), class.replace("XS", &format!("{}S", name[..1].to_uppercase()))).unwrap();
    }
    for (target, link) in [
        (root.as_path(), "a/up"),
        (&root.join("a/b"), "a/b/again"),
        (&root.join("a/b"), "second"),
        (Path::new("itself"), "itself"),
        (Path::new("nowhere"), "dangling"),
        (&outside, "shared"),
        (&outside.join("y.py"), "y.py"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    let found = scan(&Params::new(vec![root.clone()]), &NoConfigFiles).unwrap();
    let names: Vec<&str> = found.strategies.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((names, found.files_read), (vec!["x_strategy"], 1));
    assert_eq!(found.astray, [("shared".to_owned(), outside.clone()), ("y.py".to_owned(), outside.join("y.py"))]);
    // A root that is a link itself, and the target as a root of its own.
    symlink(&root, place.join("link")).unwrap();
    let found = scan(&Params::new(vec![place.join("link"), outside]), &NoConfigFiles).unwrap();
    assert_eq!((found.strategies.len(), found.astray.len()), (2, 0));
}

#[test]
fn files_that_are_no_text_are_rows_with_their_line() {
    let (_folder, found) = scan_bytes(&[
        ("latin.py", b"# ok\nX = '\xe9'\n"),
        ("nul.py", b"X = 1\n\nY = '\0'\n"),
        ("python2.py", b"print 'x'\n"),
        ("deep.py", &[b'('; 5_000]),
        ("nameless.py", b"class(Trader:\n    def on_bar(self, bar):\n        return 1\n"),
        ("empty.py", b""),
    ]);
    let rows: Vec<(String, Status, u32)> =
        found.unwrap().strategies.iter().map(|row| (row.path.clone(), row.status, row.evidence_line)).collect();
    let unreadable = |path: &str, line| (path.to_owned(), Status::Unreadable, line);
    assert_eq!(
        rows,
        [
            unreadable("deep.py", 1),
            unreadable("latin.py", 2),
            unreadable("nameless.py", 1),
            unreadable("nul.py", 3),
            unreadable("python2.py", 1)
        ]
    );
}

/// Only a file that does not parse has two classes on a line.
#[test]
fn classes_of_one_name_on_one_line_have_names_of_their_own() {
    let (_folder, found) = scan_bytes(&[
        ("same.py", b"class SameBot(class SameBot(class SameBot(\n"),
        ("taken.py", b"class Same_Bot:\n    def on_bar(self, bar):\n        return 1\n"),
    ]);
    let names: Vec<String> = found.unwrap().strategies.into_iter().map(|row| row.name).collect();
    let same = "same_bot@same:SameBot#1:1";
    let numbered: Vec<String> = names.iter().filter(|name| name.starts_with(same)).cloned().collect();
    assert_eq!(numbered, [same.to_owned(), format!("{same}.2"), format!("{same}.3")], "{names:?}");
}

#[test]
fn spans_count_bytes_behind_marks_carriage_returns_and_wide_letters() {
    let class = "class XBot:\r\n    ä = 'é'\r\n    limit = -2.5\r\n    def on_bar(self, bar):\r\n        return 1 if bar.close > self.limit else 0\r\n";
    let text = format!("\u{feff}{class}");
    let (folder, found) = scan_bytes(&[("x.py", text.as_bytes())]);
    let found = found.unwrap();
    let limit = found.parameters.iter().find(|parameter| parameter.name == "limit").unwrap();
    let bytes = std::fs::read(folder.path().join("x.py")).unwrap();
    assert_eq!(&bytes[limit.place.start as usize..limit.place.end as usize], b"-2.5");
    assert_eq!(limit.place.line, 3);
    assert_eq!(limit.place.file_hash, blake3::hash(&bytes).to_hex().to_string());
}

#[test]
fn circles_end() {
    let (_folder, found) = scan_bytes(&[
        ("a.py", b"from b import BStrategy\nfrom a import *\nclass AStrategy(BStrategy):\n    def on_bar(self, bar):\n        return self.on_bar(bar)\n"),
        ("b.py", b"from a import AStrategy\nfrom b import *\nclass BStrategy(AStrategy):\n    pass\nclass CBot(CBot):\n    pass\n"),
    ]);
    assert_eq!(found.unwrap().strategies.len(), 3);
}

#[test]
fn the_hash_follows_every_file_a_class_is_built_from() {
    let child: &[u8] = b"from base import Base\nclass XStrategy(Base):\n    pass\n";
    let hash = |base: &[u8]| {
        let (_folder, found) = scan_bytes(&[("base.py", base), ("x.py", child), ("other.py", b"Y = 1\n")]);
        let found = found.unwrap();
        assert_eq!(found.strategies[0].source_files, ["base.py", "x.py"]);
        found.strategies[0].source_hash.clone()
    };
    assert_eq!(hash(b"class Base:\n    pass\n"), hash(b"class Base:\n    pass\n"));
    assert_ne!(hash(b"class Base:\n    pass\n"), hash(b"class Base:\n    x = 1\n"));
}
