//! The file as it stands: a tree of values that know their line. It has no opinion on keys.

use super::fault::Reason;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, Spanned, options::NonFiniteFloatPolicy};
use std::fmt;

/// Where a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// One-based line of the configuration file.
    Line(u64),
    /// Laid over the file by a pipeline.
    Override,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub origin: Origin,
    pub value: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    /// In file order; a key that stands twice is here twice.
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    /// Of the key: a nested mapping begins below it.
    pub origin: Origin,
    pub node: Node,
}

/// Why there is no tree: the parser's message, and its line where it knows one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxFault {
    pub line: Option<u64>,
    pub message: String,
}

impl Node {
    /// # Errors
    /// Text that is not one YAML document.
    pub fn parse(text: &str) -> Result<Self, SyntaxFault> {
        let options = serde_yaml::options! {
            duplicate_keys: DuplicateKeyPolicy::PassThrough,
            non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
            with_snippet: false,
            // The parser gives up at 32 lines of comment in a row, and nobody here reads them.
            emit_comments: false,
        };
        serde_yaml::from_str_with_options::<Spanned<Content>>(text, options).map(Self::from).map_err(|error| {
            let line = error.location().map(|location| location.line());
            let message = error.to_string();
            // The line stands in front of every message here; the parser's own "at line 3, column 7" says it twice.
            let message = message.split(" at line ").next().unwrap_or_default();
            // Its advice is for people who write Rust.
            let message = message.split("; use ").next().unwrap_or_default().to_owned();
            SyntaxFault { line, message }
        })
    }

    pub const fn null() -> Self {
        Self { origin: Origin::Line(1), value: Content::Null }
    }

    /// Lays `over` on top: mappings merge key by key, everything else replaces what was there.
    pub fn overlay(&mut self, over: &serde_json::Value) {
        let serde_json::Value::Object(changes) = over else {
            *self = Self::from_json(over);
            return;
        };
        if !matches!(self.value, Content::Map(_)) {
            *self = Self { origin: Origin::Override, value: Content::Map(Vec::new()) };
        }
        let Content::Map(entries) = &mut self.value else { return };
        for (key, change) in changes {
            match entries.iter_mut().find(|entry| entry.key == *key) {
                Some(entry) => entry.node.overlay(change),
                None => {
                    entries.push(Entry { key: key.clone(), origin: Origin::Override, node: Self::from_json(change) })
                }
            }
        }
    }

    /// # Errors
    /// A number that is not finite: JSON has none.
    pub fn to_json(&self) -> Result<serde_json::Value, Reason> {
        use serde_json::Value;
        Ok(match &self.value {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Int(value) => Value::from(*value),
            Content::Float(value) if value.is_finite() => Value::from(*value),
            Content::Float(_) => {
                let reason = Reason::WrongType { expected: "a finite number".to_owned(), found: self.value.describe() };
                return Err(reason);
            }
            Content::Text(text) => Value::from(text.as_str()),
            Content::List(items) => Value::Array(items.iter().map(Self::to_json).collect::<Result<_, _>>()?),
            Content::Map(entries) => Value::Object(
                entries.iter().map(|entry| Ok((entry.key.clone(), entry.node.to_json()?))).collect::<Result<_, _>>()?,
            ),
        })
    }

    fn from_json(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        let origin = Origin::Override;
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(value) => Content::Int(value),
                None => Content::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Content::Text(text.clone()),
            Value::Array(items) => Content::List(items.iter().map(Self::from_json).collect()),
            Value::Object(entries) => Content::Map(
                entries
                    .iter()
                    .map(|(key, value)| Entry { key: key.clone(), origin, node: Self::from_json(value) })
                    .collect(),
            ),
        };
        Self { origin, value: content }
    }
}

impl Content {
    /// As an error message quotes it.
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(text) => format!("the text {text:?}"),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a mapping".to_owned(),
        }
    }
}

impl From<Spanned<Content>> for Node {
    fn from(spanned: Spanned<Content>) -> Self {
        Self { origin: Origin::Line(spanned.referenced.line()), value: spanned.value }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        // Beyond i64 no setting is admissible, so the rounding is never seen.
        Ok(i64::try_from(value).map_or(Content::Float(value as f64), Content::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Content, E> {
        Ok(Content::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Content>>()? {
            list.push(item.into());
        }
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Content, A::Error> {
        let mut map = Vec::new();
        while let Some((key, node)) = entries.next_entry::<Spanned<String>, Spanned<Content>>()? {
            map.push(Entry { origin: Origin::Line(key.referenced.line()), key: key.value, node: node.into() });
        }
        Ok(Content::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_merges_mappings_and_replaces_the_rest() {
        let mut node = Node::parse("a: {b: 1, c: [1, 2]}\nd: 3\n").unwrap();
        node.overlay(&serde_json::json!({ "a": { "c": [9], "e": 5 }, "d": { "f": 6 } }));
        let by_hand = Node::parse("a: {b: 1, c: [9], e: 5}\nd: {f: 6}\n").unwrap();
        assert_eq!(plain(&node), plain(&by_hand));
        let Content::Map(entries) = &node.value else { unreachable!() };
        assert_eq!(entries[1].node.origin, Origin::Override);
        assert_eq!(entries[1].origin, Origin::Line(2));
    }

    fn plain(node: &Node) -> String {
        match &node.value {
            Content::List(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
            Content::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|e| format!("{}:{}", e.key, plain(&e.node))).collect();
                format!("{{{}}}", entries.join(","))
            }
            other => other.describe(),
        }
    }
}
