//! What a name stands for: a local, something of the repository, or something of Python's own.

use super::facts::Symbol as Sign;
use super::ty::{Known, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{ClassId, Expr, ExprKind, FileId, StmtKind, Symbol, each_expr_in};
use crate::strategy::Value;
use std::collections::{BTreeMap, BTreeSet};

const BUILTINS: [&str; 33] = [
    "len",
    "sum",
    "min",
    "max",
    "abs",
    "round",
    "int",
    "float",
    "bool",
    "str",
    "range",
    "enumerate",
    "zip",
    "sorted",
    "reversed",
    "any",
    "all",
    "list",
    "tuple",
    "dict",
    "set",
    "map",
    "filter",
    "isinstance",
    "hasattr",
    "getattr",
    "setattr",
    "print",
    "super",
    "pow",
    "divmod",
    "repr",
    "type",
];

impl Pass<'_> {
    pub fn name(&mut self, name: &str) -> Lower<Val> {
        if let Some(value) = self.env.vars.get(name) {
            if let Ty::Conflict(why) = &value.ty {
                return self.obstacle("a name of several types", format!("`{name}` is {why}"));
            }
            return Ok(value.clone());
        }
        if self.frames.last().is_some_and(|frame| frame.locals.contains(name)) {
            return self.obstacle("a name", format!("`{name}` may be unset here"));
        }
        self.global(self.file, name)
    }

    /// Goes to module level, where the names of the present call mean nothing.
    pub fn leave_names(&mut self) -> (BTreeMap<String, Val>, BTreeSet<String>) {
        let locals = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.locals));
        (std::mem::take(&mut self.env.vars), locals.unwrap_or_default())
    }

    pub fn take_names(&mut self, (vars, locals): (BTreeMap<String, Val>, BTreeSet<String>)) {
        self.env.vars = vars;
        if let Some(frame) = self.frames.last_mut() {
            frame.locals = locals;
        }
    }

    /// What stands in a class's body sees the names of that body first.
    pub fn outside_class(&mut self, class: ClassId, value: &Expr) -> Lower<()> {
        let Some(body) = self.repo.class(class).map(|class| &class.body) else { return Ok(()) };
        let own = super::loops::assigned_in(body, &[]);
        let mut inside = None;
        each_expr_in(value, &mut |part| {
            if let Some(name) = part.name()
                && own.iter().any(|one| one == name)
            {
                inside = Some(name.to_owned());
            }
        });
        match inside {
            Some(name) => self.obstacle("a class variable", format!("that is made of another, `{name}`")),
            None => Ok(()),
        }
    }

    /// `name` at module level of `file`.
    pub fn global(&mut self, file: FileId, name: &str) -> Lower<Val> {
        match self.repo.lookup(file, name) {
            Some(Symbol::Class(class)) => Ok(Val::known(Known::Class(class))),
            Some(Symbol::Module(module)) => Ok(Val::known(Known::Module(module))),
            Some(Symbol::Name(file, name)) => self.module_name(file, &name),
            None => self.foreign(file, name),
        }
    }

    fn module_name(&mut self, file: FileId, name: &str) -> Lower<Val> {
        if self.repo.function(file, name).is_some() {
            return Ok(Val::known(Known::Function(file, name.to_owned())));
        }
        if self.repo.is_reassigned(file, name) || self.written_globally(file, name) {
            return self.obstacle("a module variable that changes", format!("`{name}`"));
        }
        let repo = self.repo;
        let Some(value) = repo.constant(file, name) else {
            return self.obstacle("a module variable", format!("`{name}` is not assigned plainly"));
        };
        if super::alias::holds_dict(value) && self.may_change(name) {
            return self.obstacle("a module variable that changes", format!("`{name}`"));
        }
        self.constant(file, value, name)
    }

    /// An expression of module or class level: it has to be the same whenever it is looked at.
    pub fn constant(&mut self, file: FileId, value: &Expr, name: &str) -> Lower<Val> {
        if is_logger(value) {
            return Ok(Val::known(Known::Logger));
        }
        if !is_constant(value) {
            let before = (self.file, self.at);
            (self.file, self.at) = (file, value.span.start);
            let refused = self.obstacle("a module variable", format!("`{name}` is no constant"));
            (self.file, self.at) = before;
            return refused;
        }
        let before = (std::mem::replace(&mut self.file, file), self.at);
        let names = self.leave_names();
        let value = self.expr(value);
        self.take_names(names);
        if value.is_ok() {
            (self.file, self.at) = before;
        }
        value
    }

    fn written_globally(&self, file: FileId, name: &str) -> bool {
        // `global x` statements are not told apart from others of their kind, so the text decides.
        let text = &self.repo.files[file].text;
        text.lines().any(|line| {
            line.trim_start().strip_prefix("global ").is_some_and(|rest| {
                rest.split(['#', ';']).next().unwrap_or("").split(',').any(|one| one.trim() == name)
            })
        })
    }

    /// An import that leads out of the repository, or a builtin.
    fn foreign(&mut self, file: FileId, name: &str) -> Lower<Val> {
        let outline = &self.repo.files[file].outline;
        for (import, _) in &outline.imports {
            if import.bound == name && import.level == 0 {
                let full = match &import.name {
                    Some(member) => format!("{}.{member}", import.module),
                    None if import.bound == import.module || import.module.starts_with(&format!("{name}.")) => {
                        name.to_owned()
                    }
                    None => import.module.clone(),
                };
                return Ok(Val::external(&full));
            }
        }
        if BUILTINS.contains(&name) {
            return Ok(Val::external(&format!("builtins.{name}")));
        }
        if name.ends_with("Error") || name.ends_with("Exception") {
            return Ok(Val::external(&format!("builtins.{name}")));
        }
        self.obstacle("a name", format!("`{name}` is not known here, or may be unset"))
    }

    /// `Action.BUY`, or another attribute of a class's body.
    pub fn class_attribute(&mut self, class: ClassId, name: &str) -> Lower<Option<Val>> {
        if self.is_enum(class) {
            return self.member(class, name).map(Some);
        }
        let Some(lineage) = crate::discovery::code::Lineage::of(self.repo, class) else { return Ok(None) };
        for ancestor in &lineage.classes {
            let mut found = None;
            for stmt in &ancestor.class.body {
                if let StmtKind::Assign(target) = &stmt.kind
                    && target.targets.iter().any(|one| one.is_name(name))
                {
                    found = target.value.as_ref().or(found);
                }
            }
            if let Some(value) = found {
                let value = field_default(value).unwrap_or(value);
                self.outside_class(ancestor.id, value)?;
                if super::alias::holds_dict(value) && self.may_change(name) {
                    return self.obstacle("a class variable", format!("`{name}` is a dict that changes"));
                }
                return self.constant(ancestor.id.file, value, name).map(Some);
            }
        }
        Ok(None)
    }

    pub fn is_enum(&self, class: ClassId) -> bool {
        self.repo
            .outline(class)
            .bases
            .iter()
            .any(|base| matches!(base.rsplit('.').next(), Some("Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag")))
    }

    fn member(&mut self, class: ClassId, name: &str) -> Lower<Val> {
        let bases = &self.repo.outline(class).bases;
        let mixed = bases.len() > 1 || !bases.iter().all(|base| matches!(base.rsplit('.').next(), Some("Enum")));
        let text_like = bases.iter().any(|base| base == "str" || base.ends_with("StrEnum"));
        let repo = self.repo;
        let Some(body) = repo.class(class).map(|class| &class.body) else {
            return self.obstacle("an enum", "that cannot be read");
        };
        let (mut autos, mut members) = (0, Vec::new());
        for stmt in body {
            let StmtKind::Assign(target) = &stmt.kind else { continue };
            let Some(value) = &target.value else { continue };
            let literal = match &value.kind {
                ExprKind::Literal(literal) => Some(literal.clone()),
                ExprKind::Call(call) if matches!(call.function.last_name(), Some("auto")) => {
                    autos += 1;
                    Some(Value::Int(autos))
                }
                _ => None,
            };
            for own in target.targets.iter().filter_map(Expr::name) {
                members.push((own, literal.clone()));
            }
        }
        if autos > 0 && usize::try_from(autos) != Ok(members.len()) {
            return self.obstacle("an enum", "with auto() for some members");
        }
        if let Some(literal) = members.iter().find(|(own, _)| *own == name).map(|(_, literal)| literal.clone()) {
            if members.iter().filter(|(_, other)| *other == literal).count() > 1 {
                return self.obstacle("an enum", "with two names for one member");
            }
            let (value, number) = match literal {
                Some(Value::Str(text)) => (Some(text), None),
                Some(Value::Int(number)) => (None, Some(number as f64)),
                Some(Value::Float(number)) => (None, Some(number)),
                _ => return self.obstacle("an enum", format!("the value of {name} is no literal")),
            };
            if mixed && !text_like {
                return self.obstacle("an enum with a mixed-in type", "its members are numbers too");
            }
            if let (true, Some(text)) = (mixed, &value) {
                // A member of a str enum is that string.
                return Ok(self.symbol(text));
            }
            if mixed {
                return self.obstacle("an enum with a mixed-in type", "whose members are texts made by auto()");
            }
            let sign = Sign::Member { class, name: name.to_owned(), value, number };
            return Ok(Val::literal(Literal::Symbol(self.facts.symbol(sign))));
        }
        self.obstacle("an enum", format!("there is no member {name}"))
    }
}

/// The default inside `field(default=…)`.
pub fn field_default(value: &Expr) -> Option<&Expr> {
    let call = value.call()?;
    (call.function.last_name() == Some("field")).then(|| call.keyword("default"))?
}

fn is_logger(value: &Expr) -> bool {
    value.call().is_some_and(|call| {
        matches!(call.function.last_name(), Some("getLogger" | "get_logger"))
            || call.function.dotted().is_some_and(|name| name == "structlog.get_logger")
    }) || value.dotted().is_some_and(|name| name == "loguru.logger")
}

/// Made of literals, names and arithmetic: the same every time, and nothing that can be changed.
fn is_constant(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) => true,
        ExprKind::Attribute(value, _) | ExprKind::Unary(_, value) | ExprKind::Not(value) => is_constant(value),
        ExprKind::Binary(_, left, right) => is_constant(left) && is_constant(right),
        ExprKind::Tuple(items) => items.iter().all(is_constant),
        ExprKind::Conditional { test, body, orelse } => [test, body, orelse].into_iter().all(|part| is_constant(part)),
        // Read as a whole: that nobody changes it is seen where it would be.
        ExprKind::Dict(items) => items.iter().all(|(key, value)| {
            key.as_ref().is_none_or(|key| matches!(key.kind, ExprKind::Literal(_))) && is_constant(value)
        }),
        _ => false,
    }
}
