//! Puts a file's values in place of the code's, where the class takes them.

use super::section::{Certainty, Section, sections, value_in};
use super::{ConfigFile, FileValue};
use crate::discovery::Override;
use crate::discovery::construct::{Built, is_config_name, reads_of};
use crate::discovery::found::{
    ArgumentSource, ConstructorArgument, Parameter, Place, PlaceKind, RangeSource, Strategy, ValueType,
};
use crate::discovery::lineage::Lineage;
use crate::discovery::parameters::{comment_range, give_range, role, type_of};
use crate::strategy::Value;

/// Moves every parameter that a file overrides to its place there, and fills the arguments and keys that
/// only a file supplies.
pub fn apply(
    files: &[ConfigFile],
    lineage: &Lineage<'_>,
    strategy: &Strategy,
    wish: &Override,
    parameters: &mut Vec<Parameter>,
    built: &mut Built,
) {
    let sections = sections(files, strategy, wish);
    if sections.is_empty() {
        return;
    }
    for parameter in parameters.iter_mut() {
        let Some(passed_as) = receiver(parameter, lineage, built) else { continue };
        match best(&sections, &passed_as) {
            Match::None => {}
            Match::One(section, value) => take(parameter, section, value, passed_as),
            Match::Several(one, other) => {
                parameter.range = None;
                parameter.range_source = None;
                parameter.why_not_searched = Some(format!(
                    "ambiguous: both {one} and {other} give it; name one with config_file and config_key"
                ));
            }
        }
    }
    supply(&sections, strategy, parameters, built);
}

/// The keyword, or argument and keys, through which a file's value of this parameter reaches the class.
fn receiver(parameter: &Parameter, lineage: &Lineage<'_>, built: &Built) -> Option<Vec<String>> {
    let taken = |name: &str| built.arguments.iter().find(|argument| argument.name == name);
    let config = || built.arguments.iter().find(|argument| is_config_name(&argument.name));
    let name = parameter.name.clone();
    if taken(&name).is_some_and(|argument| argument.source == ArgumentSource::Default) {
        return Some(vec![name]);
    }
    match parameter.place.kind {
        PlaceKind::ConfigGet => {
            let mut keys: Vec<String> = parameter.place.key.split('.').skip(1).map(str::to_owned).collect();
            let object = parameter.place.key.split('.').next().unwrap_or("");
            if object == "kwargs" {
                return Some(keys);
            }
            let argument = taken(object).or_else(config)?;
            keys.insert(0, argument.name.clone());
            Some(keys)
        }
        PlaceKind::DataclassField => {
            // Only an instance that is built here has fields to set.
            let companion = built.arguments.iter().find(|one| matches!(one.source, ArgumentSource::Instance { .. }))?;
            Some(vec![companion.name.clone(), name])
        }
        PlaceKind::DictEntry => {
            // `{**DEFAULTS, **params}`: the argument that is merged over the defaults.
            let argument = config()?;
            let merged = reads_of(lineage).iter().any(|read| read.keys.last() == Some(&name))
                || !matches!(argument.source, ArgumentSource::Instance { .. });
            merged.then(|| vec![argument.name.clone(), name])
        }
        _ => None,
    }
}

enum Match<'a> {
    None,
    One(&'a Section<'a>, &'a FileValue),
    Several(String, String),
}

fn best<'a>(sections: &'a [Section<'a>], passed_as: &[String]) -> Match<'a> {
    let keys = if passed_as.len() > 1 { &passed_as[1..] } else { passed_as };
    let mut found: Vec<(Certainty, &Section<'_>, &FileValue)> = Vec::new();
    for section in sections {
        for value in value_in(section, keys) {
            let place = (section.file.path.as_str(), value.start);
            if !found.iter().any(|(_, known, one)| (known.file.path.as_str(), one.start) == place) {
                found.push((section.certainty, section, value));
            }
        }
    }
    let Some(top) = found.iter().map(|(certainty, ..)| *certainty).max() else { return Match::None };
    found.retain(|(certainty, ..)| *certainty == top);
    match found.as_slice() {
        [(_, section, value)] => Match::One(section, value),
        [(_, one, first), (_, other, second), ..] => Match::Several(tell(one, first), tell(other, second)),
        [] => Match::None,
    }
}

fn tell(section: &Section<'_>, value: &FileValue) -> String {
    format!("{}:{} ({})", section.file.path, value.line, dotted(&value.path))
}

/// `strategies[0].parameters.lookback`
fn dotted(path: &[String]) -> String {
    let mut key = String::new();
    for part in path {
        if !key.is_empty() && !part.starts_with('[') {
            key.push('.');
        }
        key.push_str(part);
    }
    key
}

fn place(section: &Section<'_>, value: &FileValue) -> Place {
    Place {
        kind: section.file.kind,
        path: section.file.path.clone(),
        line: value.line,
        start: value.start,
        end: value.end,
        key: dotted(&value.path),
        file_hash: section.file.hash.clone(),
    }
}

fn take(parameter: &mut Parameter, section: &Section<'_>, value: &FileValue, passed_as: Vec<String>) {
    let code = std::mem::replace(&mut parameter.place, place(section, value));
    let declared =
        parameter.range.clone().zip(parameter.range_source).filter(|(_, source)| *source != RangeSource::Inferred);
    let number = matches!(parameter.value_type, ValueType::Int | ValueType::Float);
    parameter.shadowed.insert(0, code);
    parameter.passed_as = passed_as;
    parameter.default = value.value.clone();
    if parameter.value_type != ValueType::Categorical {
        parameter.value_type = type_of(&value.value);
    }
    parameter.why_not_searched.clone_from(&value.doubt);
    if number && matches!(value.value, Value::Str(_)) {
        parameter.why_not_searched = Some("the file writes this number as a text, and it is kept so".to_owned());
    }
    let comment = comment_range(&section.file.text, value.end, &value.value);
    give_range(parameter, comment.or(declared));
}

/// Arguments and keys that the code requires and a file gives.
fn supply(sections: &[Section<'_>], strategy: &Strategy, parameters: &mut Vec<Parameter>, built: &mut Built) {
    let mut lacks = std::mem::take(&mut built.lacks);
    lacks.retain_mut(|lack| {
        if lack.keys.is_empty() {
            return true;
        }
        let mut ambiguous = None;
        let mut found = Vec::new();
        for keys in &lack.keys {
            match best(sections, keys) {
                Match::One(section, value) => found.push((keys.clone(), section, value)),
                Match::Several(one, other) => ambiguous = Some(format!("both {one} and {other} give it")),
                Match::None => {}
            }
        }
        if let Some(why) = ambiguous {
            lack.reason = format!("{}: {why}", lack.reason);
            return true;
        }
        if found.len() < lack.keys.len() {
            return true;
        }
        for (keys, section, value) in found {
            let name = keys.last().cloned().unwrap_or_default();
            if keys.len() == 1 {
                built.arguments.push(ConstructorArgument {
                    name: name.clone(),
                    keyword_only: true,
                    source: ArgumentSource::Value { value: json(&value.value) },
                });
            }
            let mut parameter = Parameter {
                strategy: strategy.name.clone(),
                role: role(&name),
                name,
                value_type: type_of(&value.value),
                default: value.value.clone(),
                range: None,
                range_source: None,
                why_not_searched: value.doubt.clone(),
                below: None,
                place: place(section, value),
                shadowed: Vec::new(),
                passed_as: keys,
            };
            give_range(&mut parameter, comment_range(&section.file.text, value.end, &value.value));
            parameters.retain(|known| known.name != parameter.name);
            parameters.push(parameter);
        }
        false
    });
    parameters.sort_by(|a, b| a.name.cmp(&b.name));
    built.lacks = lacks;
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Str(value) => value.as_str().into(),
        Value::Null | Value::Code { .. } => serde_json::Value::Null,
    }
}
