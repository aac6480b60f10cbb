use super::flow::Flow;
use super::ty::{Known, Ty};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{Branch, Expr, ExprKind, Stmt, StmtKind, Target, each_expr_in, each_own_stmt};

impl Pass<'_> {
    pub fn block(&mut self, body: &[Stmt]) -> Lower<()> {
        for stmt in body {
            if self.b.current.is_none() {
                return Ok(());
            }
            self.at = stmt.span.start;
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Lower<()> {
        match &stmt.kind {
            StmtKind::Assign(target) => self.assignment(target),
            StmtKind::Return(value) => self.give_back(value.as_ref()),
            StmtKind::Expr(value) => {
                // A docstring, or an ellipsis.
                if value.string().is_some() || matches!(value.kind, ExprKind::Other) {
                    return Ok(());
                }
                self.expr(value).map(|_| ())
            }
            StmtKind::If(branches) => self.branches(branches),
            StmtKind::For { target, iter, body, orelse } => self.for_loop(target, iter, body, orelse),
            StmtKind::While { test, body, orelse } => self.while_loop(test, body, orelse),
            StmtKind::Raise(_) => {
                self.bail("raises");
                Ok(())
            }
            StmtKind::Assert(test) => {
                // A message stands beside the test only in the text; it is made when the test fails.
                let no = self.branch_on(test)?;
                let yes = self.part();
                if let Some(no) = no {
                    self.follow(no);
                    self.bail("assertion failed");
                }
                if let Some(yes) = yes {
                    self.follow(yes);
                }
                Ok(())
            }
            // Nothing in the subset raises without bailing, so handlers never run.
            StmtKind::Try { body, orelse, finally, .. } => {
                let mut leaves = false;
                for part in [body, orelse] {
                    each_own_stmt(part, &mut |stmt| {
                        leaves |= matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue);
                    });
                }
                if leaves && !finally.is_empty() {
                    return self.obstacle("a finally clause", "after a return, break or continue");
                }
                self.block(body)?;
                self.block(orelse)?;
                self.block(finally)
            }
            StmtKind::Delete(targets) => targets.iter().try_for_each(|target| self.delete(target)),
            StmtKind::Pass => Ok(()),
            StmtKind::Break => self.leave(true),
            StmtKind::Continue => self.leave(false),
            StmtKind::Import(imports) => {
                for import in imports {
                    let full = match &import.name {
                        Some(name) => format!("{}.{name}", import.module),
                        None => import.module.clone(),
                    };
                    let known = self.repo.lookup(self.file, &import.bound).is_some();
                    let of_name = self.repo.files[self.file].outline.imports.iter().map(|(import, _)| import);
                    let only = of_name.filter(|other| other.bound == import.bound).all(|other| {
                        (&other.module, other.level, &other.name) == (&import.module, import.level, &import.name)
                    });
                    if (import.level > 0 || known) && !(known && only) {
                        return self.obstacle("an import inside a function", full);
                    }
                    let value = if known { self.global(self.file, &import.bound)? } else { Val::external(&full) };
                    self.env.vars.insert(import.bound.clone(), value);
                }
                Ok(())
            }
            StmtKind::Function(function) => {
                if !function.decorators.is_empty() {
                    return self.obstacle("a decorator", format!("on `{}`", function.name));
                }
                let closure = Known::Closure(self.file, function.name_span.start, self.frames.len());
                self.env.vars.insert(function.name.clone(), Val::known(closure));
                Ok(())
            }
            StmtKind::Class(class) => self.obstacle("a class inside a function", format!("`{}`", class.name)),
            StmtKind::With { .. } => self.obstacle("a with statement", "context managers are not compiled"),
            StmtKind::Match { .. } => self.obstacle("a match statement", "patterns are not compiled"),
            StmtKind::Other => self.obstacle("a statement of another kind", "global, nonlocal or type"),
        }
    }

    fn branches(&mut self, branches: &[Branch]) -> Lower<()> {
        let mut ends: Vec<Option<Flow>> = Vec::new();
        for branch in branches {
            if self.b.current.is_none() {
                break;
            }
            let no = match &branch.test {
                Some(test) => self.branch_on(test)?,
                None => None,
            };
            let open = no.is_some() || !ends.is_empty();
            self.conditional += usize::from(open);
            let walked = self.block(&branch.body);
            self.conditional -= usize::from(open);
            walked?;
            ends.push(self.part());
            match no {
                Some(no) => self.follow(no),
                None => break,
            }
        }
        ends.push(self.part());
        self.meet(ends)
    }

    pub fn give_back(&mut self, value: Option<&Expr>) -> Lower<()> {
        let value = match value {
            Some(value) => self.expr(value)?,
            None => Val::none(),
        };
        let answers = self.frames.last().and_then(|frame| frame.answers);
        let value = match answers {
            Some(which) => self.answer_of(which, &value)?,
            None => value,
        };
        if let (Some(flow), Some(frame)) = (self.part(), self.frames.last_mut()) {
            frame.returns.push((flow, value));
        }
        Ok(())
    }

    fn assignment(&mut self, target: &Target) -> Lower<()> {
        let Some(value) = &target.value else { return Ok(()) };
        if let Some(op) = target.augmented {
            let Some(place) = target.targets.first() else { return Ok(()) };
            let before = self.read_place(place)?;
            let operand = self.expr(value)?;
            // `list += other` changes the list itself.
            if let (Ty::List(_), crate::discovery::code::BinaryOp::Add) = (&before.ty, op) {
                return self.extend(&before, &operand);
            }
            let result = self.binary(op, &before, &operand)?;
            return self.assign(place, result);
        }
        let value = self.expr(value)?;
        for place in &target.targets {
            self.assign(place, value.clone())?;
        }
        Ok(())
    }

    fn read_place(&mut self, place: &Expr) -> Lower<Val> {
        if let ExprKind::Subscript(_, index) = &place.kind
            && !matches!(index.kind, ExprKind::Literal(_) | ExprKind::Name(_))
        {
            return self.obstacle("an augmented assignment", "to a subscript that would be evaluated twice");
        }
        let mut calls = false;
        each_expr_in(place, &mut |part| {
            calls |= matches!(part.kind, ExprKind::Call(_) | ExprKind::Named(..) | ExprKind::Comprehension(_));
        });
        if calls {
            return self.obstacle("an augmented assignment", "to a place that would be evaluated twice");
        }
        self.expr(place)
    }

    pub fn assign(&mut self, target: &Expr, value: Val) -> Lower<()> {
        if self.b.current.is_none() {
            return Ok(());
        }
        match &target.kind {
            ExprKind::Name(name) => {
                self.env.vars.insert(name.clone(), value);
                Ok(())
            }
            ExprKind::Attribute(object, name) => {
                let object = self.expr(object)?;
                self.store_attribute(&object, name, &value)
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, &value),
            ExprKind::Subscript(object, index) => {
                let object = self.expr(object)?;
                self.store_item(&object, index, &value)
            }
            _ => self.obstacle("an assignment", "to another kind of target"),
        }
    }

    pub fn unpack(&mut self, targets: &[Expr], value: &Val) -> Lower<()> {
        if targets.iter().any(|target| matches!(target.kind, ExprKind::Starred(_))) {
            return self.obstacle("a starred target", "in an assignment");
        }
        let value =
            if matches!(value.ty, Ty::Opt(_)) { self.present(value, "cannot unpack None") } else { value.clone() };
        match &value.ty {
            Ty::Never => {
                for target in targets {
                    self.assign(target, Val::never())?;
                }
                Ok(())
            }
            Ty::Tuple(items) if items.len() == targets.len() => {
                let parts = self.tuple_parts(&value);
                for (target, part) in targets.iter().zip(parts) {
                    self.assign(target, part)?;
                }
                Ok(())
            }
            _ => self.obstacle("unpacking", format!("{} into {} names", value.ty.name(), targets.len())),
        }
    }

    fn delete(&mut self, target: &Expr) -> Lower<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                self.env.vars.remove(name);
                Ok(())
            }
            ExprKind::Subscript(object, index) => {
                let object = self.expr(object)?;
                self.delete_item(&object, index)
            }
            _ => self.obstacle("del", "of another kind of target"),
        }
    }

    fn leave(&mut self, breaks: bool) -> Lower<()> {
        let flow = self.part();
        let Some(frame) = self.innermost_loop() else {
            return self.obstacle("a loop", "break or continue outside of one");
        };
        if let Some(flow) = flow {
            if breaks {
                frame.breaks.push(flow);
            } else {
                frame.continues.push(flow);
            }
        }
        Ok(())
    }

    pub fn innermost_loop(&mut self) -> Option<&mut super::flow::LoopFrame> {
        self.frames.last_mut().and_then(|frame| frame.loops.last_mut())
    }

    /// A dict of the constructor whose key is set, or a list's element.
    fn store_item(&mut self, object: &Val, index: &Expr, value: &Val) -> Lower<()> {
        match &object.ty {
            Ty::Never => Ok(()),
            Ty::Known(Known::Static(id)) if self.is_static_dict(object) => {
                let key = self.expr(index)?;
                let key = self.static_key(*id, &key)?;
                self.set_attribute(*id, &key, value)
            }
            Ty::List(_) => self.store_element(object, index, value),
            Ty::Opt(_) => {
                let held = self.present(object, "'NoneType' object does not support item assignment");
                self.store_item(&held, index, value)
            }
            Ty::Pandas(super::ty::Pandas::Frame(id)) => {
                let id = *id;
                let key = self.expr(index)?;
                let name = self.key(&key)?;
                self.set_column(object, id, &name, value)
            }
            Ty::Map(_) => self.obstacle("a dict that changes", "after it was made while bars pass"),
            _ => self.obstacle("an item assignment", format!("to {}", object.ty.name())),
        }
    }
}
