//! Reads of a configuration dict: `config.get("k", 20)`, `self.params["k"]`.

use crate::discovery::lineage::{Ancestor, Lineage};
use crate::discovery::python::{Expr, ExprKind, StmtKind, each_expr, each_own_stmt, each_stmt};
use std::collections::BTreeMap;

/// What a read gives where the key is missing.
#[derive(Debug, Clone, Copy)]
pub enum Fallback<'a> {
    /// `config["k"]`
    Raises,
    /// `config.get("k")`
    Nothing,
    Given(&'a Expr),
}

/// One read of a key.
#[derive(Debug, Clone)]
pub struct Read<'a> {
    pub ancestor: Ancestor<'a>,
    /// Keys from the top: `["screening", "min_turnover"]`.
    pub keys: Vec<String>,
    pub fallback: Fallback<'a>,
    pub at: u32,
    /// `config`, `self.params`: what was read.
    pub object: String,
}

pub fn is_config_name(name: &str) -> bool {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    matches!(
        name.as_str(),
        "config"
            | "cfg"
            | "conf"
            | "params"
            | "parameters"
            | "settings"
            | "options"
            | "opts"
            | "kwargs"
            | "hyperparams"
            | "hp"
            | "p"
            | "configuration"
            | "hyperparameters"
            | "param"
    ) || ["_config", "_cfg", "_params", "_settings", "_parameters", "_options"].iter().any(|end| name.ends_with(end))
}

/// Every read of a configuration dict in the class's methods.
pub fn reads_of<'a>(lineage: &Lineage<'a>) -> Vec<Read<'a>> {
    let mut reads = Vec::new();
    let mut sections = Sections::new();
    // Sections kept on self in one method are read in another.
    for (_, body) in lineage.bodies() {
        each_stmt(body, &mut |stmt| {
            if let StmtKind::Assign(target) = &stmt.kind
                && let Some(value) = &target.value
                && let Some(name) = target.targets.first().and_then(Expr::dotted)
                && name.starts_with("self.")
                && let Some((object, keys, _)) = key_read(value, &Sections::new())
            {
                sections.insert(name, (object, keys));
            }
        });
    }
    for (ancestor, body) in lineage.bodies() {
        for function in body.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Function(function) => Some(function),
            _ => None,
        }) {
            let mut local = sections.clone();
            each_own_stmt(&function.body, &mut |stmt| {
                if let StmtKind::Assign(target) = &stmt.kind
                    && let Some(value) = &target.value
                    && let Some(name) = target.targets.first().and_then(Expr::dotted)
                    && let Some((object, keys, _)) = key_read(value, &local)
                {
                    local.insert(name, (object, keys));
                }
            });
            // A key that is set here is no read of the configuration.
            let mut set = Vec::new();
            each_stmt(&function.body, &mut |stmt| {
                if let StmtKind::Assign(target) = &stmt.kind
                    && target.augmented.is_none()
                {
                    set.extend(target.targets.iter().map(|one| one.span));
                }
            });
            each_expr(&function.body, &mut |expr| {
                if let Some((object, keys, fallback)) = key_read(expr, &local)
                    && !set.contains(&expr.span)
                {
                    reads.push(Read { ancestor, keys, fallback, at: expr.span.start, object });
                }
            });
        }
    }
    let sections: Vec<Vec<String>> =
        reads.iter().filter(|read| read.keys.len() > 1).map(|read| read.keys.clone()).collect();
    // `config.get("screening", {})` is the way to a key, not one itself.
    reads.retain(|read| !sections.iter().any(|keys| keys.len() > read.keys.len() && keys.starts_with(&read.keys)));
    reads
}

/// A name that holds a section: what it was read from, and its keys.
type Sections = BTreeMap<String, (String, Vec<String>)>;
type KeyRead<'a> = (String, Vec<String>, Fallback<'a>);

fn key_read<'a>(expr: &'a Expr, sections: &Sections) -> Option<KeyRead<'a>> {
    match &expr.kind {
        ExprKind::Call(call) => {
            let ExprKind::Attribute(object, method) = &call.function.kind else { return None };
            if !matches!(method.as_str(), "get" | "pop" | "setdefault") {
                return None;
            }
            let key = call.positional.first()?.string()?;
            let (name, mut keys) = prefix(object, sections)?;
            keys.push(key.to_owned());
            let fallback = call.positional.get(1).or_else(|| call.keyword("default"));
            let fallback = match fallback {
                Some(value) => Fallback::Given(value),
                None if method == "get" => Fallback::Nothing,
                None => Fallback::Raises,
            };
            Some((name, keys, fallback))
        }
        ExprKind::Subscript(object, index) => {
            let key = index.string()?;
            let (name, mut keys) = prefix(object, sections)?;
            keys.push(key.to_owned());
            Some((name, keys, Fallback::Raises))
        }
        _ => None,
    }
}

fn prefix(object: &Expr, sections: &Sections) -> Option<(String, Vec<String>)> {
    if let Some(dotted) = object.dotted() {
        if let Some(section) = sections.get(&dotted) {
            return Some(section.clone());
        }
        let name = dotted.strip_prefix("self.").unwrap_or(&dotted);
        return (!name.contains('.') && is_config_name(name)).then(|| (dotted.clone(), Vec::new()));
    }
    let (name, keys, _) = key_read(object, sections)?;
    Some((name, keys))
}
