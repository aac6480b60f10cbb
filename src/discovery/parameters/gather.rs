//! Every place in the Python source that holds a parameter of a class.

use super::declared;
use super::spot::{Sighting, Spot, constant_of, rank, spot, type_of};
use super::state::State;
use crate::discovery::construct::{Chain, Fallback, Fed, is_config_name, reads_of};
use crate::discovery::found::{PlaceKind, ValueType};
use crate::discovery::lineage::{Ancestor, Lineage};
use crate::discovery::python::{Argument, Expr, ExprKind, StmtKind, each_expr};
use crate::discovery::repository::{FileId, Repository, Symbol};
use crate::strategy::Value;
use std::collections::BTreeSet;

pub fn gather(repository: &Repository, lineage: &Lineage<'_>, chain: &Chain<'_>) -> Vec<Spot> {
    let mut gatherer = Gatherer { repository, lineage, state: State::of(lineage), spots: Vec::new() };
    gatherer.constructors(chain);
    gatherer.class_bodies();
    gatherer.self_attributes(chain);
    gatherer.config_reads();
    gatherer.constants();
    gatherer.spots.extend(declared::hyperparameters(repository, lineage));
    gatherer.spots
}

struct Gatherer<'a, 'b> {
    repository: &'b Repository,
    lineage: &'b Lineage<'a>,
    state: State,
    spots: Vec<Spot>,
}

impl Gatherer<'_, '_> {
    fn add(&mut self, seen: Sighting<'_>) -> Option<&mut Spot> {
        let Sighting { file, expr, .. } = seen;
        // A container is no value of its own: its entries are found where they are read.
        if matches!(expr.kind, ExprKind::Dict(_) | ExprKind::Comprehension(_)) {
            return None;
        }
        let root = self.repository.files[self.lineage.own().id.file].root;
        if self.repository.files[file].root != root {
            return None;
        }
        self.spots.push(spot(self.repository, seen));
        self.spots.last_mut()
    }

    fn constructors(&mut self, chain: &Chain<'_>) {
        for level in &chain.levels {
            let file = level.method.ancestor.id.file;
            for (argument, fed) in &level.arguments {
                match fed {
                    Fed::Given(value, at) => {
                        let outer = chain.levels[*at].method.ancestor.id.file;
                        if value.literal().is_some_and(|value| !matches!(value, Value::Null)) {
                            let key = format!("super().__init__.{}", argument.name);
                            self.add(Sighting::of(outer, value, &argument.name).standing(
                                PlaceKind::ConstructorDefault,
                                rank::GIVEN,
                                &key,
                            ));
                        }
                    }
                    Fed::Caller | Fed::Default => {
                        self.companion(argument, file);
                        let Some(default) = &argument.default else { continue };
                        if default.is_none() && is_config_name(&argument.name) {
                            continue;
                        }
                        if self.is_companion_call(default, file) {
                            continue;
                        }
                        let range = argument.annotation.as_ref().and_then(declared::literal_annotation);
                        let name = argument.name.as_str();
                        let spot = self.add(Sighting::of(file, default, name).standing(
                            PlaceKind::ConstructorDefault,
                            rank::CONSTRUCTOR,
                            name,
                        ));
                        if let (Some(spot), Some(range)) = (spot, range) {
                            spot.value_type = ValueType::Categorical;
                            spot.range.get_or_insert(range);
                        }
                    }
                    Fed::Handed => {}
                }
            }
        }
    }

    /// The fields of `config: MomentumConfig`, of `config=MomentumConfig()` and of `config or MomentumConfig()`.
    fn companion(&mut self, argument: &Argument, file: FileId) {
        let mut names: Vec<String> = Vec::new();
        if let Some(annotation) = &argument.annotation {
            let text = super::super::entry::annotation_text(&self.repository.files[file].text, annotation);
            let flat: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let flat = flat.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(&flat);
            names.extend(flat.split('|').map(str::to_owned));
        }
        names.extend(argument.default.as_ref().and_then(|default| default.call()?.function.dotted()));
        let methods = super::super::reach::methods(self.lineage, &["__init__"]);
        for method in methods {
            each_expr(&method.function.body, &mut |expr| {
                if let ExprKind::Or(items) = &expr.kind
                    && items.first().is_some_and(|first| first.is_name(&argument.name))
                {
                    names.extend(items.get(1).and_then(|one| one.call()?.function.dotted()));
                }
            });
        }
        for name in names {
            if let Some(Symbol::Class(id)) = self.repository.lookup(file, &name)
                && let Some(companion) = Lineage::of(self.repository, id)
                && companion.external.iter().all(|base| !base.last().ends_with("Enum"))
            {
                self.fields(&companion, rank::FIELD);
                return;
            }
        }
    }

    fn is_companion_call(&self, default: &Expr, file: FileId) -> bool {
        let name = default.call().and_then(|call| call.function.dotted());
        name.is_some_and(|name| matches!(self.repository.lookup(file, &name), Some(Symbol::Class(_))))
    }

    /// Annotated fields with a default, a class's own before its bases'.
    fn fields(&mut self, lineage: &Lineage<'_>, rank: u32) {
        let mut seen = BTreeSet::new();
        for ancestor in &lineage.classes {
            let plain = !ancestor.class.is_dataclass() && lineage.external.is_empty();
            for stmt in &ancestor.class.body {
                let StmtKind::Assign(target) = &stmt.kind else { continue };
                let Some(name) = target.targets.first().and_then(Expr::name) else { continue };
                let fixed = target
                    .annotation
                    .as_ref()
                    .is_some_and(|annotation| annotation.span.text(&ancestor.source.text).contains("ClassVar"));
                if fixed || name.starts_with('_') || !(target.annotation.is_some() || plain) {
                    continue;
                }
                let (true, Some(value)) = (seen.insert(name.to_owned()), &target.value) else { continue };
                let makes = value.call().is_some_and(|call| call.keyword("default_factory").is_some());
                let range = target.annotation.as_ref().and_then(declared::literal_annotation);
                if makes {
                    continue;
                }
                let spot = self.add(Sighting::of(ancestor.id.file, value, name).standing(
                    PlaceKind::DataclassField,
                    rank,
                    name,
                ));
                if let (Some(spot), Some(range)) = (spot, range) {
                    spot.value_type = ValueType::Categorical;
                    spot.range.get_or_insert(range);
                }
            }
        }
        if let Some(init) = lineage.method("__init__") {
            // A companion that is no dataclass: its constructor's defaults.
            for argument in init.function.given() {
                if let Some(default) = &argument.default {
                    let file = init.ancestor.id.file;
                    self.add(Sighting::of(file, default, &argument.name).standing(
                        PlaceKind::ConstructorDefault,
                        rank,
                        &argument.name,
                    ));
                }
            }
        }
    }

    fn class_bodies(&mut self) {
        if self.lineage.own().class.is_dataclass() {
            let own = self.lineage.clone();
            self.fields(&own, rank::CONSTRUCTOR);
        }
        for (depth, ancestor) in self.lineage.classes.clone().into_iter().enumerate() {
            let rank = rank::CLASS + u32::try_from(depth).unwrap_or(u32::MAX / 2);
            let dataclass = ancestor.class.is_dataclass();
            for stmt in &ancestor.class.body {
                let StmtKind::Assign(target) = &stmt.kind else { continue };
                let Some(name) = target.targets.first().and_then(Expr::name) else { continue };
                let Some(value) = &target.value else { continue };
                if name.starts_with("__") || (dataclass && target.annotation.is_some()) {
                    continue;
                }
                self.class_attribute(ancestor, name, value, rank);
            }
        }
    }

    fn class_attribute(&mut self, ancestor: Ancestor<'_>, name: &str, value: &Expr, rank: u32) {
        let file = ancestor.id.file;
        if let Some(call) = value.call() {
            let declared = declared::framework_parameter(self.repository, file, name, call);
            if let Some(mut spot) = declared {
                spot.rank += rank - rank::CLASS;
                self.spots.push(spot);
                return;
            }
            if name == "params" && call.function.is_name("dict") {
                for (key, value) in &call.keywords {
                    if let Some(key) = key {
                        self.add(Sighting::of(file, value, key).standing(
                            PlaceKind::FrameworkParameter,
                            rank,
                            &format!("params.{key}"),
                        ));
                    }
                }
            }
            return;
        }
        if is_params_name(name) {
            // params = (("k", 20), ("n", 5))
            for item in value.elements().unwrap_or_default() {
                if let Some([key, value]) = item.elements()
                    && let Some(key) = key.string()
                {
                    self.add(Sighting::of(file, value, key).standing(
                        PlaceKind::FrameworkParameter,
                        rank,
                        &format!("{name}.{key}"),
                    ));
                }
            }
            if self.state.mentions(name) || is_default_name(name) {
                self.entries(file, value, name, rank::DICT);
            }
            return;
        }
        let public = !name.starts_with('_');
        let scalar = value.literal().is_some_and(|value| !matches!(value, Value::Null)) || value.dotted().is_some();
        if public && scalar && !self.state.is_state(name) {
            self.add(Sighting::of(file, value, name).standing(PlaceKind::ClassAttribute, rank, name));
        }
    }

    /// The plain values of a dict literal.
    fn entries(&mut self, file: FileId, value: &Expr, prefix: &str, rank: u32) {
        for (key, value) in value.dict().unwrap_or_default() {
            if let Some(key) = key.as_ref().and_then(Expr::string)
                && (value.literal().is_some() || value.dotted().is_some())
            {
                self.add(Sighting::of(file, value, key).standing(
                    PlaceKind::DictEntry,
                    rank,
                    &format!("{prefix}.{key}"),
                ));
            }
        }
    }

    /// `self.x = 20` as the constructor's own statement.
    fn self_attributes(&mut self, chain: &Chain<'_>) {
        let mut seen = BTreeSet::new();
        for (depth, level) in chain.levels.iter().enumerate() {
            let file = level.method.ancestor.id.file;
            let rank = rank::SELF + u32::try_from(depth).unwrap_or(0);
            for stmt in &level.method.function.body {
                let StmtKind::Assign(target) = &stmt.kind else { continue };
                let (false, Some(value)) = (target.augmented, &target.value) else { continue };
                let [one] = target.targets.as_slice() else { continue };
                // self.oversold, self.overbought = 30, 70
                let pairs: Vec<(&Expr, &Expr)> = match (one.elements(), value.elements()) {
                    (Some(names), Some(values)) if names.len() == values.len() => names.iter().zip(values).collect(),
                    _ => vec![(one, value)],
                };
                for (one, value) in pairs {
                    let Some(name) = one.self_attribute() else { continue };
                    if is_params_name(name) {
                        self.merged(file, value, name);
                        continue;
                    }
                    let counts = value.literal().is_some_and(is_parameter_value) || is_constant(value);
                    if !counts || name.starts_with('_') || self.state.is_state(name) || !seen.insert(name.to_owned()) {
                        continue;
                    }
                    self.add(Sighting::of(file, value, name).standing(
                        PlaceKind::SelfAttribute,
                        rank,
                        &format!("self.{name}"),
                    ));
                }
            }
        }
    }

    /// `self.params = {**DEFAULTS, **params}`, `{"k": 20}`, `params or DEFAULTS`, `DEFAULTS.copy()`.
    fn merged(&mut self, file: FileId, value: &Expr, name: &str) {
        match &value.kind {
            ExprKind::Dict(items) => {
                self.entries(file, value, &format!("self.{name}"), rank::DICT);
                for inner in items.iter().filter(|(key, _)| key.is_none()).map(|(_, value)| value) {
                    self.merged(file, inner, name);
                }
            }
            ExprKind::Or(items) => items.iter().for_each(|item| self.merged(file, item, name)),
            ExprKind::Binary(left, right) => {
                self.merged(file, left, name);
                self.merged(file, right, name);
            }
            ExprKind::Conditional { body, orelse, .. } => {
                self.merged(file, body, name);
                self.merged(file, orelse, name);
            }
            ExprKind::Call(call) => {
                if let ExprKind::Attribute(object, method) = &call.function.kind
                    && method == "copy"
                {
                    self.merged(file, object, name);
                } else if call.function.is_name("dict") {
                    call.positional.iter().for_each(|one| self.merged(file, one, name));
                    for (key, value) in &call.keywords {
                        match key {
                            Some(key) => {
                                let path = format!("self.{name}.{key}");
                                self.add(Sighting::of(file, value, key).standing(
                                    PlaceKind::DictEntry,
                                    rank::DICT,
                                    &path,
                                ));
                            }
                            None => self.merged(file, value, name),
                        }
                    }
                }
            }
            ExprKind::Name(_) | ExprKind::Attribute(..) => {
                if let Some(dotted) = value.dotted()
                    && let Some((target, constant)) = constant_of(self.repository, file, &dotted)
                    && let Some(dict) = self.repository.constant(target, &constant)
                {
                    self.entries(target, dict, &constant, rank::DICT);
                }
            }
            _ => {}
        }
    }

    fn config_reads(&mut self) {
        let reads = reads_of(self.lineage);
        for read in &reads {
            let Fallback::Given(fallback) = read.fallback else { continue };
            let Some(last) = read.keys.last() else { continue };
            // Two sections may hold a key of one name.
            let shared = reads.iter().any(|other| other.keys.last() == Some(last) && other.keys != read.keys);
            let name = if shared { read.keys.join("_") } else { last.clone() };
            if fallback.is_none() || !(fallback.literal().is_some() || fallback.dotted().is_some()) {
                continue;
            }
            let file = read.ancestor.id.file;
            // `params.get("k", self.k)` only passes another parameter on.
            if fallback.self_attribute().is_some() {
                continue;
            }
            let key = format!("{}.{}", read.object.trim_start_matches("self."), read.keys.join("."));
            let again = self.spots.iter().position(|spot| spot.place.kind == PlaceKind::ConfigGet && spot.name == name);
            let spot = spot(
                self.repository,
                Sighting::of(file, fallback, &name).standing(PlaceKind::ConfigGet, rank::CONFIG_GET, &key),
            );
            if let Some(known) = again {
                let line = self.spots[known].place.line;
                self.spots[known].barred.get_or_insert_with(|| {
                    format!("its default is written twice, at line {line} and at line {}", spot.place.line)
                });
            }
            self.spots.push(spot);
        }
    }

    /// `LOOKBACK = 20` and `CONFIG = {"momentum": {…}}` that the class's methods name.
    fn constants(&mut self) {
        let mut named: BTreeSet<(FileId, String)> = BTreeSet::new();
        let mut paths: BTreeSet<(FileId, String, Vec<String>)> = BTreeSet::new();
        for (ancestor, body) in self.lineage.bodies() {
            let file = ancestor.id.file;
            each_expr(body, &mut |expr| {
                if let ExprKind::Name(_) | ExprKind::Attribute(..) = &expr.kind
                    && let Some(dotted) = expr.dotted()
                    && is_upper(dotted.rsplit('.').next().unwrap_or(&dotted))
                    && !dotted.starts_with("self.")
                    && let Some(found) = constant_of(self.repository, file, &dotted)
                {
                    named.insert(found);
                }
                if let Some((dotted, keys)) = key_path(expr)
                    && let Some((target, name)) = constant_of(self.repository, file, &dotted)
                {
                    paths.insert((target, name, keys));
                }
            });
        }
        for (file, name) in named {
            let Some(value) = self.repository.constant(file, &name) else { continue };
            let number = value.literal().is_some_and(|value| matches!(value, Value::Int(_) | Value::Float(_)));
            if number {
                let again = self.repository.is_reassigned(file, &name);
                let key = name.to_lowercase();
                let spot = self.add(Sighting::of(file, value, &key).standing(
                    PlaceKind::ModuleConstant,
                    rank::CONSTANT,
                    &name,
                ));
                if let (Some(spot), true) = (spot, again) {
                    spot.barred = Some(format!("{name} is assigned more than once"));
                }
            }
        }
        for (file, name, keys) in paths {
            let mut value = self.repository.constant(file, &name);
            for key in &keys {
                let items = value.and_then(|value| value.dict()).unwrap_or_default();
                value =
                    items.iter().find(|(k, _)| k.as_ref().and_then(Expr::string) == Some(key)).map(|(_, value)| value);
            }
            let prefix = format!("{name}.{}", keys.join("."));
            match value {
                Some(value) if value.dict().is_some() => self.entries(file, value, &prefix, rank::DICT + 1),
                Some(value) => {
                    if let Some(last) = keys.last() {
                        self.add(Sighting::of(file, value, last).standing(
                            PlaceKind::DictEntry,
                            rank::DICT + 1,
                            &prefix,
                        ));
                    }
                }
                None => {}
            }
        }
    }
}

/// `CONFIG["momentum"]["lookback"]` → CONFIG and its keys.
fn key_path(expr: &Expr) -> Option<(String, Vec<String>)> {
    let (object, key) = match &expr.kind {
        ExprKind::Subscript(object, index) => (&**object, index.string()?),
        ExprKind::Call(call) => {
            let ExprKind::Attribute(object, method) = &call.function.kind else { return None };
            if method != "get" {
                return None;
            }
            (&**object, call.positional.first()?.string()?)
        }
        _ => return None,
    };
    let (dotted, mut keys) = match key_path(object) {
        Some(found) => found,
        None => (object.dotted().filter(|name| !name.starts_with("self."))?, Vec::new()),
    };
    keys.push(key.to_owned());
    Some((dotted, keys))
}

fn is_upper(name: &str) -> bool {
    name.len() > 1 && name.chars().any(|c| c.is_ascii_uppercase()) && !name.chars().any(|c| c.is_ascii_lowercase())
}

fn is_params_name(name: &str) -> bool {
    is_config_name(name) || is_default_name(name)
}

fn is_default_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.trim_start_matches('_'),
        "default_params" | "defaults" | "default_parameters" | "default_config" | "default_settings" | "params"
    )
}

fn is_constant(value: &Expr) -> bool {
    value
        .dotted()
        .is_some_and(|dotted| !dotted.starts_with("self.") && is_upper(dotted.rsplit('.').next().unwrap_or(&dotted)))
}

/// 0, None and the empty text are starting states, not choices.
fn is_parameter_value(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Int(int) => *int != 0,
        Value::Float(float) => *float != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Bool(true) | Value::Code { .. } => type_of(value) != ValueType::Null,
    }
}
