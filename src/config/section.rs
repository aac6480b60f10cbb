//! Reads one mapping key by key. Every question names a key, so the keys that were never asked for are the
//! unknown ones; a fault costs its own setting only, so that one reading lists them all.

use super::fault::{Fault, Reason, nearest};
use super::range::Admissible;
use super::raw::{Content, Entry, Node, Origin};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(super) struct Section<'a> {
    /// `backtest_settings`; empty for the whole file.
    path: String,
    origin: Origin,
    entries: &'a [Entry],
    asked: Vec<&'static str>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Section<'a> {
    /// Reads the mapping in `node`; nothing there reads as an empty one.
    pub fn read<T>(
        path: String,
        node: &Node,
        origin: Origin,
        faults: &mut Vec<Fault>,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> T {
        let entries: &[Entry] = match &node.value {
            Content::Map(entries) => entries,
            Content::Null => &[],
            other => {
                let reason = Reason::WrongType { expected: "a mapping".to_owned(), found: other.describe() };
                faults.push(Fault { origin: Some(origin), key: path.clone(), reason });
                &[]
            }
        };
        let mut section = Section { path, origin, entries, asked: Vec::new(), faults };
        let answer = read(&mut section);
        section.finish();
        answer
    }

    fn finish(self) {
        let mut seen: BTreeMap<&str, Origin> = BTreeMap::new();
        for Entry { key, origin, .. } in self.entries {
            let reason = if let Some(first) = seen.insert(key, *origin) {
                Reason::Duplicate { first }
            } else if self.asked.contains(&key.as_str()) {
                continue;
            } else {
                Reason::UnknownKey {
                    nearest: nearest(key, self.asked.iter().copied()),
                    known: self.asked.iter().map(|key| (*key).to_owned()).collect(),
                }
            };
            self.faults.push(Fault { origin: Some(*origin), key: join(&self.path, key), reason });
        }
    }

    fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.asked.push(key);
        self.entries.iter().find(|entry| entry.key == key && entry.node.value != Content::Null)
    }

    fn fault(&mut self, key: &str, origin: Origin, reason: Reason) {
        self.faults.push(Fault { origin: Some(origin), key: join(&self.path, key), reason });
    }

    fn wrong_type(&mut self, key: &str, node: &Node, expected: &str) {
        let reason = Reason::WrongType { expected: expected.to_owned(), found: node.value.describe() };
        self.fault(key, node.origin, reason);
    }

    /// Settings that are each admissible but not together. `key` may be empty for the section as a whole.
    pub fn contradiction(&mut self, key: &str, message: impl Into<String>) {
        let origin = self.entries.iter().find(|entry| entry.key == key).map_or(self.origin, |entry| entry.origin);
        self.fault(key, origin, Reason::Contradiction { message: message.into() });
    }

    /// The list under `key` says nothing. Where one of its items is at fault already, that is why.
    pub fn empty(&mut self, key: &str, message: &str) {
        let path = join(&self.path, key);
        if self.faults.iter().all(|fault| fault.key != path) {
            self.contradiction(key, message);
        }
    }

    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        match self.entry(key).map(|entry| &entry.node) {
            None => default,
            Some(Node { value: Content::Bool(value), .. }) => *value,
            Some(node) => {
                self.wrong_type(key, node, "true or false");
                default
            }
        }
    }

    pub fn number(&mut self, key: &'static str, default: f64, range: Admissible) -> f64 {
        match self.entry(key) {
            None => default,
            Some(entry) => self.number_in(key, &entry.node, "a number", range).unwrap_or(default),
        }
    }

    pub fn optional_number(&mut self, key: &'static str, range: Admissible) -> Option<f64> {
        let entry = self.entry(key)?;
        self.number_in(key, &entry.node, "a number", range)
    }

    /// A number, or the one word that stands for "decide by the data".
    pub fn number_or(&mut self, key: &'static str, word: &str, range: Admissible) -> Option<f64> {
        let entry = self.entry(key)?;
        if matches!(&entry.node.value, Content::Text(text) if text == word) {
            return None;
        }
        self.number_in(key, &entry.node, &format!("a number or `{word}`"), range)
    }

    /// As [`Self::whole`], or the one word that stands for "decide by the data".
    pub fn whole_or<T: TryFrom<i64>>(&mut self, key: &'static str, word: &str, range: Admissible) -> Option<T> {
        let entry = self.entry(key)?;
        if matches!(&entry.node.value, Content::Text(text) if text == word) {
            return None;
        }
        self.whole_in(key, &entry.node, &format!("a whole number or `{word}`"), range)
    }

    fn number_in(&mut self, key: &str, node: &Node, expected: &str, range: Admissible) -> Option<f64> {
        let value = match node.value {
            Content::Int(value) => value as f64,
            Content::Float(value) => value,
            _ => {
                self.wrong_type(key, node, expected);
                return None;
            }
        };
        if range.contains(value) {
            return Some(value);
        }
        let reason = Reason::OutOfRange { found: node.value.describe(), admissible: range.to_string() };
        self.fault(key, node.origin, reason);
        None
    }

    pub fn whole<T: TryFrom<i64>>(&mut self, key: &'static str, default: T, range: Admissible) -> T {
        match self.entry(key) {
            None => default,
            Some(entry) => self.whole_in(key, &entry.node, "a whole number", range).unwrap_or(default),
        }
    }

    fn whole_in<T: TryFrom<i64>>(&mut self, key: &str, node: &Node, expected: &str, range: Admissible) -> Option<T> {
        let value = match node.value {
            Content::Int(value) => value as f64,
            // 1e3 is a float to YAML and a whole number to people.
            Content::Float(value) if value.fract() == 0.0 => value,
            _ => {
                self.wrong_type(key, node, expected);
                return None;
            }
        };
        if !range.contains(value) {
            let reason = Reason::OutOfRange { found: node.value.describe(), admissible: range.to_string() };
            self.fault(key, node.origin, reason);
            return None;
        }
        // No range reaches beyond the whole numbers that an f64 holds exactly.
        T::try_from(value as i64).ok()
    }

    pub fn optional_text(&mut self, key: &'static str) -> Option<String> {
        let entry = self.entry(key)?;
        self.text_in(key, &entry.node)
    }

    fn text_in(&mut self, key: &str, node: &Node) -> Option<String> {
        match &node.value {
            Content::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => {
                self.wrong_type(key, node, "text");
                None
            }
        }
    }

    pub fn path(&mut self, key: &'static str, default: PathBuf) -> PathBuf {
        self.optional_text(key).map_or(default, PathBuf::from)
    }

    /// A list of texts; a single text counts as a list of one.
    pub fn texts(&mut self, key: &'static str, default: Vec<String>) -> Vec<String> {
        let Some(entry) = self.entry(key) else { return default };
        let items = match &entry.node.value {
            Content::List(items) => items.as_slice(),
            Content::Text(_) => std::slice::from_ref(&entry.node),
            _ => {
                self.wrong_type(key, &entry.node, "a list of texts");
                return default;
            }
        };
        items.iter().filter_map(|item| self.text_in(key, item)).collect()
    }

    /// As [`Self::texts`], each a glob.
    pub fn globs(&mut self, key: &'static str, default: Vec<String>) -> Vec<String> {
        let globs = self.texts(key, default);
        for glob in &globs {
            if let Err(error) = globset::Glob::new(glob) {
                self.contradiction(key, format!("{glob:?} is no pattern: {}", error.kind()));
            }
        }
        globs
    }

    pub fn choice<T: Copy>(&mut self, key: &'static str, default: T, words: &[(&str, T)]) -> T {
        self.optional_choice(key, words).unwrap_or(default)
    }

    pub fn optional_choice<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let entry = self.entry(key)?;
        self.word_in(key, &entry.node, words)
    }

    fn word_in<T: Copy>(&mut self, key: &str, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let found = self.text_in(key, node)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == found) {
            return Some(*value);
        }
        let reason = Reason::UnknownWord {
            nearest: nearest(&found, words.iter().map(|(word, _)| *word)),
            known: words.iter().map(|(word, _)| (*word).to_owned()).collect(),
            found,
        };
        self.fault(key, node.origin, reason);
        None
    }

    /// A list of words of a closed set; None when the key is not there.
    pub fn words<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<Vec<T>> {
        let entry = self.entry(key)?;
        let Content::List(items) = &entry.node.value else {
            self.wrong_type(key, &entry.node, "a list of words");
            return None;
        };
        Some(items.iter().filter_map(|item| self.word_in(key, item, words)).collect())
    }

    /// As [`Self::words`], none of them twice.
    pub fn choices<T: Copy + PartialEq>(&mut self, key: &'static str, default: Vec<T>, words: &[(&str, T)]) -> Vec<T> {
        let Some(chosen) = self.words(key, words) else { return default };
        for (word, value) in words {
            if chosen.iter().filter(|other| *other == value).count() > 1 {
                self.contradiction(key, format!("`{word}` stands in the list twice"));
            }
        }
        chosen
    }

    /// A section of its own below this one.
    pub fn nested<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_>) -> T) -> T {
        let empty = Node::null();
        let (node, origin) = self.entry(key).map_or((&empty, self.origin), |entry| (&entry.node, entry.origin));
        Section::read(join(&self.path, key), node, origin, self.faults, read)
    }

    /// A list of sections of their own.
    pub fn listed<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Section<'_>) -> T) -> Vec<T> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let Content::List(items) = &entry.node.value else {
            self.wrong_type(key, &entry.node, "a list of mappings");
            return Vec::new();
        };
        let path = join(&self.path, key);
        let numbered = (1..).zip(items);
        numbered
            .map(|(number, node)| Section::read(format!("{path}[{number}]"), node, node.origin, self.faults, &mut read))
            .collect()
    }

    /// A mapping from names of the user's own to sections.
    pub fn named<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&str, &mut Section<'_>) -> T,
    ) -> BTreeMap<String, T> {
        let path = join(&self.path, key);
        let mut found = BTreeMap::new();
        for entry in self.own_entries(key) {
            let path = join(&path, &entry.key);
            let value =
                Section::read(path, &entry.node, entry.origin, self.faults, |section| read(&entry.key, section));
            found.insert(entry.key.clone(), value);
        }
        found
    }

    /// A mapping from names of the user's own to numbers.
    pub fn named_numbers(&mut self, key: &'static str, range: Admissible) -> BTreeMap<String, f64> {
        let entries = self.own_entries(key);
        entries
            .iter()
            .filter_map(|entry| {
                let value = self.number_in(&join(key, &entry.key), &entry.node, "a number", range)?;
                Some((entry.key.clone(), value))
            })
            .collect()
    }

    /// A mapping from names of the user's own to whatever `read` makes of the node.
    pub fn named_nodes<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&Node) -> Result<T, Reason>,
    ) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        for entry in self.own_entries(key) {
            match read(&entry.node) {
                Ok(value) => drop(found.insert(entry.key.clone(), value)),
                Err(reason) => self.fault(&join(key, &entry.key), entry.node.origin, reason),
            }
        }
        found
    }

    /// Entries under `key` whose names the user chose; a name that stands twice is a fault.
    fn own_entries(&mut self, key: &'static str) -> &'a [Entry] {
        let Some(entry) = self.entry(key) else { return &[] };
        let Content::Map(entries) = &entry.node.value else {
            self.wrong_type(key, &entry.node, "a mapping");
            return &[];
        };
        let mut seen = BTreeSet::new();
        for inner in entries {
            if !seen.insert(&inner.key) {
                let first = entries.iter().find(|other| other.key == inner.key).map_or(inner.origin, |e| e.origin);
                self.fault(&join(key, &inner.key), inner.origin, Reason::Duplicate { first });
            }
        }
        entries
    }
}

fn join(path: &str, key: &str) -> String {
    match (path, key) {
        ("", key) => key.to_owned(),
        (path, "") => path.to_owned(),
        (path, key) => format!("{path}.{key}"),
    }
}
