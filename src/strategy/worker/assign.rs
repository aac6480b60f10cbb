//! From a parameter set to what the host has to do: spans of source text to replace, and constructor arguments.

use crate::discovery::{ArgumentSource, Parameter, Place, Strategy};
use crate::strategy::{Failure, FailureKind, ParamSet, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::PathBuf;

/// One argument and where it goes: `["config", "lookback"]`, value.
type Argument = (Vec<String>, Value);
/// Byte span and the text that takes its place.
type Span = (u32, u32, String);

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Item {
    /// By absolute path.
    pub patches: BTreeMap<String, Vec<Span>>,
    pub arguments: Vec<Argument>,
}

/// The class's source files as they were when the worker was made, by absolute path.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    pub root: PathBuf,
    pub import_root: PathBuf,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Sources {
    /// Reads every file the class is built from, and refuses files that changed since discovery.
    pub fn read(strategy: &Strategy, parameters: &[Parameter]) -> Result<Self, Failure> {
        if strategy.entry.is_none() {
            return Err(failure(
                format!("{}: {}; it is not known how to call it", strategy.name, strategy.reason),
                None,
                None,
            ));
        }
        let folder = |path: &str| {
            fs::canonicalize(path)
                .map_err(|error| failure(format!("{path}: {error}; run `cbt discover` again"), None, None))
        };
        let (root, import_root) = (folder(&strategy.root)?, folder(&strategy.import_root)?);
        let mut sources = Self { root, import_root, files: BTreeMap::new() };
        let places = parameters.iter().map(|parameter| &parameter.place).filter(|place| place.kind.is_python());
        for name in strategy.source_files.iter().chain([&strategy.path]).chain(places.map(|place| &place.path)) {
            let path = sources.path(name);
            if let Entry::Vacant(vacant) = sources.files.entry(path) {
                let bytes = fs::read(vacant.key())
                    .map_err(|error| failure(format!("{name}: {error}; run `cbt discover` again"), Some(name), None))?;
                vacant.insert(bytes);
            }
        }
        for parameter in parameters.iter().filter(|parameter| parameter.place.kind.is_python()) {
            sources.check(&parameter.place)?;
        }
        Ok(sources)
    }

    fn path(&self, name: &str) -> String {
        self.root.join(name).to_string_lossy().into_owned()
    }

    fn check(&self, place: &Place) -> Result<(), Failure> {
        let refuse = |why: &str| {
            let message = format!("{} {why} since discovery; run `cbt discover` again", place.path);
            Err(failure(message, Some(&place.path), Some(place.line)))
        };
        let Some(bytes) = self.files.get(&self.path(&place.path)) else { return refuse("disappeared") };
        if blake3::hash(bytes).to_hex().as_str() != place.file_hash {
            return refuse("changed");
        }
        let (start, end) = (place.start as usize, place.end as usize);
        let line = bytes.get(..start).map(|before| 1 + before.iter().filter(|&&byte| byte == b'\n').count());
        if start >= end || end > bytes.len() || line != Some(place.line as usize) {
            return refuse("has no such value any more");
        }
        Ok(())
    }

    /// What `set` asks for.
    ///
    /// # Errors
    /// A name that is no parameter of the class, a value that Python cannot write, two values for one span.
    pub fn assign(&self, parameters: &[Parameter], set: &ParamSet) -> Result<Item, Failure> {
        let mut item = Item::default();
        for (name, value) in set {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == *name) else {
                return Err(failure(format!("there is no parameter called {name}"), None, None));
            };
            let place = &parameter.place;
            let at = |message| failure(message, Some(&place.path), Some(place.line));
            if matches!(value, Value::Float(number) if !number.is_finite()) {
                return Err(at(format!("{name} cannot be {value}: it has no literal in Python")));
            }
            if place.kind.is_python() {
                let spans = item.patches.entry(self.path(&place.path)).or_default();
                if spans.iter().any(|(start, end, _)| place.start < *end && *start < place.end) {
                    return Err(at(format!("{name} shares its bytes with another parameter of the set")));
                }
                spans.push((place.start, place.end, value.to_string()));
            } else if parameter.passed_as.is_empty() {
                return Err(at(format!("{name} lives in {} and it is not known how it reaches the class", place.path)));
            } else {
                item.arguments.push((parameter.passed_as.clone(), value.clone()));
            }
        }
        Ok(item)
    }
}

/// The configuration files' values in force, for arguments that the constructor's own list does not carry.
pub(super) fn in_force(strategy: &Strategy, parameters: &[Parameter]) -> Vec<Argument> {
    parameters
        .iter()
        .filter(|parameter| !parameter.place.kind.is_python() && !parameter.passed_as.is_empty())
        .filter(|parameter| !carried(strategy, &parameter.passed_as))
        .map(|parameter| (parameter.passed_as.clone(), parameter.default.clone()))
        .collect()
}

fn carried(strategy: &Strategy, passed_as: &[String]) -> bool {
    let argument = strategy.constructor.iter().find(|argument| Some(&argument.name) == passed_as.first());
    let Some(ArgumentSource::Value { value }) = argument.map(|argument| &argument.source) else { return false };
    passed_as[1..].iter().try_fold(value, |held, key| held.get(key)).is_some()
}

fn failure(message: String, file: Option<&str>, line: Option<u32>) -> Failure {
    Failure { kind: FailureKind::Import, message, file: file.map(str::to_owned), line, bar: None }
}
