//! The cases in `tests/patch/*.md`.

use super::{edit, plan_text};
use crate::patch::{Edit, Format, scalars, scalars_matching};
use crate::strategy::Value;
use std::fs;
use std::path::Path;

#[derive(Default)]
struct Case {
    title: String,
    before: String,
    after: Option<String>,
    key: Option<String>,
    edits: Vec<(Value, Value)>,
    refused: Option<String>,
    hidden: Vec<String>,
    bytes: Vec<String>,
}

fn run(format: Format, name: &str, at_least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patch").join(name);
    let text = fs::read_to_string(&path).expect("the cases are in the tree");
    let cases = parse(&text);
    assert!(cases.len() >= at_least, "{name} has only {} cases", cases.len());
    for case in &cases {
        check(format, case);
    }
}

fn check(format: Format, case: &Case) {
    let title = &case.title;
    let (before, spans) = unmark(&case.dressed(&case.before));
    assert_eq!(spans.len(), case.edits.len(), "{title}: one edit per pair of marks");
    assert!(case.after.is_some() != case.refused.is_some(), "{title}: either a text afterwards or a refusal");
    let edits: Vec<Edit> = spans
        .iter()
        .zip(&case.edits)
        .map(|(&span, (old, new))| edit(format, before.as_bytes(), span, old.clone(), new.clone()))
        .collect();
    if let Some(key) = &case.key {
        let found = match format {
            Format::Env => scalars_matching(format, &before, &[key.as_str()]),
            _ => scalars(format, &before),
        };
        let found = found.unwrap_or_else(|fault| panic!("{title}: {fault}"));
        let at = found.iter().find(|scalar| scalar.start as usize == spans[0].0);
        assert_eq!(at.map(crate::patch::Scalar::key).as_ref(), Some(key), "{title}");
    }
    let shown = match (plan_text(&edits, before.as_bytes()), &case.after) {
        (Ok(planned), Some(after)) => {
            let got = String::from_utf8(planned.after.clone()).expect("the plan is text");
            assert_eq!(got, case.dressed(after), "{title}");
            assert_eq!(
                planned.undo.revert(&planned.after).as_deref(),
                Some(before.as_bytes()),
                "{title}: the way back"
            );
            planned.diff.clone() + &format!("{planned:?}")
        }
        (Err(refusal), None) => {
            assert_eq!(Some(refusal.reason.name()), case.refused.as_deref(), "{title}: {refusal}");
            format!("{refusal} {refusal:?}")
        }
        (Ok(planned), None) => panic!("{title}: should be refused, but became {}", planned.diff),
        (Err(refusal), Some(_)) => panic!("{title}: {refusal}"),
    };
    for secret in &case.hidden {
        assert!(!shown.contains(secret), "{title}: shows {secret}: {shown}");
    }
}

impl Case {
    fn dressed(&self, text: &str) -> String {
        let has = |name: &str| self.bytes.iter().any(|given| given == name);
        let mut text = text.to_owned();
        if has("tabs") {
            text = text.replace('→', "\t");
        }
        if has("no final newline") {
            text.truncate(text.trim_end_matches('\n').len());
        }
        if has("crlf") {
            text = text.replace('\n', "\r\n");
        }
        if has("bom") { format!("\u{feff}{text}") } else { text }
    }
}

/// The text without its marks, and the byte spans that they stood around.
fn unmark(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut plain, mut spans, mut open) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        match c {
            '«' => open = plain.len(),
            '»' => spans.push((open, plain.len())),
            c => plain.push(c),
        }
    }
    (plain, spans)
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut block: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(body) = &mut block {
            if bare == "```" {
                let case = cases.last_mut().expect("a block belongs to a case");
                let body = block.take().unwrap_or_default();
                if case.before.is_empty() {
                    case.before = body;
                } else {
                    case.after = Some(body);
                }
            } else {
                body.push_str(line);
            }
            continue;
        }
        if let Some(title) = bare.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if bare.starts_with("```") {
            block = Some(String::new());
        } else if let Some(key) = bare.strip_prefix("key: ") {
            case.key = Some(key.to_owned());
        } else if let Some(reason) = bare.strip_prefix("refused: ") {
            case.refused = Some(reason.to_owned());
        } else if let Some(secret) = bare.strip_prefix("hidden: ") {
            case.hidden.push(secret.to_owned());
        } else if let Some(bytes) = bare.strip_prefix("text: ") {
            case.bytes = bytes.split(", ").map(str::to_owned).collect();
        } else if let Some((old, new)) = bare.split_once(" -> ") {
            case.edits.push((value(old), value(new)));
        } else {
            assert!(bare.is_empty(), "{}: what is {bare:?}", case.title);
        }
    }
    cases
}

/// As Python writes it.
fn value(text: &str) -> Value {
    match text {
        "None" => return Value::Null,
        "True" => return Value::Bool(true),
        "False" => return Value::Bool(false),
        _ => {}
    }
    if let Some(inner) = text.strip_prefix(['\'', '"']) {
        return Value::Str(inner[..inner.len() - 1].replace("\\\\", "\\"));
    }
    if let Ok(number) = text.parse() {
        return Value::Int(number);
    }
    text.parse().map_or_else(|_| Value::Code { code: text.to_owned() }, Value::Float)
}

#[test]
fn yaml() {
    run(Format::Yaml, "yaml.md", 40);
}

#[test]
fn json() {
    run(Format::Json, "json.md", 15);
}

#[test]
fn toml() {
    run(Format::Toml, "toml.md", 12);
}

#[test]
fn env() {
    run(Format::Env, "env.md", 8);
}

#[test]
fn python() {
    run(Format::Python, "python.md", 38);
}
