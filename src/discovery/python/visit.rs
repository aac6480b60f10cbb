use super::tree::{Expr, ExprKind, Function, Stmt, StmtKind};

/// Calls `f` with each direct child expression, in source order.
pub fn each_child<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Other => {}
        ExprKind::Attribute(value, _)
        | ExprKind::Not(value)
        | ExprKind::Unary(_, value)
        | ExprKind::Lambda(value)
        | ExprKind::Starred(value)
        | ExprKind::Await(value) => f(value),
        ExprKind::Subscript(left, right) | ExprKind::Binary(_, left, right) | ExprKind::Named(left, right) => {
            f(left);
            f(right);
        }
        ExprKind::Call(call) => {
            f(&call.function);
            call.positional.iter().for_each(&mut *f);
            call.keywords.iter().for_each(|(_, value)| f(value));
        }
        ExprKind::List(items)
        | ExprKind::Tuple(items)
        | ExprKind::Set(items)
        | ExprKind::Or(items)
        | ExprKind::And(items)
        | ExprKind::Compare(items, _) => items.iter().for_each(f),
        ExprKind::Slice(parts) => parts.iter().flatten().for_each(f),
        ExprKind::Formatted(items) => items.iter().for_each(|(item, _)| f(item)),
        ExprKind::Dict(items) => {
            for (key, value) in items {
                key.iter().for_each(&mut *f);
                f(value);
            }
        }
        ExprKind::Conditional { test, body, orelse } => {
            f(test);
            f(body);
            f(orelse);
        }
        ExprKind::Comprehension(comprehension) => {
            for (target, iter, conditions) in &comprehension.generators {
                f(target);
                f(iter);
                conditions.iter().for_each(&mut *f);
            }
            comprehension.elements.iter().for_each(f);
        }
        ExprKind::Yield(value) => value.iter().for_each(|value| f(value)),
    }
}

/// Calls `f` with `expr` and everything below it.
pub fn each_expr_in<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    each_child(expr, &mut |child| each_expr_in(child, f));
}

/// Calls `f` with every expression of `body`, nested functions and classes included.
pub fn each_expr<'a>(body: &'a [Stmt], f: &mut dyn FnMut(&'a Expr)) {
    each_stmt(body, &mut |stmt| own_exprs(stmt, &mut |expr| each_expr_in(expr, f)));
}

/// Calls `f` with every statement of `body`, nested functions and classes included, in source order.
pub fn each_stmt<'a>(body: &'a [Stmt], f: &mut dyn FnMut(&'a Stmt)) {
    walk(body, true, f);
}

/// Like [`each_stmt`], but stays outside nested functions and classes (their own statement is seen).
pub fn each_own_stmt<'a>(body: &'a [Stmt], f: &mut dyn FnMut(&'a Stmt)) {
    walk(body, false, f);
}

fn walk<'a>(body: &'a [Stmt], nested: bool, f: &mut dyn FnMut(&'a Stmt)) {
    for stmt in body {
        f(stmt);
        match &stmt.kind {
            StmtKind::Function(function) if nested => walk(&function.body, nested, f),
            StmtKind::Class(class) if nested => walk(&class.body, nested, f),
            StmtKind::If(branches) => branches.iter().for_each(|branch| walk(&branch.body, nested, f)),
            StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                walk(body, nested, f);
                walk(orelse, nested, f);
            }
            StmtKind::With { body, .. } => walk(body, nested, f),
            StmtKind::Try { body, handlers, orelse, finally } => {
                walk(body, nested, f);
                handlers.iter().for_each(|handler| walk(handler, nested, f));
                walk(orelse, nested, f);
                walk(finally, nested, f);
            }
            StmtKind::Match { cases, .. } => cases.iter().for_each(|case| walk(case, nested, f)),
            _ => {}
        }
    }
}

/// The expressions that belong to the statement itself, not to a statement inside it.
pub fn own_exprs<'a>(stmt: &'a Stmt, f: &mut dyn FnMut(&'a Expr)) {
    match &stmt.kind {
        StmtKind::Function(function) => signature(function, f),
        StmtKind::Class(class) => {
            class.decorators.iter().for_each(&mut *f);
            class.bases.iter().for_each(f);
        }
        StmtKind::Assign(target) => {
            target.value.iter().for_each(&mut *f);
            target.targets.iter().for_each(f);
        }
        StmtKind::Return(value) | StmtKind::Raise(value) => value.iter().for_each(f),
        StmtKind::Expr(value) | StmtKind::Assert(value) => f(value),
        StmtKind::If(branches) => branches.iter().filter_map(|branch| branch.test.as_ref()).for_each(f),
        StmtKind::For { target, iter, .. } => {
            f(iter);
            f(target);
        }
        StmtKind::While { test, .. } => f(test),
        StmtKind::With { items, .. } => {
            for (value, target) in items {
                f(value);
                target.iter().for_each(&mut *f);
            }
        }
        StmtKind::Match { subject, .. } => f(subject),
        StmtKind::Delete(targets) => targets.iter().for_each(f),
        StmtKind::Try { .. }
        | StmtKind::Import(_)
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Other => {}
    }
}

fn signature<'a>(function: &'a Function, f: &mut dyn FnMut(&'a Expr)) {
    function.decorators.iter().for_each(&mut *f);
    function.arguments.iter().filter_map(|argument| argument.default.as_ref()).for_each(f);
}
