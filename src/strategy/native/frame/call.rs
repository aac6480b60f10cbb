//! Calls of the user's own functions, methods and classes.

use super::run::{Run, Scope, Step};
use super::statement::Flow;
use super::value::{Lambda, Value};
use crate::discovery::code::{Call, ClassId, Expr, ExprKind, FileId, Function, Lineage, Method, StmtKind};
use std::rc::Rc;

/// Keywords with their values.
pub type Keywords<'a> = Vec<(String, Value<'a>)>;

impl<'a> Run<'a> {
    pub fn call(&mut self, call: &'a Call, whole: &'a Expr) -> Step<Value<'a>> {
        if let ExprKind::Attribute(object, name) = &call.function.kind {
            if let Some(inner) = object.call()
                && inner.function.is_name("super")
            {
                return self.call_super(call, inner, name);
            }
            if let Some(class) = self.dotted_class(&call.function) {
                let (args, keywords) = self.arguments(call)?;
                return self.instantiate(class, args, keywords);
            }
            let object = self.expr(object)?;
            match &object {
                Value::Object(_) | Value::Class(_) | Value::Module(_) | Value::External(_) => {
                    let function = self.attribute(&object, name)?;
                    let (args, keywords) = self.arguments(call)?;
                    self.at = whole.span.start;
                    return self.call_value(&function, args, keywords);
                }
                Value::Logger => return Ok(Value::None),
                _ => {}
            }
            let (args, keywords) = self.arguments(call)?;
            self.at = whole.span.start;
            return self.data_method(&object, name, args, keywords);
        }
        let function = self.expr(&call.function)?;
        let (args, keywords) = self.arguments(call)?;
        self.at = whole.span.start;
        self.call_value(&function, args, keywords)
    }

    pub fn call_value(
        &mut self,
        function: &Value<'a>,
        args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
    ) -> Step<Value<'a>> {
        match function {
            Value::Class(class) => self.instantiate(*class, args, keywords),
            Value::Function(file, function) => {
                let scope = Scope { file: *file, ..Scope::default() };
                self.run_function(scope, function, args, keywords, 0)
            }
            Value::Method(object, name) => {
                let class = match &**object {
                    Value::Object(held) => held.class,
                    Value::Class(class) => *class,
                    _ => return self.unknown("a method", (*name).to_owned()),
                };
                match self.method(class, name) {
                    Some(method) => self.call_method_of(object, method, args, keywords),
                    None => self.raises(format!("no method '{name}'")),
                }
            }
            Value::Lambda(lambda) => self.call_lambda(&lambda.clone(), args),
            Value::External(name) => self.call_external(&name.clone(), args, keywords),
            Value::Object(held) => match self.method(held.class, "__call__") {
                Some(method) => self.call_method_of(function, method, args, keywords),
                None => self.raises("an object that cannot be called"),
            },
            _ => self.unknown("a call", format!("of {}", function.kind())),
        }
    }

    /// Positional arguments and keywords, stars unfolded.
    fn arguments(&mut self, call: &'a Call) -> Step<(Vec<Value<'a>>, Keywords<'a>)> {
        let args = self.all(&call.positional)?;
        let mut keywords = Vec::with_capacity(call.keywords.len());
        for (name, value) in &call.keywords {
            let value = self.expr(value)?;
            match (name, &value) {
                (Some(name), _) => keywords.push((name.clone(), value)),
                (None, Value::Dict(entries)) => {
                    for (key, value) in entries.borrow().iter() {
                        let Value::Text(key) = key else { return self.raises("a keyword that is no string") };
                        keywords.push((key.to_string(), value.clone()));
                    }
                }
                (None, other) => return self.unknown("a ** argument", format!("of {}", other.kind())),
            }
        }
        Ok((args, keywords))
    }

    pub fn call_method_of(
        &mut self,
        object: &Value<'a>,
        method: Method<'a>,
        mut args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
    ) -> Step<Value<'a>> {
        let function = method.function;
        let class = method.ancestor.id;
        let mut scope = Scope { file: class.file, class: Some(class), ..Scope::default() };
        let known = ["property", "cached_property", "abstractmethod", "staticmethod", "classmethod", "override"];
        if function.decorators.iter().any(|one| !one.last_name().is_some_and(|name| known.contains(&name))) {
            return self.unknown("a decorator", format!("of {}", function.name));
        }
        if !function.is_static() {
            let own = match object {
                Value::Object(held) if function.has_decorator("classmethod") => Value::Class(held.class),
                Value::Class(_) if !function.has_decorator("classmethod") => {
                    return self.unknown("a method", "called on its class");
                }
                other => other.clone(),
            };
            args.insert(0, own.clone());
            scope.object = Some(own);
        }
        self.run_function(scope, function, args, keywords, usize::from(!function.is_static()))
    }

    fn run_function(
        &mut self,
        scope: Scope<'a>,
        function: &'a Function,
        args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
        own: usize,
    ) -> Step<Value<'a>> {
        if function.is_async {
            return self.unknown("an async function", function.name.clone());
        }
        let at = self.at;
        let names = self.bound(scope.file, function, args, keywords, own)?;
        self.enter(Scope { names, ..scope })?;
        let flow = self.body(&function.body)?;
        self.scopes.pop();
        self.at = at;
        match flow {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::None),
        }
    }

    fn bound(
        &mut self,
        file: FileId,
        function: &'a Function,
        args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
        own: usize,
    ) -> Step<std::collections::HashMap<&'a str, Value<'a>>> {
        let mut names = std::collections::HashMap::with_capacity(function.arguments.len() + 4);
        let positional: Vec<_> = function.arguments.iter().filter(|one| !one.keyword_only).collect();
        if args.len() > positional.len() && function.varargs.is_none() {
            return self.raises(format!("{}() takes {} arguments", function.name, positional.len() - own.min(1)));
        }
        let mut rest = Vec::new();
        for (at, value) in args.into_iter().enumerate() {
            match positional.get(at) {
                Some(argument) => {
                    names.insert(argument.name.as_str(), value);
                }
                None => rest.push(value),
            }
        }
        let mut others: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for (name, value) in keywords {
            match function.arguments.iter().find(|one| one.name == name) {
                Some(argument) => {
                    if names.insert(argument.name.as_str(), value).is_some() {
                        return self.raises(format!("{}() got several values for '{name}'", function.name));
                    }
                }
                None if function.kwargs.is_some() => others.push((Value::text(&name), value)),
                None => return self.raises(format!("{}() got an unexpected keyword '{name}'", function.name)),
            }
        }
        for argument in &function.arguments {
            if names.contains_key(argument.name.as_str()) {
                continue;
            }
            let Some(default) = &argument.default else {
                return self.raises(format!("{}() misses '{}'", function.name, argument.name));
            };
            let value = self.made_once(file, default)?;
            names.insert(argument.name.as_str(), value);
        }
        if let Some(varargs) = &function.varargs {
            names.insert(varargs, Value::tuple(rest));
        }
        if let Some(kwargs) = &function.kwargs {
            names.insert(kwargs, Value::Dict(Rc::new(std::cell::RefCell::new(others))));
        }
        Ok(names)
    }

    /// In the call it was written in, whose names it means.
    pub fn call_lambda(&mut self, lambda: &Lambda<'a>, args: Vec<Value<'a>>) -> Step<Value<'a>> {
        if lambda.depth != self.scopes.len() || args.len() != lambda.arguments.len() {
            return self.unknown("a lambda", "called elsewhere, or with other arguments");
        }
        self.round()?;
        let mut before = Vec::with_capacity(args.len());
        for (name, value) in lambda.arguments.iter().zip(args) {
            before.push((*name, self.scope().names.insert(name, value)));
        }
        let value = self.expr(lambda.body)?;
        for (name, held) in before {
            match held {
                Some(held) => self.scope().names.insert(name, held),
                None => self.scope().names.remove(name),
            };
        }
        Ok(value)
    }

    fn call_super(&mut self, call: &'a Call, inner: &'a Call, name: &'a str) -> Step<Value<'a>> {
        let (object, class) = match self.scopes.last() {
            Some(Scope { object: Some(object), class: Some(class), .. }) => (object.clone(), *class),
            _ => return self.unknown("super()", "outside a method"),
        };
        if !inner.positional.is_empty() && inner.positional.len() != 2 {
            return self.unknown("super()", "with one argument");
        }
        let whole = match &object {
            Value::Object(held) => held.class,
            Value::Class(class) => *class,
            _ => return self.unknown("super()", "of no object"),
        };
        let Some(lineage) = self.lineage(whole) else { return self.unknown("super()", "of an unread class") };
        let at = lineage.classes.iter().position(|one| one.id == class).unwrap_or(0);
        let found = lineage.method_after(at + 1, name);
        let (args, keywords) = self.arguments(call)?;
        match found {
            Some(method) => self.call_method_of(&object, method, args, keywords),
            None if name == "__init__" && args.is_empty() && keywords.is_empty() => Ok(Value::None),
            None => self.unknown("super()", format!("`{name}` is not in the repository")),
        }
    }

    pub fn instantiate(&mut self, class: ClassId, args: Vec<Value<'a>>, keywords: Keywords<'a>) -> Step<Value<'a>> {
        let Some(lineage) = self.lineage(class) else { return self.unknown("a class", "that cannot be read") };
        if self.plan.is_enum(class) {
            return self.unknown("an enum call", "looking a member up by its value");
        }
        if let Some(base) = lineage.external.iter().find(|base| !super::name::PLAIN_BASES.contains(&base.last())) {
            return self.unknown("a base class outside the repository", base.full.clone());
        }
        let meta = |one: &crate::discovery::code::Ancestor<'_>| {
            one.class.metaclass.as_ref().is_some_and(|meta| meta.last_name() != Some("ABCMeta"))
        };
        if lineage.classes.iter().any(meta) {
            return self.unknown("a metaclass", "of another kind than ABCMeta");
        }
        for special in
            ["__new__", "__setattr__", "__getattr__", "__getattribute__", "__slots__", "__init_subclass__", "__del__"]
        {
            if lineage.method(special).is_some() {
                return self.unknown("a special method", special);
            }
        }
        if lineage.classes.iter().any(|one| one.class.decorators.iter().any(|by| !is_dataclass_decorator(by))) {
            return self.unknown("a class decorator", "of another kind than dataclass");
        }
        let object = Value::Object(self.object(class));
        if let Some(init) = lineage.method("__init__") {
            self.call_method_of(&object, init, args, keywords)?;
        } else if lineage.classes.iter().any(|one| one.class.is_dataclass()) {
            self.dataclass(&object, &lineage, args, keywords)?;
        } else if !args.is_empty() || !keywords.is_empty() {
            return self.raises("a constructor that takes no arguments");
        }
        Ok(object)
    }

    fn dataclass(
        &mut self,
        object: &Value<'a>,
        lineage: &Lineage<'a>,
        args: Vec<Value<'a>>,
        keywords: Keywords<'a>,
    ) -> Step<()> {
        let mut fields: Vec<(&'a str, FileId, Option<&'a Expr>)> = Vec::new();
        for ancestor in lineage.classes.iter().rev() {
            for stmt in &ancestor.class.body {
                let StmtKind::Assign(target) = &stmt.kind else { continue };
                let (Some(annotation), [one]) = (&target.annotation, target.targets.as_slice()) else { continue };
                let Some(name) = one.name() else { continue };
                let written = annotation.span.text(&ancestor.source.text);
                if written.contains("ClassVar") {
                    continue;
                }
                if written.contains("InitVar") {
                    return self.unknown("a dataclass", "with an InitVar");
                }
                let field = (name, ancestor.id.file, target.value.as_ref());
                match fields.iter().position(|(own, ..)| *own == name) {
                    Some(at) => fields[at] = field,
                    None => fields.push(field),
                }
            }
        }
        if args.len() > fields.len() {
            return self.raises("too many arguments");
        }
        let mut given: Vec<(String, Value<'a>)> =
            fields.iter().zip(args).map(|((name, ..), value)| ((*name).to_owned(), value)).collect();
        for (name, value) in keywords {
            if !fields.iter().any(|(own, ..)| *own == name) || given.iter().any(|(own, _)| *own == name) {
                return self.raises(format!("an unexpected argument '{name}'"));
            }
            given.push((name, value));
        }
        for (name, file, default) in fields {
            let value = match (given.iter().find(|(own, _)| own == name), default) {
                (Some((_, value)), _) => value.clone(),
                (None, Some(default)) => self.field_default(file, default)?,
                (None, None) => return self.raises(format!("it misses '{name}'")),
            };
            self.set_attribute(object, name, value)?;
        }
        if let Some(after) = lineage.method("__post_init__") {
            self.call_method_of(object, after, Vec::new(), Vec::new())?;
        }
        Ok(())
    }

    fn field_default(&mut self, file: FileId, default: &'a Expr) -> Step<Value<'a>> {
        let Some(call) = default.call().filter(|call| call.function.last_name() == Some("field")) else {
            return self.made_once(file, default);
        };
        if let Some(value) = call.keyword("default") {
            return self.made_once(file, value);
        }
        match call.keyword("default_factory") {
            Some(factory) if factory.is_name("list") => Ok(Value::list(Vec::new())),
            Some(factory) if factory.is_name("dict") => Ok(Value::Dict(Rc::default())),
            _ => self.unknown("a dataclass field", "without a plain default"),
        }
    }
}

fn is_dataclass_decorator(decorator: &Expr) -> bool {
    let decorator = decorator.call().map_or(decorator, |call| &call.function);
    decorator.last_name() == Some("dataclass")
}
