//! Parameter sets as the words a program takes.

use super::ir::{Kind, Param};
use super::lower::{Lowered, VariedKind};
use crate::discovery::Parameter;
use crate::strategy::{ParamSet, Value};
use std::collections::BTreeMap;
use std::mem::discriminant;

/// The user's own values in the program's order; a set names only what differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    own: Vec<Own>,
    strings: Vec<Option<String>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Own {
    param: Param,
    value: Value,
}

/// Parameters that a program is made to take: those that are searched, with the type of the user's own value.
pub fn varied(parameters: &[Parameter]) -> BTreeMap<String, VariedKind> {
    let searched = parameters.iter().filter(|parameter| parameter.range.is_some());
    searched
        .filter_map(|parameter| {
            let kind = match parameter.default {
                Value::Bool(_) => VariedKind::Bool,
                Value::Int(_) => VariedKind::Int,
                Value::Float(_) => VariedKind::Float,
                Value::Str(_) => VariedKind::Str,
                Value::Null | Value::Code { .. } => return None,
            };
            Some((parameter.name.clone(), kind))
        })
        .collect()
}

impl Arguments {
    /// # Errors
    /// A parameter of the program that nobody has, or whose own value is of another kind.
    pub fn new(lowered: &Lowered, parameters: &[Parameter]) -> Result<Self, String> {
        let own = lowered.program.params.iter().map(|param| {
            let found = parameters.iter().find(|parameter| parameter.name == param.name);
            let value = &found.ok_or_else(|| format!("{} is no parameter of the class", param.name))?.default;
            Ok(Own { param: param.clone(), value: value.clone() })
        });
        let arguments = Self { own: own.collect::<Result<_, String>>()?, strings: lowered.strings.clone() };
        arguments.words(&ParamSet::new(), &mut Vec::new())?;
        Ok(arguments)
    }

    /// Whether the program takes a parameter of this name.
    pub fn takes(&self, name: &str) -> bool {
        self.own.iter().any(|own| own.param.name == name)
    }

    /// Fills `words` with the values of `set`.
    ///
    /// # Errors
    /// A name that is no parameter of the program, or a value of another Python type than the user's own: the
    /// program was made for that one.
    pub fn words(&self, set: &ParamSet, words: &mut Vec<u64>) -> Result<(), String> {
        if let Some(name) = set.keys().find(|name| !self.takes(name)) {
            return Err(format!("{name} is no parameter of the native program"));
        }
        words.clear();
        let mut strangers: Vec<&str> = Vec::new();
        for own in &self.own {
            let name = &own.param.name;
            let value = set.get(name).unwrap_or(&own.value);
            let same = discriminant(&own.value) == discriminant(value);
            let word = match (own.param.kind, value) {
                (Kind::I, Value::Int(value)) => Some(value.cast_unsigned()),
                (Kind::I, Value::Bool(value)) => Some(u64::from(*value)),
                (Kind::I, Value::Str(text)) => Some(self.symbol(text, &mut strangers)),
                (Kind::F, Value::Float(value)) => Some(value.to_bits()),
                _ => None,
            };
            let unfit = || format!("{name} = {value} is of another type than {}", own.value);
            words.push(word.filter(|_| same).ok_or_else(unfit)?);
        }
        Ok(())
    }

    /// A text that the source does not hold is equal to none of those it holds, and to itself.
    fn symbol<'a>(&self, text: &'a str, strangers: &mut Vec<&'a str>) -> u64 {
        let known = self.strings.iter().position(|known| known.as_deref() == Some(text));
        let index = known.unwrap_or_else(|| {
            let at = strangers.iter().position(|stranger| *stranger == text).unwrap_or_else(|| {
                strangers.push(text);
                strangers.len() - 1
            });
            self.strings.len() + at
        });
        index as u64
    }
}
