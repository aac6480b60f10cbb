//! Data that is handed to the constructor and kept: `self.data = data`.

use super::super::lineage::Method;
use super::super::python::{Argument as Formal, ExprKind, StmtKind, each_expr, each_stmt};
use super::super::reach;
use super::answer::annotation_text;
use super::body::stored;
use super::choose::Chooser;
use super::names::PREPARE;
use super::obstacle::{Obstacle, ObstacleKind};
use super::shape::{Setting, Shape, tell};
use super::trace::trace;
use crate::strategy::WindowShape;

/// The constructor argument that holds the data.
pub struct Held<'a> {
    pub argument: String,
    pub shape: WindowShape,
    /// `calculate_indicators()`, without arguments, that has to run before the entry.
    pub prepare: Option<Method<'a>>,
}

impl<'a> Chooser<'a, '_> {
    /// The constructor argument that holds the data, where the class keeps one.
    pub fn data_in_constructor(&self, method: Method<'a>) -> Result<Option<Held<'a>>, Obstacle> {
        let Some(init) = self.lineage.method("__init__") else { return Ok(None) };
        for formal in init.function.given() {
            let annotation = formal.annotation.as_ref().map(|expr| annotation_text(&init.ancestor.source.text, expr));
            let framed = annotation.as_deref().is_some_and(|text| text.contains("DataFrame") && !text.contains('['));
            let words = ["df", "data", "prices", "dataframe", "ohlcv", "bars", "price_data", "closes", "candles"];
            if !(framed || words.contains(&formal.name.as_str())) {
                continue;
            }
            let Some(attribute) = kept_as(init, &formal.name) else { continue };
            let reached = reach::methods(self.lineage, &[&method.function.name]);
            let mut reads = false;
            for one in &reached {
                each_expr(&one.function.body, &mut |expr| reads |= expr.self_attribute() == Some(&attribute));
            }
            if !reads {
                continue;
            }
            let seeds = [(format!("self.{attribute}"), formal.name.clone())];
            let mut uses = trace(self.lineage, init, &seeds);
            for one in reached {
                uses.extend(trace(self.lineage, one, &seeds));
            }
            uses.retain(|one| one.argument == formal.name);
            let line = init.ancestor.source.line(formal.span.start);
            let required = Formal { default: None, ..formal.clone() };
            let shape = |steps: &[&str]| {
                let mut stored = stored(self.lineage, &[&["__init__", &method.function.name], steps].concat());
                stored.extend(["signal", "signals", "position"].map(str::to_owned));
                let setting = Setting {
                    annotation: annotation.as_deref(),
                    stored: &stored,
                    prepared: &stored,
                    per_bar: false,
                    features: false,
                    trusted: false,
                    line,
                };
                tell(&required, &uses, &setting).shape
            };
            let step = self.step_without_arguments(method);
            let (mut told, mut prepare) = (shape(&[]), None);
            if let (Shape::Unknown { .. }, Some(step)) = (&told, step)
                && let again @ Shape::Window(_) = shape(&[&step.function.name])
            {
                (told, prepare) = (again, Some(step));
            }
            return match told {
                Shape::Window(shape) => {
                    let argument = formal.name.clone();
                    Ok(Some(Held {
                        argument,
                        shape,
                        prepare: prepare.or(step.filter(|_| self.trusted_step().is_some())),
                    }))
                }
                Shape::Data(what) => {
                    let reason = format!("constructor argument `{}` needs {what}", formal.name);
                    Err(self.at(init, ObstacleKind::Data, reason, line))
                }
                Shape::Unknown { why, line } => {
                    Err(self.at(init, ObstacleKind::Adapter, format!("constructor: {why}"), line))
                }
                _ => Ok(None),
            };
        }
        Ok(None)
    }

    /// The feature step of a class that holds its data: the one the user names, else one with a known name that
    /// neither the constructor nor the entry calls itself.
    fn step_without_arguments(&self, method: Method<'a>) -> Option<Method<'a>> {
        let free = |one: &Method<'a>| one.function.given().iter().all(|argument| argument.default.is_some());
        if let Some(named) = self.trusted_step() {
            return Some(named).filter(free);
        }
        let called = reach::methods(self.lineage, &["__init__", &method.function.name]);
        let known = PREPARE.iter().filter_map(|name| self.lineage.method(name));
        known.filter(free).find(|step| !called.iter().any(|one| one.function.name == step.function.name))
    }
}

/// `x` of `self.x = data`, `self.x = data.copy()`.
fn kept_as(init: Method<'_>, argument: &str) -> Option<String> {
    let mut kept = None;
    each_stmt(&init.function.body, &mut |stmt| {
        if let StmtKind::Assign(target) = &stmt.kind
            && let Some(value) = &target.value
        {
            let mut from = false;
            let mut value = value;
            while let ExprKind::Call(call) = &value.kind {
                match &call.function.kind {
                    ExprKind::Attribute(object, _) => value = object,
                    _ => break,
                }
            }
            from |= value.is_name(argument);
            if from && let Some(name) = target.targets.first().and_then(|one| one.self_attribute()) {
                kept.get_or_insert(name.to_owned());
            }
        }
    });
    kept
}
