use super::lines::narrow;
use super::{Lines, Mark, MarkKind, Reading};
use crate::patch::{ParseFault, Quoting, Scalar};
use crate::strategy::Value;
use std::ops::Range;
use toml_edit::{Document, Item, TableLike};

pub(super) fn read(text: &str, lines: &Lines) -> Result<Reading, ParseFault> {
    let document = Document::parse(text).map_err(|error| ParseFault {
        line: lines.line(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut reader = Reader { text, lines, path: Vec::new(), scalars: Vec::new(), shape: Vec::new() };
    reader.table(document.as_table())?;
    reader.shape.sort_by_key(|mark| (mark.start, mark.end));
    Ok(Reading { scalars: reader.scalars, shape: reader.shape })
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a Lines,
    path: Vec<String>,
    scalars: Vec<Scalar>,
    shape: Vec<Mark>,
}

impl Reader<'_> {
    fn mark(&mut self, kind: &'static str, span: Option<Range<usize>>) {
        if let Some(span) = span {
            self.shape.push(Mark { kind: MarkKind::Node(kind), start: narrow(span.start), end: narrow(span.end) });
        }
    }

    fn table(&mut self, table: &dyn TableLike) -> Result<(), ParseFault> {
        for (name, item) in table.iter() {
            self.mark("key", table.key(name).and_then(toml_edit::Key::span));
            self.path.push(name.to_owned());
            self.item(item)?;
            self.path.pop();
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> Result<(), ParseFault> {
        match item {
            Item::None => Ok(()),
            Item::Value(value) => self.value(value),
            Item::Table(table) => {
                self.mark("table", table.span());
                self.table(table)
            }
            Item::ArrayOfTables(tables) => {
                for (index, table) in tables.iter().enumerate() {
                    self.mark("table", table.span());
                    self.path.push(format!("[{index}]"));
                    self.table(table)?;
                    self.path.pop();
                }
                Ok(())
            }
        }
    }

    fn value(&mut self, value: &toml_edit::Value) -> Result<(), ParseFault> {
        match value {
            toml_edit::Value::Array(array) => {
                self.mark("array", value.span());
                for (index, element) in array.iter().enumerate() {
                    self.path.push(format!("[{index}]"));
                    self.value(element)?;
                    self.path.pop();
                }
                Ok(())
            }
            toml_edit::Value::InlineTable(table) => {
                // A dotted key makes a table that stands on no bytes of its own.
                self.mark("inline table", value.span());
                self.table(table)
            }
            toml_edit::Value::String(text) => self.scalar("string", value, |_| Value::Str(text.value().clone())),
            toml_edit::Value::Integer(number) => self.scalar("integer", value, |_| Value::Int(*number.value())),
            toml_edit::Value::Float(number) => self.scalar("float", value, |_| Value::Float(*number.value())),
            toml_edit::Value::Boolean(boolean) => self.scalar("boolean", value, |_| Value::Bool(*boolean.value())),
            toml_edit::Value::Datetime(_) => {
                self.scalar("datetime", value, |source| Value::Code { code: source.to_owned() })
            }
        }
    }

    fn scalar(
        &mut self,
        kind: &'static str,
        node: &toml_edit::Value,
        value: impl FnOnce(&str) -> Value,
    ) -> Result<(), ParseFault> {
        let fault =
            || ParseFault { line: 1, message: format!("the parser gives no position for {}", self.path.join(".")) };
        let span = node.span().ok_or_else(fault)?;
        let source = self.text.get(span.clone()).ok_or_else(fault)?;
        let quoting = match source.as_bytes() {
            [b'"', b'"', b'"', ..] | [b'\'', b'\'', b'\'', ..] => Quoting::Other,
            [b'"', ..] => Quoting::Double,
            [b'\'', ..] => Quoting::Single,
            _ => Quoting::Plain,
        };
        let scalar = Scalar {
            path: self.path.clone(),
            document: 0,
            start: narrow(span.start),
            end: narrow(span.end),
            line: self.lines.line(span.start),
            value: value(source),
            quoting,
            shared: false,
            duplicate_key: false,
        };
        self.scalars.push(scalar);
        self.mark(kind, Some(span));
        Ok(())
    }
}
