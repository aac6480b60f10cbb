use super::ty::{Kinds, Known, Pandas, Ty};
use crate::strategy::native::ir::Reg;

/// A value while its program is made: what it is, and the registers that hold its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Val {
    pub ty: Ty,
    /// As many as the type has words; empty for a literal, whose words are made where they are needed.
    pub regs: Vec<Reg>,
    pub literal: Option<Literal>,
}

#[derive(Debug, Clone, Copy)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Index of the symbol.
    Symbol(usize),
}

/// As bits: a zero's sign counts, and not a number is itself.
impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Symbol(a), Self::Symbol(b)) => a == b,
            _ => false,
        }
    }
}

impl Val {
    pub fn new(ty: Ty, regs: Vec<Reg>) -> Self {
        Self { ty, regs, literal: None }
    }

    pub fn none() -> Self {
        Self::new(Ty::NONE, Vec::new())
    }

    pub fn never() -> Self {
        Self::new(Ty::Never, Vec::new())
    }

    pub fn known(known: Known) -> Self {
        Self::new(Ty::Known(known), Vec::new())
    }

    pub fn external(name: &str) -> Self {
        Self::known(Known::External(name.to_owned()))
    }

    pub fn text() -> Self {
        Self::known(Known::Text)
    }

    pub fn float(reg: Reg) -> Self {
        Self::new(Ty::FLOAT, vec![reg])
    }

    pub fn numpy_float(reg: Reg) -> Self {
        Self::new(Ty::Pandas(Pandas::Float), vec![reg])
    }

    /// Python's or numpy's.
    pub fn number(reg: Reg) -> Self {
        Self::new(Ty::Pandas(Pandas::Number), vec![reg])
    }

    pub fn numpy_bool(reg: Reg) -> Self {
        Self::new(Ty::Pandas(Pandas::Bool), vec![reg])
    }

    pub fn int(reg: Reg) -> Self {
        Self::new(Ty::INT, vec![reg])
    }

    pub fn bool(reg: Reg) -> Self {
        Self::new(Ty::BOOL, vec![reg])
    }

    pub fn literal(literal: Literal) -> Self {
        let ty = match literal {
            Literal::Bool(_) => Ty::BOOL,
            Literal::Int(_) => Ty::INT,
            Literal::Float(_) => Ty::FLOAT,
            Literal::Symbol(_) => Ty::STR,
        };
        Self { ty, regs: Vec::new(), literal: Some(literal) }
    }

    pub fn is_none(&self) -> bool {
        self.ty == Ty::NONE
    }

    pub fn kinds(&self) -> Option<Kinds> {
        self.ty.kinds()
    }

    pub fn int_literal(&self) -> Option<i64> {
        match self.literal {
            Some(Literal::Int(value)) => Some(value),
            Some(Literal::Bool(value)) => Some(i64::from(value)),
            _ => None,
        }
    }
}
