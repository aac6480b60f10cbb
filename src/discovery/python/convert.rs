//! The parser's tree → ours.

use super::tree::{
    Argument, BinaryOp, Branch, Call, Class, CompareOp, Comprehension, Expr, ExprKind, Function, Import, Span, Stmt,
    StmtKind, Target, UnaryOp,
};
use crate::strategy::Value;
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

fn span(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

pub fn body(stmts: &[ast::Stmt]) -> Vec<Stmt> {
    stmts.iter().map(stmt).collect()
}

fn stmt(node: &ast::Stmt) -> Stmt {
    let kind = match node {
        ast::Stmt::FunctionDef(node) => StmtKind::Function(Box::new(function(node))),
        ast::Stmt::ClassDef(node) => StmtKind::Class(Box::new(class(node))),
        ast::Stmt::Return(node) => StmtKind::Return(node.value.as_deref().map(expr)),
        ast::Stmt::Delete(node) => StmtKind::Delete(exprs(&node.targets)),
        ast::Stmt::Assign(node) => StmtKind::Assign(Box::new(Target {
            targets: exprs(&node.targets),
            annotation: None,
            value: Some(expr(&node.value)),
            augmented: None,
        })),
        ast::Stmt::AugAssign(node) => StmtKind::Assign(Box::new(Target {
            targets: vec![expr(&node.target)],
            annotation: None,
            value: Some(expr(&node.value)),
            augmented: Some(binary(node.op)),
        })),
        ast::Stmt::AnnAssign(node) => StmtKind::Assign(Box::new(Target {
            targets: vec![expr(&node.target)],
            annotation: Some(expr(&node.annotation)),
            value: node.value.as_deref().map(expr),
            augmented: None,
        })),
        ast::Stmt::For(node) => StmtKind::For {
            target: expr(&node.target),
            iter: expr(&node.iter),
            body: body(&node.body),
            orelse: body(&node.orelse),
        },
        ast::Stmt::While(node) => {
            StmtKind::While { test: expr(&node.test), body: body(&node.body), orelse: body(&node.orelse) }
        }
        ast::Stmt::If(node) => {
            let first = Branch { test: Some(expr(&node.test)), body: body(&node.body) };
            let rest = node
                .elif_else_clauses
                .iter()
                .map(|clause| Branch { test: clause.test.as_ref().map(expr), body: body(&clause.body) });
            StmtKind::If(std::iter::once(first).chain(rest).collect())
        }
        ast::Stmt::With(node) => StmtKind::With {
            items: node
                .items
                .iter()
                .map(|item| (expr(&item.context_expr), item.optional_vars.as_deref().map(expr)))
                .collect(),
            body: body(&node.body),
        },
        ast::Stmt::Match(node) => StmtKind::Match {
            subject: expr(&node.subject),
            cases: node.cases.iter().map(|case| body(&case.body)).collect(),
        },
        ast::Stmt::Raise(node) => StmtKind::Raise(node.exc.as_deref().map(expr)),
        ast::Stmt::Try(node) => StmtKind::Try {
            body: body(&node.body),
            handlers: node
                .handlers
                .iter()
                .map(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    body(&handler.body)
                })
                .collect(),
            orelse: body(&node.orelse),
            finally: body(&node.finalbody),
        },
        ast::Stmt::Assert(node) => StmtKind::Assert(expr(&node.test)),
        ast::Stmt::Import(node) => StmtKind::Import(node.names.iter().map(plain_import).collect()),
        ast::Stmt::ImportFrom(node) => StmtKind::Import(from_imports(node)),
        ast::Stmt::Expr(node) => StmtKind::Expr(expr(&node.value)),
        ast::Stmt::Pass(_) => StmtKind::Pass,
        ast::Stmt::Break(_) => StmtKind::Break,
        ast::Stmt::Continue(_) => StmtKind::Continue,
        ast::Stmt::TypeAlias(_) | ast::Stmt::Global(_) | ast::Stmt::Nonlocal(_) | ast::Stmt::IpyEscapeCommand(_) => {
            StmtKind::Other
        }
    };
    Stmt { span: span(node.range()), kind }
}

fn plain_import(alias: &ast::Alias) -> Import {
    let module = alias.name.to_string();
    let bound = match &alias.asname {
        Some(name) => name.to_string(),
        None => module.split('.').next().unwrap_or_default().to_owned(),
    };
    Import { module, level: 0, name: None, bound, span: span(alias.range) }
}

fn from_imports(node: &ast::StmtImportFrom) -> Vec<Import> {
    let module = node.module.as_ref().map(ToString::to_string).unwrap_or_default();
    let import = |alias: &ast::Alias| Import {
        module: module.clone(),
        level: node.level,
        name: Some(alias.name.to_string()),
        bound: alias.asname.as_ref().unwrap_or(&alias.name).to_string(),
        span: span(alias.range),
    };
    node.names.iter().map(import).collect()
}

fn function(node: &ast::StmtFunctionDef) -> Function {
    let parameters = &node.parameters;
    let argument = |keyword_only: bool| {
        move |one: &ast::ParameterWithDefault| Argument {
            name: one.parameter.name.to_string(),
            span: span(one.parameter.range),
            annotation: one.parameter.annotation.as_deref().map(expr),
            default: one.default.as_deref().map(expr),
            keyword_only,
        }
    };
    let positional = parameters.posonlyargs.iter().chain(&parameters.args).map(argument(false));
    Function {
        name: node.name.to_string(),
        name_span: span(node.name.range),
        is_async: node.is_async,
        decorators: node.decorator_list.iter().map(|decorator| expr(&decorator.expression)).collect(),
        arguments: positional.chain(parameters.kwonlyargs.iter().map(argument(true))).collect(),
        varargs: parameters.vararg.as_ref().map(|vararg| vararg.name.to_string()),
        kwargs: parameters.kwarg.as_ref().map(|kwarg| kwarg.name.to_string()),
        returns: node.returns.as_deref().map(expr),
        body: body(&node.body),
    }
}

fn class(node: &ast::StmtClassDef) -> Class {
    let (bases, keywords) = match &node.arguments {
        Some(arguments) => (exprs(&arguments.args), arguments.keywords.as_slice()),
        None => (Vec::new(), &[][..]),
    };
    let metaclass = keywords
        .iter()
        .find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass"))
        .map(|keyword| expr(&keyword.value));
    Class {
        name: node.name.to_string(),
        name_span: span(node.name.range),
        decorators: node.decorator_list.iter().map(|decorator| expr(&decorator.expression)).collect(),
        bases,
        metaclass,
        body: body(&node.body),
    }
}

fn exprs<'a>(nodes: impl IntoIterator<Item = &'a ast::Expr>) -> Vec<Expr> {
    nodes.into_iter().map(expr).collect()
}

fn boxed(node: &ast::Expr) -> Box<Expr> {
    Box::new(expr(node))
}

fn expr(node: &ast::Expr) -> Expr {
    Expr { span: span(node.range()), kind: kind(node) }
}

fn kind(node: &ast::Expr) -> ExprKind {
    match node {
        ast::Expr::Name(node) => ExprKind::Name(node.id.to_string()),
        ast::Expr::Attribute(node) => ExprKind::Attribute(boxed(&node.value), node.attr.to_string()),
        ast::Expr::Subscript(node) => ExprKind::Subscript(boxed(&node.value), boxed(&node.slice)),
        ast::Expr::Call(node) => ExprKind::Call(Box::new(Call {
            function: expr(&node.func),
            positional: exprs(&node.arguments.args),
            keywords: node
                .arguments
                .keywords
                .iter()
                .map(|keyword| (keyword.arg.as_ref().map(ToString::to_string), expr(&keyword.value)))
                .collect(),
        })),
        ast::Expr::NumberLiteral(node) => number(&node.value),
        ast::Expr::StringLiteral(node) => ExprKind::Literal(Value::Str(node.value.to_str().to_owned())),
        ast::Expr::BooleanLiteral(node) => ExprKind::Literal(Value::Bool(node.value)),
        ast::Expr::NoneLiteral(_) => ExprKind::Literal(Value::Null),
        ast::Expr::List(node) => ExprKind::List(exprs(&node.elts)),
        ast::Expr::Tuple(node) => ExprKind::Tuple(exprs(&node.elts)),
        ast::Expr::Set(node) => ExprKind::Set(exprs(&node.elts)),
        ast::Expr::Dict(node) => {
            ExprKind::Dict(node.items.iter().map(|item| (item.key.as_ref().map(expr), expr(&item.value))).collect())
        }
        ast::Expr::BinOp(node) => ExprKind::Binary(binary(node.op), boxed(&node.left), boxed(&node.right)),
        ast::Expr::BoolOp(node) => match node.op {
            ast::BoolOp::Or => ExprKind::Or(exprs(&node.values)),
            ast::BoolOp::And => ExprKind::And(exprs(&node.values)),
        },
        ast::Expr::UnaryOp(node) => unary(node),
        ast::Expr::Compare(node) => {
            let operands = std::iter::once(&*node.left).chain(node.comparators.iter()).map(expr).collect();
            ExprKind::Compare(operands, node.ops.iter().copied().map(comparison).collect())
        }
        ast::Expr::If(node) => {
            ExprKind::Conditional { test: boxed(&node.test), body: boxed(&node.body), orelse: boxed(&node.orelse) }
        }
        ast::Expr::Slice(node) => {
            let parts = [&node.lower, &node.upper, &node.step];
            ExprKind::Slice(Box::new(parts.map(|part| part.as_deref().map(expr))))
        }
        ast::Expr::ListComp(node) => comprehension(vec![expr(&node.elt)], &node.generators, true),
        ast::Expr::SetComp(node) => comprehension(vec![expr(&node.elt)], &node.generators, false),
        ast::Expr::Generator(node) => comprehension(vec![expr(&node.elt)], &node.generators, false),
        ast::Expr::DictComp(node) => {
            let key = node.key.as_deref().map(expr);
            comprehension(key.into_iter().chain([expr(&node.value)]).collect(), &node.generators, false)
        }
        ast::Expr::Lambda(node) => ExprKind::Lambda(boxed(&node.body)),
        ast::Expr::Starred(node) => ExprKind::Starred(boxed(&node.value)),
        ast::Expr::Await(node) => ExprKind::Await(boxed(&node.value)),
        ast::Expr::Yield(node) => ExprKind::Yield(node.value.as_deref().map(boxed)),
        ast::Expr::YieldFrom(node) => ExprKind::Yield(Some(boxed(&node.value))),
        ast::Expr::Named(node) => ExprKind::Named(boxed(&node.target), boxed(&node.value)),
        ast::Expr::FString(node) => ExprKind::Formatted(
            node.value
                .elements()
                .filter_map(|element| match element {
                    ast::InterpolatedStringElement::Interpolation(inner) => {
                        Some((expr(&inner.expression), inner.format_spec.is_some()))
                    }
                    ast::InterpolatedStringElement::Literal(_) => None,
                })
                .collect(),
        ),
        ast::Expr::TString(_)
        | ast::Expr::BytesLiteral(_)
        | ast::Expr::EllipsisLiteral(_)
        | ast::Expr::IpyEscapeCommand(_) => ExprKind::Other,
    }
}

fn binary(op: ast::Operator) -> BinaryOp {
    match op {
        ast::Operator::Add => BinaryOp::Add,
        ast::Operator::Sub => BinaryOp::Sub,
        ast::Operator::Mult => BinaryOp::Mul,
        ast::Operator::MatMult => BinaryOp::MatMul,
        ast::Operator::Div => BinaryOp::Div,
        ast::Operator::Mod => BinaryOp::Mod,
        ast::Operator::Pow => BinaryOp::Pow,
        ast::Operator::LShift => BinaryOp::ShiftLeft,
        ast::Operator::RShift => BinaryOp::ShiftRight,
        ast::Operator::BitOr => BinaryOp::Or,
        ast::Operator::BitXor => BinaryOp::Xor,
        ast::Operator::BitAnd => BinaryOp::And,
        ast::Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn comparison(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Eq,
        ast::CmpOp::NotEq => CompareOp::Ne,
        ast::CmpOp::Lt => CompareOp::Lt,
        ast::CmpOp::LtE => CompareOp::Le,
        ast::CmpOp::Gt => CompareOp::Gt,
        ast::CmpOp::GtE => CompareOp::Ge,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
    }
}

fn number(number: &ast::Number) -> ExprKind {
    match number {
        ast::Number::Int(int) => int.as_i64().map_or(ExprKind::Other, |int| ExprKind::Literal(Value::Int(int))),
        ast::Number::Float(float) => ExprKind::Literal(Value::Float(*float)),
        ast::Number::Complex { .. } => ExprKind::Other,
    }
}

fn unary(node: &ast::ExprUnaryOp) -> ExprKind {
    match node.op {
        ast::UnaryOp::Not => ExprKind::Not(boxed(&node.operand)),
        ast::UnaryOp::USub | ast::UnaryOp::UAdd => {
            let operand = expr(&node.operand);
            let negative = node.op == ast::UnaryOp::USub;
            match operand.kind {
                ExprKind::Literal(Value::Int(int)) => {
                    ExprKind::Literal(Value::Int(if negative { int.saturating_neg() } else { int }))
                }
                ExprKind::Literal(Value::Float(float)) => {
                    ExprKind::Literal(Value::Float(if negative { -float } else { float }))
                }
                _ => ExprKind::Unary(if negative { UnaryOp::Minus } else { UnaryOp::Plus }, Box::new(operand)),
            }
        }
        ast::UnaryOp::Invert => ExprKind::Unary(UnaryOp::Invert, boxed(&node.operand)),
    }
}

fn comprehension(elements: Vec<Expr>, generators: &[ast::Comprehension], list: bool) -> ExprKind {
    let generators = generators.iter().map(|one| (expr(&one.target), expr(&one.iter), exprs(&one.ifs))).collect();
    ExprKind::Comprehension(Box::new(Comprehension { elements, generators, list }))
}
