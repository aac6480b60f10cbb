//! One value as another, wider type; and scalars between tagged and plain.

use super::builder::kind_of;
use super::ty::{Kinds, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::strategy::native::ir::{CompareOp, Kind, Reg, UnaryOp, Word, tag};

pub fn tag_of(kind: Kinds) -> i64 {
    match kind {
        Kinds::BOOL => tag::BOOL,
        Kinds::INT => tag::INT,
        Kinds::FLOAT => tag::FLOAT,
        Kinds::STR => tag::STR,
        Kinds::TIME => TIME,
        _ => tag::NONE,
    }
}

/// Timestamps have a tag that only this room knows: they compare with None and each other.
const TIME: i64 = 5;

impl Pass<'_> {
    /// The words of a value; those of a literal are made here.
    pub fn words(&mut self, value: &Val) -> Vec<Reg> {
        match value.literal {
            Some(Literal::Bool(value)) => vec![self.b.int_const(i64::from(value))],
            Some(Literal::Int(value)) => vec![self.b.int_const(value)],
            Some(Literal::Float(value)) => vec![self.b.float_const(value)],
            Some(Literal::Symbol(id)) => vec![self.b.int_const(id as i64)],
            None => value.regs.clone(),
        }
    }

    /// The only word of a value that has one.
    pub fn word(&mut self, value: &Val) -> Reg {
        self.words(value).first().copied().unwrap_or_else(|| self.b.int_const(0))
    }

    fn zeros(&mut self, ty: &Ty) -> Vec<Reg> {
        ty.words().into_iter().map(|word| self.b.constant(kind_of(word), 0)).collect()
    }

    /// The words of `value` as a `ty` that holds it. Where `ty` does not hold it yet the words mean nothing: what
    /// was learnt makes another pass.
    pub fn convert(&mut self, value: &Val, ty: &Ty) -> Vec<Reg> {
        let same = |this: &mut Self| {
            let words = this.words(value);
            let wanted = ty.words();
            let fits = words.len() == wanted.len()
                && words.iter().zip(&wanted).all(|(&reg, &word)| this.b.kind(reg) == kind_of(word));
            if fits { words } else { this.zeros(ty) }
        };
        match (&value.ty, ty) {
            (a, b) if a == b => same(self),
            (Ty::Scalar(from), Ty::Scalar(to)) if from.within(*to) => {
                if from.single() {
                    let kind = self.b.int_const(tag_of(*from));
                    let bits = if *from == Kinds::NONE { self.b.int_const(0) } else { self.bits(value) };
                    vec![kind, bits]
                } else {
                    self.words(value)
                }
            }
            (Ty::Pandas(Pandas::Float), Ty::Pandas(Pandas::Number)) => same(self),
            (Ty::Scalar(kinds), Ty::Pandas(Pandas::Number)) if kinds.within(Kinds::NUMBERS) => {
                self.float_of(value, true).map_or_else(|_| self.zeros(ty), |word| vec![word])
            }
            (Ty::Scalar(kinds), Ty::Pandas(Pandas::Bool)) if *kinds == Kinds::BOOL => same(self),
            (Ty::Scalar(kinds), Ty::Opt(inner)) if *kinds != Kinds::NONE && kinds.has(Kinds::NONE) => {
                self.convert_tagged(value, inner).unwrap_or_else(|_| self.zeros(ty))
            }
            (Ty::List(_), Ty::List(_)) | (Ty::View(_), Ty::View(_)) => same(self),
            (Ty::Scalar(none), Ty::Opt(inner)) if *none == Kinds::NONE => match **inner {
                Ty::Bar(_) => vec![self.b.int_const(-1)],
                _ => self.zeros(ty),
            },
            (Ty::Opt(a), Ty::Opt(b)) => self.convert_optional(value, a, b),
            (_, Ty::Opt(inner)) => {
                let words = self.convert(value, inner);
                match **inner {
                    Ty::List(_) | Ty::Object(_) | Ty::Bar(_) => words,
                    _ => std::iter::once(self.b.int_const(1)).chain(words).collect(),
                }
            }
            (Ty::Tuple(from), Ty::Tuple(to)) if from.len() == to.len() => {
                let parts = self.tuple_parts(value);
                parts.iter().zip(to).flat_map(|(part, ty)| self.convert(part, ty)).collect()
            }
            (Ty::Map(_), Ty::Map(to)) => {
                let parts = self.map_parts(value);
                if parts.len() != to.len() {
                    return self.zeros(ty);
                }
                parts.iter().zip(to).flat_map(|((_, part), (_, ty))| self.convert(part, ty)).collect()
            }
            _ => self.zeros(ty),
        }
    }

    /// A scalar that may be None, as what is there or not.
    fn convert_tagged(&mut self, value: &Val, to: &Ty) -> Lower<Vec<Reg>> {
        let kinds = value.kinds().unwrap_or(Kinds::NONE).without(Kinds::NONE);
        let there = self.is_one_of(value, kinds);
        let whole = Ty::Opt(Box::new(to.clone()));
        let Some(no) = self.split(there) else { return Ok(self.zeros(&whole)) };
        let held = self.assume(value, kinds);
        let words = self.convert(&held, &whole);
        let name = self.hidden_name();
        let mut flows = Vec::new();
        if let Some(mut flow) = self.part() {
            flow.env.vars.insert(name.clone(), Val::new(whole.clone(), words));
            flows.push(Some(flow));
        }
        self.follow(no);
        let nothing = self.zeros(&whole);
        if let Some(mut flow) = self.part() {
            flow.env.vars.insert(name.clone(), Val::new(whole.clone(), nothing));
            flows.push(Some(flow));
        }
        self.meet(flows)?;
        Ok(self.env.vars.remove(&name).map_or_else(Vec::new, |value| value.regs))
    }

    fn convert_optional(&mut self, value: &Val, from: &Ty, to: &Ty) -> Vec<Reg> {
        match from {
            Ty::List(_) | Ty::Object(_) | Ty::Bar(_) => {
                if value.regs.len() == Ty::Opt(Box::new(to.clone())).words().len() {
                    value.regs.clone()
                } else {
                    self.zeros(&Ty::Opt(Box::new(to.clone())))
                }
            }
            _ => {
                let inner = Val::new(from.clone(), value.regs.get(1..).unwrap_or(&[]).to_vec());
                let flag = value.regs.first().copied().unwrap_or_else(|| self.b.int_const(0));
                std::iter::once(flag).chain(self.convert(&inner, to)).collect()
            }
        }
    }

    /// The one word of a single-kind scalar, as bits.
    fn bits(&mut self, value: &Val) -> Reg {
        let word = self.word(value);
        if self.b.kind(word) == Kind::F {
            let site = self.site("bits");
            self.b.unary(UnaryOp::BitsOfFloat, word, site)
        } else {
            word
        }
    }

    /// Elements of a tuple as values of their own. Literals inside were given words when it was made.
    pub fn tuple_parts(&self, value: &Val) -> Vec<Val> {
        let Ty::Tuple(items) = &value.ty else { return Vec::new() };
        parts(items.iter(), &value.regs)
    }

    pub fn map_parts(&self, value: &Val) -> Vec<(String, Val)> {
        let Ty::Map(items) = &value.ty else { return Vec::new() };
        let values = parts(items.iter().map(|(_, ty)| ty), &value.regs);
        items.iter().map(|(key, _)| key.clone()).zip(values).collect()
    }

    pub fn tuple(&mut self, items: Vec<Val>) -> Val {
        let regs = items.iter().flat_map(|item| self.words(item)).collect();
        Val::new(Ty::Tuple(items.into_iter().map(|item| item.ty).collect()), regs)
    }

    pub fn map(&mut self, items: Vec<(String, Val)>) -> Val {
        let regs = items.iter().flat_map(|(_, item)| self.words(item)).collect();
        Val::new(Ty::Map(items.into_iter().map(|(key, item)| (key, item.ty)).collect()), regs)
    }

    /// A scalar that has to be one of `kinds`: whatever else it might be bails here, as Python would raise.
    pub fn narrow(&mut self, value: &Val, kinds: Kinds, why: &str) -> Lower<Val> {
        let Some(have) = value.kinds() else {
            if value.ty == Ty::Never {
                return Ok(Val::never());
            }
            return self.obstacle("an operation on a value of another type", format!("{} ({why})", value.ty.name()));
        };
        if have.within(kinds) {
            return Ok(value.clone());
        }
        let left = have.meet(kinds);
        if left.is_empty() {
            self.bail(why);
            return Ok(Val::never());
        }
        let is = self.is_one_of(value, left);
        let site = self.site(why);
        self.b.guard(is, site);
        Ok(self.assume(value, left))
    }

    /// Whether the tag of a tagged scalar is one of `kinds`.
    pub fn is_one_of(&mut self, value: &Val, kinds: Kinds) -> Reg {
        let have = value.kinds().unwrap_or(Kinds::NONE);
        if have.within(kinds) {
            return self.b.int_const(1);
        }
        if !have.has(kinds) {
            return self.b.int_const(0);
        }
        let site = self.site("tags");
        let mut found: Option<Reg> = None;
        for (kind, _) in have.meet(kinds).each() {
            let is = self.b.equals(value.regs[0], tag_of(kind));
            found = Some(match found {
                Some(found) => self.b.int(crate::strategy::native::ir::IntOp::Or, found, is, site),
                None => is,
            });
        }
        found.unwrap_or_else(|| self.b.int_const(0))
    }

    /// The same value known to be one of `kinds`.
    pub fn assume(&mut self, value: &Val, kinds: Kinds) -> Val {
        let Some(have) = value.kinds() else { return value.clone() };
        let left = have.meet(kinds);
        if left == have || !left.single() {
            return Val { ty: Ty::Scalar(left), ..value.clone() };
        }
        match left {
            Kinds::NONE => Val::none(),
            Kinds::FLOAT => {
                let site = self.site("bits");
                let word = self.b.unary(UnaryOp::FloatOfBits, value.regs[1], site);
                Val::float(word)
            }
            _ => Val::new(Ty::Scalar(left), vec![value.regs[1]]),
        }
    }

    /// The inner value of an optional one; None bails.
    pub fn present(&mut self, value: &Val, why: &str) -> Val {
        let Ty::Opt(inner) = &value.ty else { return value.clone() };
        let is = self.is_present(value);
        let site = self.site(why);
        self.b.guard(is, site);
        self.assume_present(value, inner)
    }

    pub fn assume_present(&self, value: &Val, inner: &Ty) -> Val {
        let regs = match inner {
            Ty::List(_) | Ty::Object(_) | Ty::Bar(_) => value.regs.clone(),
            _ => value.regs.get(1..).unwrap_or(&[]).to_vec(),
        };
        Val::new(inner.clone(), regs)
    }

    pub fn is_present(&mut self, value: &Val) -> Reg {
        let Ty::Opt(inner) = &value.ty else { return self.b.int_const(i64::from(!value.is_none())) };
        let Some(&first) = value.regs.first() else { return self.b.int_const(0) };
        let zero = self.b.int_const(0);
        match **inner {
            Ty::Bar(_) => self.b.compare(CompareOp::Ge, first, zero),
            _ => self.b.compare(CompareOp::Ne, first, zero),
        }
    }

    /// Loads a value of type `ty` from memory, or from as many registers as it has words.
    pub fn load_value(&mut self, ty: &Ty, address: Reg) -> Val {
        let words: Vec<Word> = ty.words();
        let regs = words
            .into_iter()
            .enumerate()
            .map(|(offset, word)| self.b.load(kind_of(word), address, offset as u32))
            .collect();
        Val::new(ty.clone(), regs)
    }

    pub fn store_value(&mut self, value: &Val, ty: &Ty, address: Reg, offset: u32) {
        for (at, word) in self.convert(value, ty).into_iter().enumerate() {
            self.b.store(address, offset + at as u32, word);
        }
    }
}

fn parts<'t>(types: impl Iterator<Item = &'t Ty>, regs: &[Reg]) -> Vec<Val> {
    let mut at = 0;
    types
        .map(|ty| {
            let count = ty.words().len();
            let own = regs.get(at..at + count).unwrap_or(&[]).to_vec();
            at += count;
            Val::new(ty.clone(), own)
        })
        .collect()
}
