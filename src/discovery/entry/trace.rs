//! How a method uses what it is given: every path from an argument (`df["close"].rolling(…)`) that its
//! body, and the methods of the class it hands the argument to, read.

use super::super::lineage::{Lineage, Method};
use super::super::python::{Comprehension, Expr, ExprKind, Stmt, StmtKind, Target, each_child};
use super::frame_calls::keeps;
use super::path::{How, Path, Step, Use};
use crate::strategy::Value;
use std::collections::BTreeMap;

struct Tracer<'a, 'b> {
    lineage: &'b Lineage<'a>,
    uses: Vec<Use>,
    names: BTreeMap<String, Path>,
    /// Methods being traced, so that recursion ends.
    active: Vec<String>,
    returned: Option<Path>,
    line: u32,
    method: Method<'a>,
    /// Statements that may still be looked at: methods that hand an argument on and on multiply.
    budget: usize,
}

const BUDGET: usize = 20_000;

/// Uses of `method`'s arguments. `seeds` are further names that stand for an argument from the start:
/// `("self.data", "data")` after `self.data = data` in the constructor.
pub fn trace<'a>(lineage: &Lineage<'a>, method: Method<'a>, seeds: &[(String, String)]) -> Vec<Use> {
    let mut tracer = Tracer {
        lineage,
        uses: Vec::new(),
        names: BTreeMap::new(),
        active: vec![method.function.name.clone()],
        returned: None,
        line: 0,
        method,
        budget: BUDGET,
    };
    for argument in method.function.given() {
        let path = Path { argument: argument.name.clone(), steps: Vec::new() };
        tracer.names.insert(argument.name.clone(), path);
    }
    for (name, argument) in seeds {
        tracer.names.insert(name.clone(), Path { argument: argument.clone(), steps: Vec::new() });
    }
    tracer.body(&method.function.body);
    tracer.uses
}

impl<'a> Tracer<'a, '_> {
    fn body(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        self.line = self.method.ancestor.source.line(stmt.span.start);
        match &stmt.kind {
            StmtKind::Assign(target) => self.assign(target),
            StmtKind::Return(value) => {
                if let Some(value) = value
                    && let Some(path) = self.read(value, How::Read)
                {
                    self.returned = Some(path);
                }
            }
            StmtKind::Expr(value) | StmtKind::Assert(value) => {
                self.read(value, How::Read);
            }
            StmtKind::If(branches) => {
                for branch in branches {
                    if let Some(test) = &branch.test {
                        self.read(test, How::Read);
                    }
                    self.body(&branch.body);
                }
            }
            StmtKind::For { target, iter, body, orelse } => {
                self.bind_each(target, iter);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.read(test, How::Read);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::With { items, body } => {
                for (value, _) in items {
                    self.read(value, How::Read);
                }
                self.body(body);
            }
            StmtKind::Try { body, handlers, orelse, finally } => {
                self.body(body);
                handlers.iter().for_each(|handler| self.body(handler));
                self.body(orelse);
                self.body(finally);
            }
            StmtKind::Match { subject, cases } => {
                self.read(subject, How::Read);
                cases.iter().for_each(|case| self.body(case));
            }
            StmtKind::Raise(Some(value)) => {
                self.read(value, How::Read);
            }
            StmtKind::Function(function) => self.body(&function.body),
            _ => {}
        }
    }

    fn assign(&mut self, target: &'a Target) {
        let Some(value) = &target.value else { return };
        let path = self.read(value, if target.augmented { How::Number } else { How::Read });
        for one in &target.targets {
            self.bind(one, path.clone(), target.augmented);
        }
    }

    fn bind(&mut self, target: &'a Expr, path: Option<Path>, augmented: bool) {
        match &target.kind {
            ExprKind::Name(name) if !augmented => self.set(name.clone(), path),
            ExprKind::Attribute(..) if !augmented => {
                if let Some(name) = target.dotted() {
                    self.set(name, path);
                }
            }
            ExprKind::Subscript(value, index) => self.store(value, index),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                if let Some(path) = &path {
                    self.note(path.clone(), How::Unpacked(items.len()));
                }
                for (at, item) in items.iter().enumerate() {
                    let at = i64::try_from(at).unwrap_or(i64::MAX);
                    self.bind(item, path.as_ref().map(|path| path.step(Step::At(at))), false);
                }
            }
            _ => {}
        }
    }

    fn store(&mut self, value: &'a Expr, index: &'a Expr) {
        // df.loc[mask, "signal"] = 1
        if let ExprKind::Attribute(frame, accessor) = &value.kind
            && matches!(accessor.as_str(), "loc" | "iloc" | "at" | "iat")
        {
            if let Some(path) = self.path(frame) {
                let column = match &index.kind {
                    ExprKind::Tuple(items) => items.last().and_then(Expr::string),
                    _ => None,
                };
                let accessed = path.step(Step::Attr(accessor.clone()));
                match column {
                    Some(column) => {
                        self.note(accessed, How::Read);
                        self.note(path.step(Step::Key(column.to_owned())), How::Stored);
                    }
                    None => self.note(accessed.step(Step::Index), How::Stored),
                }
            }
            self.read(index, How::Read);
            return;
        }
        if let Some(path) = self.path(value) {
            let step = index.string().map_or(Step::Index, |key| Step::Key(key.to_owned()));
            self.note(path.step(step), How::Stored);
        } else {
            self.read(value, How::Read);
        }
        self.read(index, How::Read);
    }

    fn set(&mut self, name: String, path: Option<Path>) {
        match path {
            Some(path) => self.names.insert(name, path),
            None => self.names.remove(&name),
        };
    }

    fn note(&mut self, path: Path, how: How) {
        self.uses.push(Use { argument: path.argument, path: path.steps, how, line: self.line });
    }

    /// Reads an expression: records what it does with arguments and says which path it stands for.
    fn read(&mut self, expr: &'a Expr, how: How) -> Option<Path> {
        if let Some(path) = self.path(expr) {
            self.note(path.clone(), how);
            return Some(path);
        }
        match &expr.kind {
            ExprKind::Binary(left, right) => {
                self.read(left, How::Number);
                self.read(right, How::Number);
            }
            ExprKind::Compare(items) => items.iter().for_each(|item| {
                self.read(item, How::Number);
            }),
            ExprKind::Negative(value) => {
                self.read(value, How::Number);
            }
            ExprKind::Call(_) => return self.call(expr),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Conditional { test, body, orelse } => {
                self.read(test, How::Read);
                let first = self.read(body, how.clone());
                let second = self.read(orelse, how);
                return first.or(second);
            }
            ExprKind::Or(items) => {
                let paths: Vec<_> = items.iter().map(|item| self.read(item, how.clone())).collect();
                return paths.into_iter().flatten().next();
            }
            ExprKind::Named(target, value) => {
                let path = self.read(value, how);
                self.bind(target, path.clone(), false);
                return path;
            }
            ExprKind::Attribute(value, _) | ExprKind::Starred(value) | ExprKind::Await(value) => {
                self.read(value, How::Read);
            }
            _ => each_child(expr, &mut |child| {
                self.read(child, How::Read);
            }),
        }
        None
    }

    /// The path an expression stands for, recording the indices on the way.
    fn path(&mut self, expr: &'a Expr) -> Option<Path> {
        if !self.starts_known(expr) {
            return None;
        }
        match &expr.kind {
            ExprKind::Name(name) => self.names.get(name).cloned(),
            ExprKind::Attribute(value, name) => {
                if let Some(dotted) = expr.dotted()
                    && let Some(path) = self.names.get(&dotted)
                {
                    return Some(path.clone());
                }
                Some(self.path(value)?.step(Step::Attr(name.clone())))
            }
            ExprKind::Subscript(value, index) => self.subscript(value, index),
            ExprKind::Call(call) => {
                if let ExprKind::Attribute(value, name) = &call.function.kind {
                    let path = self.path(value)?;
                    for argument in call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value)) {
                        self.read(argument, How::Read);
                    }
                    let key = call.positional.first().and_then(Expr::string);
                    return Some(match (name.as_str(), key) {
                        ("get", Some(key)) if call.positional.len() > 1 => path.step(Step::Maybe(key.to_owned())),
                        ("get", Some(key)) => path.step(Step::Key(key.to_owned())),
                        (same, _) if keeps(same) => {
                            self.note(path.step(Step::Call(name.clone())), How::Read);
                            path
                        }
                        ("tail", _) => {
                            self.note(path.step(Step::Call(name.clone())), How::Read);
                            path
                        }
                        _ => path.step(Step::Call(name.clone())),
                    });
                }
                None
            }
            _ => None,
        }
    }

    /// Whether the innermost name of a chain is one that stands for an argument; spares walking all others.
    fn starts_known(&self, expr: &Expr) -> bool {
        let mut at = expr;
        loop {
            at = match &at.kind {
                ExprKind::Attribute(value, _) | ExprKind::Subscript(value, _) => value,
                ExprKind::Call(call) => &call.function,
                ExprKind::Name(name) => return name == "self" || self.names.contains_key(name),
                _ => return false,
            };
        }
    }

    fn subscript(&mut self, value: &'a Expr, index: &'a Expr) -> Option<Path> {
        let path = self.path(value)?;
        let step = match &index.kind {
            ExprKind::Literal(Value::Str(key)) => Step::Key(key.clone()),
            ExprKind::Literal(Value::Int(at)) => Step::At(*at),
            ExprKind::Slice(_) => {
                self.read(index, How::Read);
                Step::Slice
            }
            ExprKind::List(keys) if !keys.is_empty() && keys.iter().all(|key| key.string().is_some()) => {
                for key in keys.iter().filter_map(Expr::string) {
                    self.note(path.step(Step::Key(key.to_owned())), How::Read);
                }
                self.note(path.step(Step::Attr("columns".to_owned())), How::Read);
                return Some(path);
            }
            // df.loc[i, "close"], df.iloc[-1, 3]
            ExprKind::Tuple(items) => {
                items.iter().for_each(|item| {
                    self.read(item, How::Read);
                });
                match items.last().and_then(Expr::string) {
                    Some(key) => {
                        let cell = path.step(Step::Index);
                        return Some(cell.step(Step::Key(key.to_owned())));
                    }
                    None => Step::Index,
                }
            }
            ExprKind::Compare(_) => {
                // df[df["close"] > 1]: a mask keeps the shape.
                self.read(index, How::Read);
                self.note(path.step(Step::Attr("loc".to_owned())), How::Read);
                return Some(path);
            }
            _ => {
                self.read(index, How::Read);
                Step::Index
            }
        };
        Some(path.step(step))
    }

    fn call(&mut self, expr: &'a Expr) -> Option<Path> {
        let call = expr.call()?;
        let name = call.function.dotted();
        if let Some(method) = name.as_deref().and_then(|name| self.own_method(name)) {
            return self.follow(expr, method);
        }
        if name.as_deref() == Some("getattr")
            && let [object, key, ..] = call.positional.as_slice()
            && let (Some(path), Some(key)) = (self.path(object), key.string())
        {
            let step = if call.positional.len() > 2 { Step::Maybe(key.to_owned()) } else { Step::Attr(key.to_owned()) };
            let path = path.step(step);
            self.note(path.clone(), How::Read);
            return Some(path);
        }
        if name.is_none() {
            self.read(&call.function, How::Read);
        } else if let ExprKind::Attribute(value, _) = &call.function.kind {
            self.read(value, How::Read);
        }
        let name = name.unwrap_or_default();
        let how = match name.as_str() {
            "len" => How::Length,
            "float" | "int" | "round" | "abs" => How::Number,
            _ => How::Passed(name.clone()),
        };
        let mut first = None;
        for (at, argument) in call.positional.iter().enumerate() {
            let path = self.read(argument, how.clone());
            if at == 0 {
                first = path;
            }
        }
        for (_, argument) in &call.keywords {
            self.read(argument, how.clone());
        }
        let keeps = matches!(
            name.as_str(),
            "list" | "tuple" | "deque" | "reversed" | "np.array" | "np.asarray" | "numpy.array"
        );
        if keeps { first } else { None }
    }

    fn own_method(&self, dotted: &str) -> Option<Method<'a>> {
        let name = dotted.strip_prefix("self.").or_else(|| dotted.strip_prefix("cls."))?;
        if name.contains('.') || self.active.len() > 4 || self.active.iter().any(|active| active == name) {
            return None;
        }
        self.lineage.method(name)
    }

    /// Traces a method of the class with the arguments it is handed.
    fn follow(&mut self, expr: &'a Expr, method: Method<'a>) -> Option<Path> {
        let call = expr.call()?;
        let given = method.function.given();
        let mut inner: BTreeMap<String, Path> = self
            .names
            .iter()
            .filter(|(name, _)| name.starts_with("self."))
            .map(|(n, p)| (n.clone(), p.clone()))
            .collect();
        for (at, value) in call.positional.iter().enumerate() {
            let path = self.read(value, How::Read);
            if let (Some(path), Some(argument)) = (path, given.get(at)) {
                inner.insert(argument.name.clone(), path);
            }
        }
        for (name, value) in &call.keywords {
            let path = self.read(value, How::Read);
            if let (Some(path), Some(name)) = (path, name) {
                inner.insert(name.clone(), path);
            }
        }
        if inner.is_empty() {
            return None;
        }
        let outer = std::mem::replace(&mut self.names, inner);
        let (line, returned, caller) = (self.line, self.returned.take(), self.method);
        self.method = method;
        self.active.push(method.function.name.clone());
        self.body(&method.function.body);
        self.active.pop();
        self.method = caller;
        self.line = line;
        let kept = std::mem::replace(&mut self.names, outer);
        self.names.extend(kept.into_iter().filter(|(name, _)| name.starts_with("self.")));
        std::mem::replace(&mut self.returned, returned)
    }

    fn comprehension(&mut self, comprehension: &'a Comprehension) {
        let outer = self.names.clone();
        for (target, iter, conditions) in &comprehension.generators {
            self.bind_each(target, iter);
            conditions.iter().for_each(|condition| {
                self.read(condition, How::Read);
            });
        }
        comprehension.elements.iter().for_each(|element| {
            self.read(element, How::Read);
        });
        self.names = outer;
    }

    /// Binds the targets of `for target in iter`.
    fn bind_each(&mut self, target: &'a Expr, iter: &'a Expr) {
        if let Some(call) = iter.call()
            && let Some(name @ ("enumerate" | "zip" | "reversed")) = call.function.name()
        {
            let paths: Vec<_> = call.positional.iter().map(|one| self.read(one, How::Read)).collect();
            let each = |path: &Option<Path>| path.as_ref().map(|path| path.step(Step::Each));
            match (name, &target.kind) {
                ("enumerate", ExprKind::Tuple(items)) if items.len() == 2 => {
                    self.bind(&items[0], None, false);
                    self.bind(&items[1], paths.first().and_then(each), false);
                }
                ("zip", ExprKind::Tuple(items)) => {
                    for (item, path) in items.iter().zip(&paths) {
                        self.bind(item, each(path), false);
                    }
                }
                _ => self.bind(target, paths.first().and_then(each), false),
            }
            return;
        }
        let Some(path) = self.read(iter, How::Read) else { return self.bind(target, None, false) };
        match (path.steps.last(), &target.kind) {
            (Some(Step::Call(call)), ExprKind::Tuple(items)) if call == "iterrows" && items.len() == 2 => {
                self.bind(&items[0], None, false);
                self.bind(&items[1], Some(path.step(Step::Each)), false);
            }
            (Some(Step::Call(call)), ExprKind::Tuple(items)) if call == "items" => {
                items.iter().for_each(|item| self.bind(item, None, false));
            }
            _ => self.bind(target, Some(path.step(Step::Each)), false),
        }
    }
}
