//! What names and attributes stand for: of the repository, of an object, of a library.

use super::run::{Run, Scope, Step};
use super::value::{Number, Object, Value};
use crate::discovery::code::{ClassId, Expr, ExprKind, FileId, Import, Method, StmtKind, Symbol};
use crate::strategy;
use std::rc::Rc;

/// Bases that bring nothing a strategy's answers could depend on.
pub const PLAIN_BASES: [&str; 5] = ["ABC", "object", "Protocol", "Generic", "NamedTuple"];

impl<'a> Run<'a> {
    /// `name` at module level of `file`.
    pub fn global(&mut self, file: FileId, name: &str) -> Step<Value<'a>> {
        let repository = &self.plan.repository;
        match repository.lookup(file, name) {
            Some(Symbol::Class(class)) => return Ok(Value::Class(class)),
            Some(Symbol::Module(module)) => return Ok(Value::Module(module)),
            Some(Symbol::Name(file, name)) => return self.module_name(file, &name),
            None => {}
        }
        for (import, _) in &repository.files[file].outline.imports {
            if import.bound == name && import.level == 0 {
                return Ok(Value::external(&imported(import)));
            }
        }
        if super::builtin::NAMES.contains(&name) {
            return Ok(Value::external(&format!("builtins.{name}")));
        }
        if name.ends_with("Error") || name.ends_with("Exception") {
            return Ok(Value::external(&format!("builtins.{name}")));
        }
        self.unknown("a name", format!("`{name}` is not known here, or may be unset"))
    }

    /// An import inside a function.
    pub fn import(&mut self, imports: &'a [Import]) -> Step<()> {
        for import in imports {
            let file = self.file();
            let first = import.module.split('.').next().unwrap_or_default();
            let own = import.level > 0 || self.plan.repository.module_file(file, 0, &import.module).is_some();
            if own || !matches!(first, "numpy" | "pandas" | "math" | "typing" | "warnings" | "logging") {
                return self.unknown("an import inside a function", import.bound.clone());
            }
            let value = Value::external(&imported(import));
            self.scope().names.insert(&import.bound, value);
        }
        Ok(())
    }

    fn module_name(&mut self, file: FileId, name: &str) -> Step<Value<'a>> {
        let repository = &self.plan.repository;
        if let Some(function) = repository.function(file, name) {
            if !function.decorators.is_empty() {
                return self.unknown("a decorator", format!("of {name}"));
            }
            return Ok(Value::Function(file, function));
        }
        let text = &repository.files[file].text;
        let global = text.lines().filter_map(|line| line.trim_start().strip_prefix("global "));
        let written = global.flat_map(|names| names.split([',', '#', ';'])).any(|one| one.trim() == name);
        if written || repository.is_reassigned(file, name) {
            return self.unknown("a module variable that changes", format!("`{name}`"));
        }
        let Some(value) = repository.constant(file, name) else {
            return self.unknown("a module variable", format!("`{name}` is not assigned plainly"));
        };
        if is_logger(value) {
            return Ok(Value::Logger);
        }
        self.made_once(file, value)
    }

    /// The value of an expression of module or class level, made once in a run as an import makes it.
    pub fn made_once(&mut self, file: FileId, value: &'a Expr) -> Step<Value<'a>> {
        let key = (file, value.span.start);
        if let Some(made) = self.made.get(&key) {
            return Ok(made.clone());
        }
        let at = self.at;
        self.enter(Scope { file, ..Scope::default() })?;
        let made = self.expr(value);
        if made.is_ok() {
            self.scopes.pop();
        }
        let made = made?;
        self.at = at;
        self.made.insert(key, made.clone());
        Ok(made)
    }

    /// `package.Class` through modules.
    pub fn dotted_class(&self, expr: &Expr) -> Option<ClassId> {
        let dotted = expr.dotted()?;
        let (first, _) = dotted.split_once('.')?;
        if self.scopes.last().is_some_and(|scope| scope.names.contains_key(first)) {
            return None;
        }
        match self.plan.repository.lookup(self.file(), &dotted) {
            Some(Symbol::Class(class)) => Some(class),
            _ => None,
        }
    }

    pub fn attribute(&mut self, object: &Value<'a>, name: &'a str) -> Step<Value<'a>> {
        match object {
            Value::Object(held) => {
                if let Some(value) = held.attributes.borrow().get(name) {
                    return Ok(value.clone());
                }
                self.attribute_of_class(object, held.class, name)
            }
            Value::Class(class) => {
                if let Some(value) = self.class_attribute(*class, name)? {
                    return Ok(value);
                }
                let method = self.lineage(*class).and_then(|lineage| lineage.method(name));
                if method.is_some_and(|one| one.function.is_static() || one.function.has_decorator("classmethod")) {
                    return Ok(Value::Method(Rc::new(object.clone()), name));
                }
                if name == "__name__" {
                    return Ok(Value::text(&self.class_name(*class)));
                }
                self.unknown("an attribute of a class", format!("`{name}`"))
            }
            Value::Member(_, own, value) => match name {
                "value" => Ok((**value).clone()),
                "name" => Ok(Value::Text(own.clone())),
                _ => self.unknown("an attribute of an enum member", format!("`{name}`")),
            },
            Value::Module(file) => self.global(*file, name),
            Value::External(module) => self.external_attribute(&format!("{module}.{name}")),
            Value::Series(_) | Value::Array(_) | Value::Frame(_) | Value::Row(_) | Value::Axis(_) | Value::Keys(_) => {
                self.data_attribute(object, name)
            }
            Value::None => self.raises(format!("'NoneType' object has no attribute '{name}'")),
            _ => self.unknown("an attribute", format!("`{name}` of {}", object.kind())),
        }
    }

    fn class_name(&self, class: ClassId) -> String {
        let outline = self.plan.repository.outline(class);
        outline.qualname.rsplit('.').next().unwrap_or_default().to_owned()
    }

    fn external_attribute(&mut self, name: &str) -> Step<Value<'a>> {
        Ok(match name {
            "numpy.nan" | "numpy.NaN" | "math.nan" => Value::float(f64::NAN),
            "numpy.inf" | "math.inf" => Value::float(f64::INFINITY),
            "numpy.pi" | "math.pi" => Value::float(std::f64::consts::PI),
            "numpy.e" | "math.e" => Value::float(std::f64::consts::E),
            _ => Value::external(name),
        })
    }

    fn attribute_of_class(&mut self, object: &Value<'a>, class: ClassId, name: &'a str) -> Step<Value<'a>> {
        if name == "__class__" {
            return Ok(Value::Class(class));
        }
        let Some(lineage) = self.lineage(class) else { return self.unknown("a class", "that cannot be read") };
        if let Some(method) = lineage.method(name) {
            let function = method.function;
            if function.has_decorator("property") || function.has_decorator("cached_property") {
                return self.call_method_of(object, method, Vec::new(), Vec::new());
            }
            return Ok(Value::Method(Rc::new(object.clone()), name));
        }
        match self.class_attribute(class, name)? {
            Some(value) => Ok(value),
            None => self.raises(format!("no attribute '{name}'")),
        }
    }

    /// `Action.BUY`, or another attribute of a class's body.
    pub fn class_attribute(&mut self, class: ClassId, name: &str) -> Step<Option<Value<'a>>> {
        if self.plan.is_enum(class) {
            return self.member(class, name).map(Some);
        }
        let Some(lineage) = self.lineage(class) else { return Ok(None) };
        for ancestor in &lineage.classes {
            let mut found: Option<&'a Expr> = None;
            for stmt in &ancestor.class.body {
                if let StmtKind::Assign(target) = &stmt.kind
                    && target.targets.iter().any(|one| one.is_name(name))
                {
                    found = target.value.as_ref().or(found);
                }
            }
            if let Some(value) = found {
                if value.call().is_some_and(|call| call.function.last_name() == Some("field")) {
                    return self.unknown("a dataclass field", "read from the class");
                }
                return self.made_once(ancestor.id.file, value).map(Some);
            }
        }
        Ok(None)
    }

    fn member(&mut self, class: ClassId, name: &str) -> Step<Value<'a>> {
        let bases = &self.plan.repository.outline(class).bases;
        if bases.len() != 1 || bases.iter().any(|base| base.rsplit('.').next() != Some("Enum")) {
            return self.unknown("an enum with a mixed-in type", name.to_owned());
        }
        let Some(body) = self.plan.repository.class(class).map(|class| &class.body) else {
            return self.unknown("an enum", "that cannot be read");
        };
        let mut members: Vec<(&str, &strategy::Value)> = Vec::new();
        for stmt in body {
            let StmtKind::Assign(target) = &stmt.kind else { continue };
            match target.value.as_ref().map(|value| &value.kind) {
                Some(ExprKind::Literal(literal)) => {
                    members.extend(target.targets.iter().filter_map(Expr::name).map(|own| (own, literal)));
                }
                _ => return self.unknown("an enum", "whose values are no literals"),
            }
        }
        let Some((own, literal)) = members.iter().find(|(own, _)| *own == name) else {
            return self.unknown("an enum", format!("there is no member {name}"));
        };
        if members.iter().filter(|(_, other)| other == literal).count() > 1 {
            return self.unknown("an enum", "with two names for one member");
        }
        let value = self.literal(literal)?;
        Ok(Value::Member(class, (*own).into(), Rc::new(value)))
    }

    pub fn set_attribute(&mut self, object: &Value<'a>, name: &'a str, value: Value<'a>) -> Step<()> {
        match object {
            Value::Object(held) => {
                let method = self.lineage(held.class).and_then(|lineage| lineage.method(name));
                if method.is_some_and(|method| !method.function.decorators.is_empty()) {
                    return self.unknown("a property that is set", name.to_owned());
                }
                held.attributes.borrow_mut().insert(name.to_owned(), value);
                Ok(())
            }
            // pandas names: nothing that is computed follows from them.
            Value::Series(_) if name == "name" => self.unknown("a series' name", "that is set"),
            Value::Frame(frame) if name == "columns" => self.rename_columns(&frame.clone(), &value),
            _ => self.unknown("an attribute that is set", format!("`{name}` of {}", object.kind())),
        }
    }

    /// A new object of `class` without its constructor.
    pub fn object(&self, class: ClassId) -> Rc<Object<'a>> {
        Rc::new(Object { class, attributes: Default::default() })
    }

    pub fn method(&self, class: ClassId, name: &str) -> Option<Method<'a>> {
        self.lineage(class)?.method(name)
    }

    /// Whether a number came out of numpy.
    pub fn of_numpy(value: &Value<'_>) -> bool {
        matches!(value, Value::Number(Number { numpy: true, .. }))
    }
}

fn imported(import: &Import) -> String {
    match &import.name {
        Some(member) => format!("{}.{member}", import.module),
        None if import.module.split('.').next() == Some(import.bound.as_str()) => import.bound.clone(),
        None => import.module.clone(),
    }
}

fn is_logger(value: &Expr) -> bool {
    value
        .call()
        .is_some_and(|call| matches!(call.function.last_name(), Some("getLogger" | "get_logger" | "setup_logger")))
        || value.dotted().is_some_and(|name| name == "loguru.logger")
}
