use super::lines::narrow;
use super::{Lines, Mark, MarkKind, Reading};
use crate::patch::{ParseFault, Quoting, Scalar};
use crate::strategy::Value;
use jsonc_parser::ast::{ObjectPropName, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::collections::BTreeMap;

/// What Python's json module takes, with comments and trailing commas besides.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: true,
    allow_extended_string_escapes: false,
};

pub(super) fn read(text: &str, lines: &Lines) -> Result<Reading, ParseFault> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS)
        .map_err(|error| ParseFault { line: lines.line(error.range().start), message: error.kind().to_string() })?;
    let mut reader = Reader { lines, path: Vec::new(), scalars: Vec::new(), shape: Vec::new() };
    if let Some(root) = &parsed.value {
        reader.node(root, false);
    }
    Ok(Reading { scalars: reader.scalars, shape: reader.shape })
}

struct Reader<'a> {
    lines: &'a Lines,
    path: Vec<String>,
    scalars: Vec<Scalar>,
    shape: Vec<Mark>,
}

impl Reader<'_> {
    fn mark(&mut self, kind: &'static str, at: &impl Ranged) {
        self.shape.push(Mark { kind: MarkKind::Node(kind), start: narrow(at.start()), end: narrow(at.end()) });
    }

    fn node(&mut self, node: &Node, duplicate_key: bool) {
        match node {
            Node::Object(object) => {
                self.mark("object", object);
                let mut given = BTreeMap::new();
                for property in &object.properties {
                    *given.entry(property.name.as_str()).or_insert(0) += 1;
                }
                for property in &object.properties {
                    match &property.name {
                        ObjectPropName::String(name) => self.mark("key", name),
                        ObjectPropName::Word(name) => self.mark("word", name),
                    }
                    let name = property.name.as_str();
                    self.path.push(name.to_owned());
                    self.node(&property.value, duplicate_key || given.get(name).is_some_and(|&count| count > 1));
                    self.path.pop();
                }
            }
            Node::Array(array) => {
                self.mark("array", array);
                for (index, element) in array.elements.iter().enumerate() {
                    self.path.push(format!("[{index}]"));
                    self.node(element, duplicate_key);
                    self.path.pop();
                }
            }
            Node::StringLit(text) => {
                self.scalar("string", text, Value::Str(text.value.to_string()), Quoting::Double, duplicate_key);
            }
            Node::NumberLit(number) => {
                self.scalar("number", number, number_value(number.value), Quoting::Plain, duplicate_key);
            }
            Node::BooleanLit(boolean) => {
                self.scalar("boolean", boolean, Value::Bool(boolean.value), Quoting::Plain, duplicate_key);
            }
            Node::NullKeyword(null) => self.scalar("null", null, Value::Null, Quoting::Plain, duplicate_key),
        }
    }

    fn scalar(&mut self, kind: &'static str, at: &impl Ranged, value: Value, quoting: Quoting, duplicate_key: bool) {
        self.mark(kind, at);
        self.scalars.push(Scalar {
            path: self.path.clone(),
            document: 0,
            start: narrow(at.start()),
            end: narrow(at.end()),
            line: self.lines.line(at.start()),
            value,
            quoting,
            shared: false,
            duplicate_key,
        });
    }
}

/// An integer beyond 64 bits is kept as text; `NaN` and `Infinity` are floats, as Python's json writes them.
fn number_value(text: &str) -> Value {
    let is_integer = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    let parsed = if is_integer { text.parse().ok().map(Value::Int) } else { text.parse().ok().map(Value::Float) };
    parsed.unwrap_or_else(|| Value::Code { code: text.to_owned() })
}
