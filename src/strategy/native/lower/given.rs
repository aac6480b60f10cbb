//! The strategy object itself: what its constructor is given by configuration and overrides.

use super::ty::Known;
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::ArgumentSource;
use crate::discovery::code::ClassId;
use crate::strategy::Value;
use serde_json::Value as Json;

/// A value on its way into the constructor.
enum Given {
    Json(Json),
    Literal(Value),
    Param(String),
    Keys(Vec<(String, Given)>),
    Instance(String, String),
}

impl Pass<'_> {
    pub fn construct_own(&mut self, class: ClassId) -> Lower<Val> {
        let strategy = self.request.strategy;
        let mut given: Vec<(String, Given)> = Vec::new();
        for argument in &strategy.constructor {
            let value = match &argument.source {
                ArgumentSource::Default => continue,
                ArgumentSource::Value { value } => Given::Json(value.clone()),
                ArgumentSource::Instance { module, qualname } => Given::Instance(module.clone(), qualname.clone()),
                ArgumentSource::Data { .. } => {
                    return self.obstacle("data in the constructor", "the whole series is given at once");
                }
            };
            given.push((argument.name.clone(), value));
        }
        // What configuration files say, as the worker passes it.
        for parameter in self.request.parameters {
            if parameter.place.kind.is_python() || parameter.passed_as.is_empty() {
                continue;
            }
            let value = if self.request.varied.contains_key(&parameter.name) {
                Given::Param(parameter.name.clone())
            } else {
                Given::Literal(parameter.default.clone())
            };
            if !put(&mut given, &parameter.passed_as, value) {
                return self.obstacle("a constructor argument", format!("{} inside another value", parameter.name));
            }
        }
        let mut keywords = Vec::new();
        for (name, value) in given {
            let value = self.given(&name, value)?;
            keywords.push((name, value));
        }
        self.at = strategy_start(self, class);
        self.instantiate(class, &[], &keywords)
    }

    fn given(&mut self, path: &str, value: Given) -> Lower<Val> {
        match value {
            Given::Literal(value) => self.literal(&value),
            Given::Param(name) => self.param(&name),
            Given::Json(value) => self.json(path, value),
            Given::Keys(items) => {
                let mut entries = Vec::new();
                for (key, value) in items {
                    let value = self.given(&format!("{path}.{key}"), value)?;
                    entries.push((key, value));
                }
                self.dict_named(path, entries)
            }
            Given::Instance(module, qualname) => {
                let name = module.rsplit('.').next().unwrap_or(&module);
                let class = self.repo.class_ids().find(|id| {
                    let source = &self.repo.files[id.file];
                    self.repo.outline(*id).qualname == qualname
                        && (source.stem() == name || source.stem() == "__init__" && source.folder().ends_with(name))
                });
                match class {
                    Some(class) => self.instantiate(class, &[], &[]),
                    None => {
                        self.obstacle("a companion object", format!("{module}.{qualname} is not in the repository"))
                    }
                }
            }
        }
    }

    fn json(&mut self, path: &str, value: Json) -> Lower<Val> {
        match value {
            Json::Null => Ok(Val::none()),
            Json::Bool(value) => self.literal(&Value::Bool(value)),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => self.literal(&Value::Int(value)),
                (None, Some(value)) => self.literal(&Value::Float(value)),
                (None, None) => self.obstacle("a number", number.to_string()),
            },
            Json::String(text) => self.literal(&Value::Str(text)),
            Json::Array(items) => {
                let items: Vec<Val> = items.into_iter().map(|item| self.json(path, item)).collect::<Lower<_>>()?;
                let origin = vec![(usize::MAX, self.at), named(path)];
                self.list_of(&origin, &items)
            }
            Json::Object(items) => {
                let mut entries = Vec::new();
                for (key, value) in items {
                    let value = self.json(&format!("{path}.{key}"), value)?;
                    entries.push((key, value));
                }
                self.dict_named(path, entries)
            }
        }
    }

    fn dict_named(&mut self, path: &str, entries: Vec<(String, Val)>) -> Lower<Val> {
        let origin = vec![(usize::MAX, 0), named(path)];
        let id = self.facts.static_at(&origin, None);
        for (key, value) in &entries {
            self.set_attribute(id, key, value)?;
        }
        Ok(Val::known(Known::Static(id)))
    }
}

fn strategy_start(pass: &Pass<'_>, class: ClassId) -> u32 {
    pass.repo.class(class).map_or(0, |class| class.name_span.start)
}

/// An origin that no source has.
fn named(path: &str) -> (usize, u32) {
    let hash = blake3::hash(path.as_bytes());
    let bytes = hash.as_bytes();
    (usize::MAX - 1, u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Sets `config.lookback` in the arguments; false where a part of the path is no dict.
fn put(given: &mut Vec<(String, Given)>, path: &[String], value: Given) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let at = given.iter().position(|(name, _)| name == first);
    if rest.is_empty() {
        match at {
            Some(at) => given[at].1 = value,
            None => given.push((first.clone(), value)),
        }
        return true;
    }
    let at = at.unwrap_or_else(|| {
        given.push((first.clone(), Given::Keys(Vec::new())));
        given.len() - 1
    });
    let held = std::mem::replace(&mut given[at].1, Given::Keys(Vec::new()));
    let mut keys = match held {
        Given::Keys(keys) => keys,
        Given::Json(Json::Object(items)) => items.into_iter().map(|(key, value)| (key, Given::Json(value))).collect(),
        Given::Json(Json::Null) => Vec::new(),
        _ => return false,
    };
    let done = put(&mut keys, rest, value);
    given[at].1 = Given::Keys(keys);
    done
}
