//! Which part of which file speaks of a strategy.

use super::{ConfigFile, FileValue, fold};
use crate::discovery::Override;
use crate::discovery::found::Strategy;
use crate::discovery::names::snake_case;
use crate::strategy::Value;

/// How surely a section is the strategy's own: the exact name, its short form, or the user's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    Short,
    Exact,
    Told,
}

/// A section of a file.
#[derive(Debug, Clone)]
pub struct Section<'a> {
    pub file: &'a ConfigFile,
    pub prefix: Vec<String>,
    pub certainty: Certainty,
}

/// Keys that only hold the parameters of what they stand under.
fn is_wrapper(key: &str) -> bool {
    matches!(
        key,
        "params"
            | "parameters"
            | "config"
            | "settings"
            | "strategy_params"
            | "strategy_parameters"
            | "args"
            | "kwargs"
            | "options"
            | "hyperparameters"
            | "strategy_config"
            | "arguments"
            | "strategy_settings"
            | "constructor"
    )
}

/// Every section that names the strategy.
pub fn sections<'a>(files: &'a [ConfigFile], strategy: &Strategy, wish: &Override) -> Vec<Section<'a>> {
    let mut sections = Vec::new();
    for file in files.iter().filter(|file| file.root == strategy.root) {
        match &wish.config_file {
            Some(wanted) if *wanted != file.path => {}
            Some(_) if wish.config_key.is_none() && named(file, strategy).is_empty() => {
                sections.push(Section { file, prefix: Vec::new(), certainty: Certainty::Told });
            }
            _ => match &wish.config_key {
                Some(key) => {
                    let prefix = split_key(key);
                    if file.values.iter().any(|value| value.path.starts_with(&prefix)) {
                        sections.push(Section { file, prefix, certainty: Certainty::Told });
                    }
                }
                None => sections.extend(named(file, strategy)),
            },
        }
    }
    sections
}

/// `strategies[0].params` → strategies, [0], params.
fn split_key(key: &str) -> Vec<String> {
    key.replace('[', ".[").split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn named<'a>(file: &'a ConfigFile, strategy: &Strategy) -> Vec<Section<'a>> {
    let called = Called::of(strategy);
    if !called.exact.iter().chain(&called.short).any(|word| file.words.contains(word)) {
        return Vec::new();
    }
    let mut sections: Vec<Section<'a>> = Vec::new();
    let mut add = |prefix: Vec<String>, certainty| {
        if !sections.iter().any(|section| section.prefix == prefix) {
            sections.push(Section { file, prefix, certainty });
        }
    };
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if let Some(certainty) = called.as_word(stem).filter(|certainty| *certainty == Certainty::Exact) {
        add(Vec::new(), certainty);
    }
    for value in &file.values {
        for (at, key) in value.path.iter().enumerate().take(value.path.len().saturating_sub(1)) {
            if let Some(certainty) = called.as_word(key) {
                add(value.path[..=at].to_vec(), certainty);
            }
        }
        // {name: momentum_trader, parameters: {…}}
        let (Some(key), Value::Str(text)) = (value.path.last(), &value.value) else { continue };
        if matches!(
            key.as_str(),
            "name" | "strategy" | "class" | "class_name" | "strategy_name" | "strategy_class" | "type" | "id"
        ) {
            let last = text.rsplit(['.', ':']).next().unwrap_or(text);
            if let Some(certainty) = called.as_word(last) {
                add(value.path[..value.path.len() - 1].to_vec(), certainty);
            }
        }
    }
    sections
}

/// The words that mean a strategy: its class, its name, and that without the last word.
struct Called {
    exact: Vec<String>,
    short: Option<String>,
}

impl Called {
    fn of(strategy: &Strategy) -> Self {
        let snake = snake_case(&strategy.class_name);
        let ends = ["_strategy", "_trader", "_bot", "_system", "_algo"];
        let short = ends.iter().find_map(|end| snake.strip_suffix(end)).map(str::to_owned);
        Self { exact: vec![fold(&strategy.class_name), fold(&strategy.name), snake], short }
    }

    fn as_word(&self, word: &str) -> Option<Certainty> {
        let word = fold(word);
        if self.exact.contains(&word) {
            return Some(Certainty::Exact);
        }
        (self.short.as_ref() == Some(&word)).then_some(Certainty::Short)
    }
}

/// The value that a section gives for `keys`, below wrappers or directly.
pub fn value_in<'a>(section: &Section<'a>, keys: &[String]) -> Vec<&'a FileValue> {
    let file: &'a ConfigFile = section.file;
    let holds = |value: &&FileValue| {
        let Some(below) = value.path.strip_prefix(section.prefix.as_slice()) else { return false };
        let Some(middle) = below.strip_suffix(keys) else { return false };
        middle.iter().all(|key| is_wrapper(key)) && value.value != Value::Null
    };
    file.values.iter().filter(holds).collect()
}
