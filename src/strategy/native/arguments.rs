//! Parameter sets as the words a program takes.

use super::ir::{Kind, Param, Program};
use crate::discovery::Parameter;
use crate::strategy::{ParamSet, Value};
use std::mem::discriminant;

/// The user's own values in the program's order; a set names only what differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    own: Vec<Own>,
}

#[derive(Debug, Clone, PartialEq)]
struct Own {
    param: Param,
    value: Value,
    word: u64,
}

impl Arguments {
    /// # Errors
    /// A parameter of the program that nobody has, or whose own value is of another kind.
    pub fn new(program: &Program, parameters: &[Parameter]) -> Result<Self, String> {
        let own = program.params.iter().map(|param| {
            let found = parameters.iter().find(|parameter| parameter.name == param.name);
            let value = &found.ok_or_else(|| format!("{} is no parameter of the class", param.name))?.default;
            let word = word(param.kind, value).ok_or_else(|| format!("{} = {value} is no word", param.name))?;
            Ok(Own { param: param.clone(), value: value.clone(), word })
        });
        Ok(Self { own: own.collect::<Result<_, String>>()? })
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
        words.clear();
        words.extend(self.own.iter().map(|own| own.word));
        for (name, value) in set {
            let Some(index) = self.own.iter().position(|own| own.param.name == *name) else {
                return Err(format!("{name} is no parameter of the native program"));
            };
            let own = &self.own[index];
            let same = discriminant(&own.value) == discriminant(value);
            words[index] = word(own.param.kind, value)
                .filter(|_| same)
                .ok_or_else(|| format!("{name} = {value} is of another type than {}", own.value))?;
        }
        Ok(())
    }
}

fn word(kind: Kind, value: &Value) -> Option<u64> {
    match (kind, value) {
        (Kind::I, Value::Int(value)) => Some(value.cast_unsigned()),
        (Kind::I, Value::Bool(value)) => Some(u64::from(*value)),
        (Kind::F, Value::Float(value)) => Some(value.to_bits()),
        _ => None,
    }
}
