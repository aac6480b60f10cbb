//! What the constructor and the entry are given, as the worker's host gives it.

use super::call::Keywords;
use super::index::Index;
use super::run::{Run, Step};
use super::value::{Frame, Key, Value};
use crate::discovery::ArgumentSource;
use crate::strategy::{Argument, ParamSet, WindowShape};
use serde_json::Value as Json;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Run<'a> {
    pub fn argument(&mut self, argument: &Argument, features: Option<&Value<'a>>) -> Step<Value<'a>> {
        match argument {
            Argument::Window(shape) => self.bars(*shape),
            Argument::FeatureFrame => match features {
                Some(features) => Ok(features.clone()),
                None => self.unknown("an argument", "the result of a feature step that is not there"),
            },
            Argument::ColumnWindow(name) => {
                let Some(column) = self.market.column(&name.to_lowercase()) else {
                    return self.unknown("an argument", format!("the column {name}"));
                };
                self.plain_list(&column)
            }
            Argument::Symbol => self.unknown("an argument", "the market's symbol"),
            Argument::Index => Ok(Value::size(self.market.bars().saturating_sub(1))),
            Argument::Position => Ok(Value::int(0)),
            Argument::EntryPrice => Ok(Value::None),
            Argument::Bar(_) | Argument::Field(_) | Argument::FeatureRow | Argument::PreviousFeatureRow => {
                self.unknown("an argument", "one bar")
            }
        }
    }

    pub fn plain_list(&mut self, column: &super::column::Column) -> Step<Value<'a>> {
        let all = (0..column.len()).map(|at| super::iterate::plain(&column.data, at)).collect();
        Ok(Value::list(all))
    }

    /// All bars, in one of the shapes that the host gives them.
    pub fn bars(&mut self, shape: WindowShape) -> Step<Value<'a>> {
        let Some(close) = self.market.column("close") else { return self.unknown("bars", "without closes") };
        let index = Index::times(self.market.bars());
        if self.plan.pandas == 0 && !matches!(shape, WindowShape::ListOfCloses) {
            return self.unknown("no pandas", "the interpreter has none");
        }
        match shape {
            WindowShape::Frame => self.frame_of_bars(index),
            WindowShape::SeriesOfCloses => Ok(Value::series(close, index, Some(Key::Text("close".into())))),
            WindowShape::ArrayOfCloses => Ok(Value::array(close)),
            WindowShape::ListOfCloses => self.plain_list(&close),
            WindowShape::ListOfAttributes | WindowShape::ListOfDicts | WindowShape::DictOfLists => {
                self.unknown("an argument", "bars as a list of objects")
            }
        }
    }

    pub fn frame_of_bars(&mut self, index: Index) -> Step<Value<'a>> {
        let names = &self.plan.names;
        let mut columns = Vec::new();
        for date in &names.dates {
            let rows = (0..self.market.bars()).collect();
            let column = super::column::Column::own(super::column::Data::Times(Arc::new(rows)));
            columns.push((Key::Text((*date).into()), column));
        }
        for name in ["open", "high", "low", "close", "volume"] {
            let Some(column) = self.market.column(name) else { continue };
            if names.lower {
                columns.push((Key::Text(name.into()), column.clone()));
            }
            if names.title {
                let title = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
                columns.push((Key::Text(title.as_str().into()), column));
            }
        }
        Ok(Value::frame(Frame { columns, index }))
    }

    /// What the constructor is given, and the frame among it.
    pub fn constructor(&mut self, set: &ParamSet) -> Step<(Keywords<'a>, Option<Value<'a>>)> {
        let plan = self.plan;
        let mut given: Vec<(String, Value<'a>)> = Vec::new();
        let mut frame = None;
        for argument in &plan.strategy.constructor {
            let value = match &argument.source {
                ArgumentSource::Default => continue,
                ArgumentSource::Value { value } => self.json(value)?,
                ArgumentSource::Instance { module, qualname } => {
                    let name = module.rsplit('.').next().unwrap_or(module);
                    let class = plan.repository.class_ids().find(|id| {
                        let source = &plan.repository.files[id.file];
                        plan.repository.outline(*id).qualname == *qualname
                            && (source.stem() == name || source.stem() == "__init__" && source.folder().ends_with(name))
                    });
                    match class {
                        Some(class) => self.instantiate(class, Vec::new(), Vec::new())?,
                        None => return self.unknown("a companion object", format!("{module}.{qualname}")),
                    }
                }
                ArgumentSource::Data { shape } => {
                    let value = self.bars(*shape)?;
                    frame = matches!(value, Value::Frame(_)).then(|| value.clone());
                    value
                }
            };
            given.push((argument.name.clone(), value));
        }
        for parameter in plan.parameters.iter().filter(|parameter| !parameter.place.kind.is_python()) {
            if parameter.passed_as.is_empty() {
                continue;
            }
            let value = self.literal(set.get(&parameter.name).unwrap_or(&parameter.default))?;
            self.put(&mut given, &parameter.passed_as, value)?;
        }
        Ok((given, frame))
    }

    /// Sets `config.lookback` in the arguments.
    pub fn put(&mut self, given: &mut Vec<(String, Value<'a>)>, path: &[String], value: Value<'a>) -> Step<()> {
        let Some((first, rest)) = path.split_first() else { return Ok(()) };
        let at = given.iter().position(|(name, _)| name == first);
        if rest.is_empty() {
            match at {
                Some(at) => given[at].1 = value,
                None => given.push((first.clone(), value)),
            }
            return Ok(());
        }
        let at = at.unwrap_or_else(|| {
            given.push((first.clone(), Value::None));
            given.len() - 1
        });
        if matches!(given[at].1, Value::None) {
            given[at].1 = Value::Dict(Rc::default());
        }
        let Value::Dict(entries) = &given[at].1 else {
            return self.unknown("a constructor argument", "inside an object");
        };
        let mut inner: Vec<(String, Value<'a>)> = Vec::new();
        for (key, value) in entries.borrow().iter() {
            let Value::Text(key) = key else {
                return self.unknown("a constructor argument", "with a key that is no text");
            };
            inner.push((key.to_string(), value.clone()));
        }
        self.put(&mut inner, rest, value)?;
        let made = inner.into_iter().map(|(key, value)| (Value::text(&key), value)).collect();
        given[at].1 = Value::Dict(Rc::new(std::cell::RefCell::new(made)));
        Ok(())
    }

    pub fn json(&self, value: &Json) -> Step<Value<'a>> {
        Ok(match value {
            Json::Null => Value::None,
            Json::Bool(value) => Value::bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => Value::int(value),
                (None, Some(value)) => Value::float(value),
                (None, None) => return self.unknown("a number", number.to_string()),
            },
            Json::String(text) => Value::text(text),
            Json::Array(items) => {
                Value::list(items.iter().map(|item| self.json(item)).collect::<Step<Vec<Value<'a>>>>()?)
            }
            Json::Object(items) => {
                let mut entries = Vec::new();
                for (key, value) in items {
                    entries.push((Value::text(key), self.json(value)?));
                }
                Value::Dict(Rc::new(std::cell::RefCell::new(entries)))
            }
        })
    }
}
