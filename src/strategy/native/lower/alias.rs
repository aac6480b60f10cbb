//! Dicts of module and class level are read as wholes, so no name of them may change one: what a statement of the
//! repository might do to it keeps the class in CPython.

use super::Pass;
use crate::discovery::code::{Expr, ExprKind, FileId, Stmt, StmtKind, each_child, own_exprs};

/// Methods that change no dict.
const READS: [&str; 5] = ["get", "items", "keys", "values", "copy"];
/// Functions that keep no argument and change none.
const LOOKS: [&str; 9] = ["len", "dict", "list", "tuple", "sorted", "set", "print", "str", "isinstance"];

/// One walk over all files of the strategy.
struct Watch<'a> {
    name: &'a str,
    /// Changed, or given another name by what runs when the modules are imported.
    changed: bool,
    /// Given another name by what runs later, or by what imported code may call.
    shared: bool,
    /// Imported code calls something of the repository.
    calls: bool,
}

pub fn holds_dict(value: &Expr) -> bool {
    let mut found = matches!(value.kind, ExprKind::Dict(_));
    each_child(value, &mut |child| found |= holds_dict(child));
    found
}

impl Pass<'_> {
    /// Whether the dict called `name` may be another when it is read than where it was written down.
    pub fn may_change(&self, name: &str) -> bool {
        let mut watch = Watch { name, changed: false, shared: false, calls: false };
        for (file, source) in self.repo.files.iter().enumerate() {
            watch.block(self, file, source.body(), true);
            let renamed = source
                .outline
                .imports
                .iter()
                .any(|(import, _)| import.name.as_deref() == Some(name) && import.bound != name);
            watch.changed |= renamed;
        }
        watch.changed || watch.shared && watch.calls
    }
}

impl Watch<'_> {
    fn block(&mut self, pass: &Pass<'_>, file: FileId, body: &[Stmt], at_import: bool) {
        for stmt in body {
            self.stmt(pass, file, stmt, at_import);
        }
    }

    fn stmt(&mut self, pass: &Pass<'_>, file: FileId, stmt: &Stmt, at_import: bool) {
        match &stmt.kind {
            StmtKind::Assign(target) => {
                for place in &target.targets {
                    self.changed |= self.is_part(place) || target.augmented.is_some() && self.is_named(place);
                }
            }
            StmtKind::Delete(targets) => self.changed |= targets.iter().any(|place| self.is_part(place)),
            _ => {}
        }
        own_exprs(stmt, &mut |expr: &Expr| {
            let is_target = matches!(&stmt.kind, StmtKind::Assign(target) if target.targets.iter().any(|one| std::ptr::eq(one, expr)));
            if !(is_target && self.is_named(expr)) {
                self.expr(pass, file, expr, at_import);
            }
        });
        match &stmt.kind {
            StmtKind::Function(function) => self.block(pass, file, &function.body, false),
            StmtKind::Class(class) => self.block(pass, file, &class.body, at_import),
            StmtKind::If(branches) => {
                for branch in branches {
                    // What only a main program runs is not run here.
                    let main = branch.test.as_ref().is_some_and(|test| {
                        matches!(&test.kind, ExprKind::Compare(items, _) if items.iter().any(|item| item.is_name("__name__")))
                    });
                    if !main {
                        self.block(pass, file, &branch.body, at_import);
                    }
                }
            }
            StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                self.block(pass, file, body, at_import);
                self.block(pass, file, orelse, at_import);
            }
            StmtKind::With { body, .. } => self.block(pass, file, body, at_import),
            StmtKind::Try { body, handlers, orelse, finally } => {
                self.block(pass, file, body, at_import);
                handlers.iter().for_each(|handler| self.block(pass, file, handler, at_import));
                self.block(pass, file, orelse, at_import);
                self.block(pass, file, finally, at_import);
            }
            StmtKind::Match { cases, .. } => {
                cases.iter().for_each(|case| self.block(pass, file, case, at_import));
            }
            _ => {}
        }
    }

    fn is_named(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => name == self.name,
            _ => false,
        }
    }

    /// `NAME[…]`, `NAME[…][…]`
    fn is_part(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Subscript(object, _) => self.is_named(object) || self.is_part(object),
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().any(|item| self.is_part(item)),
            _ => false,
        }
    }

    fn expr(&mut self, pass: &Pass<'_>, file: FileId, expr: &Expr, at_import: bool) {
        if self.is_named(expr) {
            // Bare: whoever gets it may change it.
            if at_import {
                self.changed = true;
            } else {
                self.shared = true;
            }
            return;
        }
        match &expr.kind {
            ExprKind::Call(call) => {
                let called = match &call.function.kind {
                    ExprKind::Attribute(object, method) if self.is_named(object) || self.is_part(object) => {
                        if !READS.contains(&method.as_str()) {
                            self.changed = true;
                        }
                        true
                    }
                    _ => false,
                };
                let looks = call.function.name().is_some_and(|name| LOOKS.contains(&name));
                if at_import && !called {
                    let first = call.function.dotted();
                    let first = first.as_deref().and_then(|dotted| dotted.split('.').next());
                    self.calls |= first.is_none_or(|first| pass.repo.lookup(file, first).is_some());
                }
                if !called {
                    self.expr(pass, file, &call.function, at_import);
                }
                for value in &call.positional {
                    if !(looks && self.is_named(value)) {
                        self.expr(pass, file, value, at_import);
                    }
                }
                for (key, value) in &call.keywords {
                    if !(key.is_none() && self.is_named(value)) {
                        self.expr(pass, file, value, at_import);
                    }
                }
            }
            ExprKind::Subscript(object, index) if self.is_named(object) => self.expr(pass, file, index, at_import),
            ExprKind::Compare(items, _) => {
                for item in items {
                    if !self.is_named(item) {
                        self.expr(pass, file, item, at_import);
                    }
                }
            }
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    if let Some(key) = key {
                        self.expr(pass, file, key, at_import);
                    }
                    if !(key.is_none() && self.is_named(value)) {
                        self.expr(pass, file, value, at_import);
                    }
                }
            }
            _ => each_child(expr, &mut |child| self.expr(pass, file, child, at_import)),
        }
    }
}
