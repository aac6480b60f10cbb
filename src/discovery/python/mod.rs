//! Python source as this room sees it: a small owned tree with byte spans. Only `parse` and `convert`
//! name the parser's types, so a new parser version touches this folder alone.

mod convert;
mod depth;
mod parse;
mod tree;
mod visit;

pub use parse::parse;
pub use tree::{
    Argument, BinaryOp, Branch, Call, Class, CompareOp, Comprehension, Expr, ExprKind, Function, Import, Span, Stmt,
    StmtKind, Target, UnaryOp,
};
pub use visit::{each_child, each_expr, each_expr_in, each_own_stmt, each_stmt, own_exprs};
