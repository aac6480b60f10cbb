//! Which methods of a class, and which functions and classes of its repository, a call can come to.

use super::lineage::{Lineage, Method};
use super::python::{Expr, ExprKind, each_expr};

/// The methods named and all that they call on `self`, `cls` or `super()`, each once, in calling order.
pub fn methods<'a>(lineage: &Lineage<'a>, names: &[&str]) -> Vec<Method<'a>> {
    let mut found: Vec<Method<'a>> = Vec::new();
    let mut open: Vec<Method<'a>> = names.iter().rev().filter_map(|name| lineage.method(name)).collect();
    while let Some(method) = open.pop() {
        let same = |one: &Method<'_>| std::ptr::eq(one.function, method.function);
        if found.iter().any(same) {
            continue;
        }
        found.push(method);
        let level = lineage.position(method.ancestor);
        each_expr(&method.function.body, &mut |expr| {
            let ExprKind::Attribute(value, name) = &expr.kind else { return };
            if value.is_name("self") || value.is_name("cls") {
                open.extend(lineage.method(name));
            } else if is_super(value) {
                open.extend(lineage.method_after(level + 1, name));
            }
        });
    }
    found
}

pub fn is_super(expr: &Expr) -> bool {
    expr.call().is_some_and(|call| call.function.is_name("super"))
}
