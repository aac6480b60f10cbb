use super::lines::narrow;
use super::{Lines, Mark, MarkKind, Reading, yaml_plain};
use crate::patch::{ParseFault, Quoting, Scalar};
use crate::strategy::Value;
use granit_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn read(text: &str, lines: &Lines) -> Result<Reading, ParseFault> {
    let mut stream = Stream { text, lines, nodes: Vec::new(), anchors: BTreeMap::new(), roots: Vec::new() };
    let shape = stream.load()?;
    let mut walk = Walk {
        stream: &stream,
        scalars: Vec::new(),
        path: Vec::new(),
        open: BTreeSet::new(),
        steps_left: 100_000 + 8 * stream.nodes.len(),
        document: 0,
    };
    for (document, &root) in stream.roots.iter().enumerate() {
        walk.document = narrow(document);
        walk.node(root, false)?;
    }
    let scalars = walk.scalars;
    Ok(Reading { scalars, shape })
}

enum Node {
    Scalar {
        text: String,
        is_plain: bool,
        value: Value,
        quoting: Quoting,
        start: usize,
        end: usize,
    },
    /// Key and value node, in order.
    Map(Vec<(usize, usize)>),
    Seq(Vec<usize>),
    Alias(usize),
}

struct Stream<'a> {
    text: &'a str,
    lines: &'a Lines,
    nodes: Vec<Node>,
    /// Node by anchor id.
    anchors: BTreeMap<usize, usize>,
    roots: Vec<usize>,
}

/// A collection being read, and in a mapping the key that still wants its value.
struct Open {
    node: usize,
    key: Option<usize>,
}

impl Stream<'_> {
    fn load(&mut self) -> Result<Vec<Mark>, ParseFault> {
        let mut shape = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.map_err(|error| ParseFault {
                line: u32::try_from(error.marker().line()).unwrap_or(u32::MAX),
                message: error.kind().to_string(),
            })?;
            let (start, end) = bytes(span)?;
            let mut note =
                |kind| shape.push(Mark { kind: MarkKind::Node(kind), start: narrow(start), end: narrow(end) });
            match event {
                Event::Scalar(content, style, anchor, tag) => {
                    note(style_name(style));
                    let scalar = self.scalar(content.into_owned(), style, tag.is_some(), start, end);
                    self.add(scalar, anchor, &mut open);
                }
                Event::Alias(anchor) => {
                    note("alias");
                    self.add(Node::Alias(anchor), 0, &mut open);
                }
                Event::SequenceStart(_, anchor, _) => {
                    note("sequence");
                    let node = self.add(Node::Seq(Vec::new()), anchor, &mut open);
                    open.push(Open { node, key: None });
                }
                Event::MappingStart(_, anchor, _) => {
                    note("mapping");
                    let node = self.add(Node::Map(Vec::new()), anchor, &mut open);
                    open.push(Open { node, key: None });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    note("end");
                    open.pop();
                }
                Event::DocumentStart(..) => note("document"),
                Event::DocumentEnd => note("end of document"),
                _ => {}
            }
        }
        Ok(shape)
    }

    fn scalar(&self, content: String, style: ScalarStyle, is_tagged: bool, start: usize, end: usize) -> Node {
        let source = self.text.get(start..end).unwrap_or_default();
        let is_plain = style == ScalarStyle::Plain && !is_tagged;
        let quoting = match style {
            _ if is_tagged || source.contains(['\n', '\r']) => Quoting::Other,
            ScalarStyle::Plain => Quoting::Plain,
            ScalarStyle::SingleQuoted => Quoting::Single,
            ScalarStyle::DoubleQuoted => Quoting::Double,
            _ => Quoting::Other,
        };
        let value = if is_tagged {
            Value::Code { code: source.to_owned() }
        } else if is_plain {
            yaml_plain::resolve(&content)
        } else {
            Value::Str(content.clone())
        };
        Node::Scalar { text: content, is_plain, value, quoting, start, end }
    }

    /// Puts a node where the innermost open collection wants one.
    fn add(&mut self, node: Node, anchor: usize, open: &mut [Open]) -> usize {
        let index = self.nodes.len();
        self.nodes.push(node);
        if anchor != 0 {
            self.anchors.insert(anchor, index);
        }
        let Some(parent) = open.last_mut() else {
            self.roots.push(index);
            return index;
        };
        match &mut self.nodes[parent.node] {
            Node::Seq(items) => items.push(index),
            Node::Map(entries) => match parent.key.take() {
                Some(key) => entries.push((key, index)),
                None => parent.key = Some(index),
            },
            Node::Scalar { .. } | Node::Alias(_) => {}
        }
        index
    }
}

const fn style_name(style: ScalarStyle) -> &'static str {
    match style {
        ScalarStyle::Plain => "plain",
        ScalarStyle::SingleQuoted => "single quoted",
        ScalarStyle::DoubleQuoted => "double quoted",
        ScalarStyle::Literal => "literal",
        ScalarStyle::Folded => "folded",
    }
}

fn bytes(span: Span) -> Result<(usize, usize), ParseFault> {
    span.start.byte_offset().zip(span.end.byte_offset()).ok_or_else(|| ParseFault {
        line: u32::try_from(span.start.line()).unwrap_or(u32::MAX),
        message: "the parser gives no position here".to_owned(),
    })
}

/// One key of a mapping after merges.
struct Entry {
    key: String,
    value: usize,
    duplicate: bool,
}

/// Follows aliases and merge keys, so that every path that reads a value is seen.
struct Walk<'a> {
    stream: &'a Stream<'a>,
    scalars: Vec<Scalar>,
    path: Vec<String>,
    /// Nodes being walked: meeting one again is an alias to its own parent.
    open: BTreeSet<usize>,
    /// Aliases of aliases grow without bound in a hostile file.
    steps_left: usize,
    document: u32,
}

impl Walk<'_> {
    fn node(&mut self, index: usize, duplicate_key: bool) -> Result<(), ParseFault> {
        self.step()?;
        match &self.stream.nodes[index] {
            Node::Scalar { value, quoting, start, end, .. } => self.scalars.push(Scalar {
                path: self.path.clone(),
                document: self.document,
                start: narrow(*start),
                end: narrow(*end),
                line: self.stream.lines.line(*start),
                value: value.clone(),
                quoting: *quoting,
                shared: false,
                duplicate_key,
            }),
            Node::Alias(anchor) => {
                let target = self.target(*anchor)?;
                self.node(target, duplicate_key)?;
            }
            Node::Seq(items) => {
                self.enter(index)?;
                for (position, &item) in items.iter().enumerate() {
                    self.path.push(format!("[{position}]"));
                    self.node(item, duplicate_key)?;
                    self.path.pop();
                }
                self.open.remove(&index);
            }
            Node::Map(_) => {
                let entries = self.entries(index)?;
                self.enter(index)?;
                for entry in entries {
                    self.path.push(entry.key);
                    self.node(entry.value, duplicate_key || entry.duplicate)?;
                    self.path.pop();
                }
                self.open.remove(&index);
            }
        }
        Ok(())
    }

    /// A mapping's own keys, then those merged in: an own key wins, then the first mapping merged.
    fn entries(&mut self, index: usize) -> Result<Vec<Entry>, ParseFault> {
        let Node::Map(pairs) = &self.stream.nodes[index] else { return Ok(Vec::new()) };
        self.enter(index)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut merges = Vec::new();
        for (position, &(key, value)) in pairs.iter().enumerate() {
            self.step()?;
            if matches!(&self.stream.nodes[key], Node::Scalar { text, is_plain: true, .. } if text == "<<") {
                merges.push(value);
                continue;
            }
            let key = self.key(key, position)?;
            let duplicate = match places.get(&key) {
                Some(&first) => {
                    entries[first].duplicate = true;
                    true
                }
                None => {
                    places.insert(key.clone(), entries.len());
                    false
                }
            };
            entries.push(Entry { key, value, duplicate });
        }
        for merge in merges {
            for source in self.merged(merge)? {
                for entry in self.entries(source)? {
                    if !places.contains_key(&entry.key) {
                        places.insert(entry.key.clone(), entries.len());
                        entries.push(entry);
                    }
                }
            }
        }
        self.open.remove(&index);
        Ok(entries)
    }

    /// The mappings that a merge key's value stands for.
    fn merged(&mut self, value: usize) -> Result<Vec<usize>, ParseFault> {
        let value = self.resolved(value)?;
        match &self.stream.nodes[value] {
            Node::Map(_) => Ok(vec![value]),
            Node::Seq(items) => items.iter().map(|&item| self.resolved(item)).collect(),
            _ => Err(self.fault(value, "a merge key takes a mapping")),
        }
    }

    fn key(&self, node: usize, position: usize) -> Result<String, ParseFault> {
        Ok(match &self.stream.nodes[self.resolved(node)?] {
            Node::Scalar { text, .. } => text.clone(),
            _ => format!("?{position}"),
        })
    }

    fn resolved(&self, node: usize) -> Result<usize, ParseFault> {
        match self.stream.nodes[node] {
            Node::Alias(anchor) => self.target(anchor),
            _ => Ok(node),
        }
    }

    fn target(&self, anchor: usize) -> Result<usize, ParseFault> {
        let missing = || ParseFault { line: 1, message: "an alias names no anchor".to_owned() };
        self.stream.anchors.get(&anchor).copied().ok_or_else(missing)
    }

    fn enter(&mut self, node: usize) -> Result<(), ParseFault> {
        if self.open.insert(node) { Ok(()) } else { Err(self.fault(node, "an alias contains itself")) }
    }

    fn step(&mut self) -> Result<(), ParseFault> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or_else(|| ParseFault {
            line: 1,
            message: "aliases in this file multiply its values beyond reason".to_owned(),
        })?;
        Ok(())
    }

    fn fault(&self, node: usize, message: &str) -> ParseFault {
        let start = self.first_byte(node);
        ParseFault { line: self.stream.lines.line(start), message: message.to_owned() }
    }

    fn first_byte(&self, mut node: usize) -> usize {
        loop {
            node = match &self.stream.nodes[node] {
                Node::Scalar { start, .. } => return *start,
                Node::Map(entries) if !entries.is_empty() => entries[0].0,
                Node::Seq(items) if !items.is_empty() => items[0],
                _ => return 0,
            };
        }
    }
}
