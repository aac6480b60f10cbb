//! Methods: of the repository's classes, and of lists, dicts, bars and loggers.

use super::attribute::column_named;
use super::ty::{Known, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{Call, Lineage};
use crate::strategy::BarShape;
use crate::strategy::native::ir::Intrinsic;

impl Pass<'_> {
    pub fn call_method(&mut self, object: &Val, name: &str, call: &Call) -> Lower<Val> {
        match &object.ty {
            Ty::Never => {
                // What the arguments teach is learnt all the same.
                self.arguments(call)?;
                Ok(Val::never())
            }
            Ty::Known(Known::Logger) => {
                let (args, keywords) = self.arguments(call)?;
                for value in args.iter().chain(keywords.iter().map(|(_, value)| value)) {
                    self.format_check(value, false)?;
                }
                Ok(Val::none())
            }
            Ty::Known(Known::External(module)) => {
                let full = format!("{module}.{name}");
                self.call_external(&full, call)
            }
            Ty::Known(Known::Module(file)) => {
                let function = self.global(*file, name)?;
                self.call_value(&function, call)
            }
            Ty::Known(Known::Class(class)) => {
                let class = *class;
                let (args, keywords) = self.arguments(call)?;
                let Some(method) = Lineage::of(self.repo, class).and_then(|lineage| {
                    lineage.method(name).map(|method| (method.ancestor.id, method.function.name.clone()))
                }) else {
                    return self.obstacle("a method of a class", name);
                };
                let repo = self.repo;
                let Some(function) = repo.class(method.0).and_then(|class| class.method(&method.1)) else {
                    return self.obstacle("a method of a class", name);
                };
                if function.is_static() {
                    return self.inline(method.0.file, function, None, Some(method.0), &args, &keywords);
                }
                if function.has_decorator("classmethod") {
                    let value = Val::known(Known::Class(class));
                    return self.inline(method.0.file, function, Some(value), Some(method.0), &args, &keywords);
                }
                // `Base.method(self, …)`
                match args.split_first() {
                    Some((first, rest)) if self.class_of_value(first).is_some() => {
                        self.inline(method.0.file, function, Some(first.clone()), Some(method.0), rest, &keywords)
                    }
                    _ => self.obstacle("a method of a class", format!("`{name}` without an object")),
                }
            }
            Ty::Known(Known::Static(_)) | Ty::Object(_) => {
                if self.is_static_dict(object) {
                    return self.dict_method(object, name, call);
                }
                let Some(class) = self.class_of_value(object) else { return self.obstacle("a method", name) };
                let repo = self.repo;
                let found = Lineage::of(repo, class).and_then(|lineage| lineage.method(name));
                match found {
                    Some(method) => {
                        let (args, keywords) = self.arguments(call)?;
                        self.inline_method(object, method, &args, &keywords)
                    }
                    None => {
                        let held = self.attribute(object, name)?;
                        self.call_value(&held, call)
                    }
                }
            }
            Ty::Opt(_) => {
                let held = self.present(object, "'NoneType' object has no attribute");
                self.call_method(&held, name, call)
            }
            Ty::List(_) => self.list_method(object, name, call),
            Ty::Map(_) => self.dict_method(object, name, call),
            Ty::Pandas(what) => self.pandas_method(object, *what, name, call),
            Ty::View(_) => self.view_method(object, name, call),
            Ty::Bar(shape) => self.bar_method(object, *shape, name, call),
            Ty::Scalar(_) if object.kinds() == Some(super::ty::Kinds::STR) => self.text_method(object, name, call),
            _ => self.obstacle("a method", format!("`{name}` of {}", object.ty.name())),
        }
    }

    fn list_method(&mut self, list: &Val, name: &str, call: &Call) -> Lower<Val> {
        let Ty::List(id) = list.ty else { return Ok(Val::never()) };
        let (args, keywords) = self.arguments(call)?;
        let (deque, plain) = self.facts.nature(id);
        let word = self.word(list);
        let site = self.site(&format!("{name} raises"));
        if matches!(name, "clear" | "reverse" | "pop" | "popleft") {
            self.note_change(list);
        }
        let only = |allowed: bool| if allowed { Ok(()) } else { Err(()) };
        match (name, args.as_slice()) {
            ("append", [item]) => self.push(list, item).map(|()| Val::none()),
            ("appendleft", [item]) if !plain => {
                self.put(list, item, Intrinsic::ListPushFront, &[]).map(|()| Val::none())
            }
            ("extend", [other]) => self.extend(list, other).map(|()| Val::none()),
            ("insert", [at, item]) if !deque => {
                let at = self.index_of(at, "an integer index")?;
                self.put(list, item, Intrinsic::ListInsert, &[at]).map(|()| Val::none())
            }
            ("clear", []) => {
                self.b.call(Intrinsic::ListClear, &[word], site);
                Ok(Val::none())
            }
            ("copy", []) => {
                if deque {
                    return self.obstacle("a copy of a deque", "deque.copy()");
                }
                let origin = self.origin();
                self.as_list(&origin, list, None)
            }
            ("reverse", []) => {
                self.b.call(Intrinsic::ListReverse, &[word], site);
                Ok(Val::none())
            }
            ("pop", []) | ("popleft", []) | ("pop", [_]) => {
                let address = match (name, args.first()) {
                    ("pop", None) => self.b.call1(Intrinsic::ListPop, &[word], site),
                    ("pop", Some(at)) if !deque => {
                        let at = self.index_of(at, "an integer index")?;
                        self.b.call1(Intrinsic::ListPopAt, &[word, at], site)
                    }
                    ("popleft", None) if !plain => self.b.call1(Intrinsic::ListPopFront, &[word], site),
                    _ => return self.obstacle("a list method", format!("`{name}` of what may be a list or a deque")),
                };
                match self.known.element(id) {
                    Ty::Conflict(why) => self.obstacle("a list of several types", why),
                    ty => Ok(self.load_value(&ty, address)),
                }
            }
            ("sort", []) if only(!deque).is_ok() => {
                let reverse = match keywords.as_slice() {
                    [] => Val::literal(Literal::Bool(false)),
                    [(key, value)] if key == "reverse" => value.clone(),
                    _ => return self.obstacle("sort()", "with a key"),
                };
                self.sort(list, &reverse)?;
                Ok(Val::none())
            }
            _ => self.obstacle("a list method", format!("`{name}`")),
        }
    }

    pub fn sort(&mut self, list: &Val, reverse: &Val) -> Lower<()> {
        let Ty::List(id) = list.ty else { return Ok(()) };
        let f = match self.known.element(id) {
            ty if ty == Ty::FLOAT => Intrinsic::ListSortFloat,
            ty if ty == Ty::INT => Intrinsic::ListSortInt,
            Ty::Never => return Ok(()),
            ty => return self.obstacle("sort()", format!("of {}", ty.name())),
        };
        let word = self.word(list);
        let reverse = self.truth(reverse)?;
        let site = self.site("an order with NaN");
        self.b.call(f, &[word, reverse], site);
        Ok(())
    }

    fn dict_method(&mut self, dict: &Val, name: &str, call: &Call) -> Lower<Val> {
        let (args, keywords) = self.arguments(call)?;
        if !keywords.is_empty() && name != "update" {
            return self.obstacle("a dict method", format!("`{name}` with keywords"));
        }
        match (name, args.as_slice()) {
            ("get", [key, rest @ ..]) if rest.len() < 2 => {
                let key = match dict.ty {
                    Ty::Known(Known::Static(id)) => self.static_key(id, key)?,
                    _ => self.key(key)?,
                };
                let default = rest.first().cloned().unwrap_or_else(Val::none);
                self.entry_or(dict, &key, default)
            }
            ("copy", []) => {
                let entries = self.entries_of(dict)?;
                let origin = self.origin();
                self.dict_at(&origin, entries)
            }
            ("update", others) => match dict.ty {
                Ty::Known(Known::Static(id)) => {
                    for other in others {
                        for (key, value) in self.entries_of(other)? {
                            self.set_attribute(id, &key, &value)?;
                        }
                    }
                    for (key, value) in &keywords {
                        self.set_attribute(id, key, value)?;
                    }
                    Ok(Val::none())
                }
                _ => self.obstacle("a dict that changes", "after it was made while bars pass"),
            },
            ("setdefault", [key, default]) => match dict.ty {
                Ty::Known(Known::Static(id)) => {
                    let key = self.static_key(id, key)?;
                    self.set_default(id, &key, default)
                }
                _ => self.obstacle("a dict that changes", "after it was made while bars pass"),
            },
            ("pop", _) if matches!(dict.ty, Ty::Map(_)) => self.obstacle("a dict that changes", "pop()"),
            _ => self.obstacle("a dict method", format!("`{name}`")),
        }
    }

    /// `dict.get(key, default)`
    fn entry_or(&mut self, dict: &Val, key: &str, default: Val) -> Lower<Val> {
        match &dict.ty {
            Ty::Map(_) => {
                let found = self.map_parts(dict).into_iter().find(|(known, _)| known == key);
                Ok(found.map_or(default, |(_, value)| value))
            }
            Ty::Known(Known::Static(id)) => {
                let id = *id;
                if self.env.assigned.contains(&(id, key.to_owned())) {
                    return self.get_attribute(id, key);
                }
                if !self.facts.attributes.contains_key(&(id, key.to_owned())) {
                    return Ok(default);
                }
                let set = self.attribute_is_set(id, key)?;
                let word = self.word(&set);
                let Some(no) = self.split(word) else { return Ok(Val::never()) };
                let value = self.get_attribute(id, key)?;
                let mut ends: Vec<_> = self.part().map(|flow| (flow, value)).into_iter().collect();
                ends.push((no, default));
                self.meet_with(ends)
            }
            _ => Ok(Val::never()),
        }
    }

    fn view_method(&mut self, view: &Val, name: &str, call: &Call) -> Lower<Val> {
        match (name, call.positional.is_empty()) {
            ("copy", true) => Ok(view.clone()),
            _ => self.obstacle("a list of bars or prices that changes", format!("`{name}`")),
        }
    }

    fn bar_method(&mut self, bar: &Val, shape: BarShape, name: &str, call: &Call) -> Lower<Val> {
        let (args, _) = self.arguments(call)?;
        match (shape, name, args.as_slice()) {
            (BarShape::Dict, "get", [key, rest @ ..]) if rest.len() < 2 => {
                let key = self.key(key)?;
                match column_named(&key) {
                    Some(column) => Ok(self.bar_field(bar, column)),
                    None => self.obstacle("a bar's key", key),
                }
            }
            _ => self.obstacle("a method of a bar", format!("`{name}`")),
        }
    }

    /// Of strings that are known now.
    fn text_method(&mut self, text: &Val, name: &str, call: &Call) -> Lower<Val> {
        let (args, _) = self.arguments(call)?;
        let Some(known) = self.text_of(text) else {
            return self.obstacle("a string method", format!("`{name}` of text that varies"));
        };
        match (name, args.as_slice()) {
            ("lower", []) => Ok(self.symbol(&known.to_lowercase())),
            ("upper", []) => Ok(self.symbol(&known.to_uppercase())),
            ("strip", []) => Ok(self.symbol(known.trim())),
            ("format", _) => {
                for value in &args {
                    self.format_check(value, true)?;
                }
                Ok(Val::text())
            }
            _ => self.obstacle("a string method", format!("`{name}`")),
        }
    }
}
