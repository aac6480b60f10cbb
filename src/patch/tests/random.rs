//! Random documents whose values stand where the generator put them, so that spans and results are known
//! without asking a reader.

use super::{edit, plan_text};
use crate::patch::{Edit, Format, scalars};
use crate::strategy::Value;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

#[derive(Debug, Clone)]
enum Tree {
    Leaf(Value),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
}

/// A text and its values with their spans.
#[derive(Debug, Clone)]
struct Document {
    format: Format,
    text: String,
    leaves: Vec<(usize, usize, Value)>,
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-100_000_i64..100_000).prop_map(Value::Int),
        (-4000_i32..4000).prop_map(|n| Value::Float(f64::from(n) / 64.0)),
        any::<bool>().prop_map(Value::Bool),
        "[ -~é日]{0,8}".prop_map(Value::Str),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let node = leaf().prop_map(Tree::Leaf).prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::List),
            prop::collection::btree_map("[a-z][a-z_é]{0,7}", inner, 1..5).prop_map(Tree::Map),
        ]
    });
    prop::collection::btree_map("[a-z][a-z_é]{0,7}x", node, 1..5).prop_map(Tree::Map)
}

/// Choices of style, drawn one by one.
struct Writer {
    format: Format,
    text: String,
    leaves: Vec<(usize, usize, Value)>,
    bits: u64,
}

impl Writer {
    fn coin(&mut self) -> bool {
        self.bits = self.bits.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5555;
        self.bits >> 40 & 1 == 1
    }

    fn space(&mut self) {
        if self.coin() {
            self.text.push_str("  ");
        }
    }

    fn leaf(&mut self, value: &Value) {
        let start = self.text.len();
        let text = match (value, self.format) {
            (Value::Bool(value), Format::Python) => if *value { "True" } else { "False" }.to_owned(),
            (Value::Bool(value), _) => value.to_string(),
            (Value::Str(text), Format::Yaml) if self.coin() => format!("'{}'", text.replace('\'', "''")),
            (Value::Str(text), Format::Python) if self.coin() => Value::Str(text.clone()).to_string(),
            (Value::Str(text), Format::Toml) if self.coin() && !text.contains('\'') => format!("'{text}'"),
            (Value::Str(text), _) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            (value, _) => value.to_string(),
        };
        self.text.push_str(&text);
        self.leaves.push((start, self.text.len(), value.clone()));
    }

    fn flow(&mut self, tree: &Tree) {
        let is_toml_map = self.format == Format::Toml;
        match tree {
            Tree::Leaf(value) => self.leaf(value),
            Tree::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                        self.space();
                    }
                    self.flow(item);
                }
                self.text.push(']');
            }
            Tree::Map(entries) => {
                self.text.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(", ");
                    }
                    self.text.push_str(&if is_toml_map { format!("\"{key}\" = ") } else { format!("\"{key}\": ") });
                    self.flow(value);
                }
                self.text.push('}');
            }
        }
    }

    fn end_line(&mut self) {
        if self.coin() {
            self.text.push_str(if self.format == Format::Json { " // 20 é" } else { "  # 20: é" });
        }
        self.text.push('\n');
    }

    fn block(&mut self, tree: &Tree, depth: usize) {
        let indent = "  ".repeat(depth);
        match tree {
            Tree::Map(entries) => {
                for (key, value) in entries {
                    let quote = if self.coin() { "\"" } else { "" };
                    self.text.push_str(&format!("{indent}{quote}{key}{quote}:"));
                    self.nested(value, depth);
                }
            }
            Tree::List(items) => {
                for item in items {
                    self.text.push_str(&format!("{indent}-"));
                    self.nested(item, depth);
                }
            }
            Tree::Leaf(value) => self.leaf(value),
        }
    }

    fn nested(&mut self, tree: &Tree, depth: usize) {
        if matches!(tree, Tree::Leaf(_)) || self.coin() {
            self.text.push(' ');
            self.space();
            self.flow(tree);
            self.end_line();
        } else {
            self.end_line();
            self.block(tree, depth + 1);
        }
    }

    fn document(mut self, tree: &Tree) -> Document {
        let Tree::Map(entries) = tree else { panic!("the top is a mapping") };
        if self.coin() {
            self.text.push('\u{feff}');
        }
        match self.format {
            Format::Yaml => self.block(tree, 0),
            Format::Json => {
                self.flow(tree);
                self.end_line();
            }
            Format::Toml => {
                for (key, value) in entries {
                    self.text.push_str(&format!("\"{key}\" = "));
                    self.flow(value);
                    self.end_line();
                }
            }
            Format::Python => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    match index % 3 {
                        0 => self.text.push_str(&format!("{key}: object = ")),
                        1 => self.text.push_str(&format!("class C{index}:\n    {key} = ")),
                        _ => self.text.push_str(&format!("def f{index}(self, {key}=")),
                    }
                    self.flow(value);
                    if index % 3 == 2 {
                        self.text.push_str("): pass");
                    }
                    self.end_line();
                }
            }
            Format::Env => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if let Tree::Leaf(value @ (Value::Int(_) | Value::Float(_) | Value::Bool(_))) = value {
                        self.text.push_str(&format!("{}_{index}=", key.replace('é', "e")));
                        self.leaf(value);
                        self.end_line();
                    }
                }
            }
        }
        Document { format: self.format, text: self.text, leaves: self.leaves }
    }
}

fn document() -> impl Strategy<Value = Document> {
    (prop::sample::select(Format::ALL.to_vec()), tree(), any::<u64>()).prop_map(|(format, tree, bits)| {
        Writer { format, text: String::new(), leaves: Vec::new(), bits }.document(&tree)
    })
}

fn another(value: &Value, salt: i64) -> Value {
    match value {
        Value::Int(_) => Value::Int(salt),
        Value::Float(_) => Value::Float(salt as f64 / 128.0),
        Value::Bool(value) => Value::Bool(!value),
        Value::Str(_) => Value::Str(format!("new '{salt}' \\ \"é")),
        other => other.clone(),
    }
}

fn edits_of(document: &Document, picks: &[prop::sample::Index], salt: i64) -> Vec<Edit> {
    let mut chosen: BTreeMap<usize, (usize, usize, Value)> = BTreeMap::new();
    if !document.leaves.is_empty() {
        for pick in picks {
            let leaf = pick.get(&document.leaves);
            chosen.insert(leaf.0, leaf.clone());
        }
    }
    let is_fit = |value: &Value| !(matches!(value, Value::Str(_)) && document.format == Format::Toml);
    chosen
        .into_values()
        .filter(|(.., value)| is_fit(value) && another(value, salt) != *value)
        .map(|(start, end, old)| {
            let new = another(&old, salt);
            edit(document.format, document.text.as_bytes(), (start, end), old, new)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn only_the_asked_values_change(
        document in document(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        salt in -5000_i64..5000,
    ) {
        let edits = edits_of(&document, &picks, salt);
        if edits.is_empty() {
            return Ok(());
        }
        let planned = match plan_text(&edits, document.text.as_bytes()) {
            Ok(planned) => planned,
            Err(refusal) => return Err(TestCaseError::fail(format!("{refusal}\n{}", document.text))),
        };
        let after = String::from_utf8(planned.after.clone()).expect("text");
        // Outside the spans every byte is as before, and the spans hold the new values' own text.
        let (mut kept, mut rest) = (0, after.as_str());
        for (edit, change) in edits.iter().zip(&planned.undo.changes) {
            let before = &document.text[kept..edit.start as usize];
            prop_assert!(rest.starts_with(before));
            rest = &rest[before.len()..];
            prop_assert!(rest.starts_with(&change.new_text));
            match &edit.new {
                Value::Int(new) => prop_assert_eq!(&change.new_text, &new.to_string()),
                Value::Float(new) => prop_assert_eq!(&change.new_text, &format!("{new:?}")),
                Value::Bool(new) => prop_assert_eq!(change.new_text.to_lowercase(), new.to_string()),
                _ => prop_assert_eq!(&change.new_text[..1], &change.old_text[..1]),
            }
            rest = &rest[change.new_text.len()..];
            kept = edit.end as usize;
        }
        prop_assert_eq!(rest, &document.text[kept..]);
        prop_assert_eq!(planned.undo.revert(&planned.after), Some(document.text.clone().into_bytes()));
        if document.format == Format::Json && !after.contains("//") {
            let plain = after.trim_start_matches('\u{feff}');
            prop_assert!(serde_json::from_str::<serde_json::Value>(plain).is_ok(), "{}", plain);
        }
    }

    #[test]
    fn every_value_is_found_where_it_stands(document in document()) {
        if document.format == Format::Env {
            return Ok(());
        }
        let found = scalars(document.format, &document.text).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let mut at: Vec<_> = found.iter().map(|scalar| (scalar.start as usize, scalar.end as usize, scalar.value.clone())).collect();
        at.sort_by_key(|leaf| leaf.0);
        // `["x", 20]` in Python stays a list; only tuples are pairs.
        prop_assert_eq!(at, document.leaves.clone(), "{}", document.text);
    }
}

/// Python's own parser reads the values before and after: they differ where they were asked to.
#[test]
fn python_agrees() {
    const CHECK: &str = "
import ast, json, sys
for number, (before, after, changes) in enumerate(json.load(sys.stdin)):
    def constants(text):
        tree = ast.parse(text.lstrip('\\ufeff'))
        found, skip = [], set()
        for node in ast.walk(tree):
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                skip.add(id(node.operand)); found.append((node.lineno, node.col_offset, -node.operand.value))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in skip:
                found.append((node.lineno, node.col_offset, node.value))
        return [value for _, _, value in sorted(found, key=lambda item: item[:2])]
    old, new = constants(before), constants(after)
    assert len(old) == len(new), number
    different = [b for a, b in zip(old, new) if a != b or type(a) is not type(b)]
    assert different == changes, (number, different, changes)
print('ok')
";
    let mut runner = TestRunner::deterministic();
    let strategy = (tree(), any::<u64>(), prop::collection::vec(any::<prop::sample::Index>(), 1..4), -5000_i64..5000);
    let mut rows = Vec::new();
    while rows.len() < 300 {
        let (tree, bits, picks, salt) = strategy.new_tree(&mut runner).expect("a document").current();
        let document = Writer { format: Format::Python, text: String::new(), leaves: Vec::new(), bits }.document(&tree);
        let edits = edits_of(&document, &picks, salt);
        if edits.is_empty() {
            continue;
        }
        let planned = plan_text(&edits, document.text.as_bytes()).expect("an ordinary document");
        let after = String::from_utf8(planned.after).expect("text");
        let new: Vec<&Value> = edits.iter().map(|edit| &edit.new).collect();
        rows.push(serde_json::json!([document.text, after, new]));
    }
    let mut python = Command::new("python3")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let input = serde_json::to_vec(&rows).expect("JSON");
    python.stdin.take().expect("a pipe").write_all(&input).expect("python3 reads");
    let answer = python.wait_with_output().expect("python3 ends");
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "ok\n");
}
