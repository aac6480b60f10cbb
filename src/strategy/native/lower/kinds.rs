//! Values whose kind only the run knows: one path for each.

use super::ty::Kinds;
use super::val::Val;
use super::{Lower, Pass};

impl Pass<'_> {
    /// What `each` makes of a scalar, kind by kind of those it may have.
    pub fn by_kind(&mut self, value: &Val, each: &mut dyn FnMut(&mut Self, &Val, Kinds) -> Lower<Val>) -> Lower<Val> {
        let all: Vec<Kinds> = value.kinds().map_or_else(Vec::new, |kinds| kinds.each().map(|(kind, _)| kind).collect());
        let mut ends = Vec::new();
        for (at, &kind) in all.iter().enumerate() {
            let no = if at + 1 == all.len() {
                None
            } else {
                let is = self.is_one_of(value, kind);
                self.split(is)
            };
            let own = self.assume(value, kind);
            let made = each(self, &own, kind)?;
            ends.extend(self.part().map(|flow| (flow, made)));
            match no {
                Some(no) => self.follow(no),
                None => break,
            }
        }
        self.meet_with(ends)
    }

    /// Does one thing where the value is a float and another where it is an int.
    pub fn by_float_or_int(&mut self, value: &Val, mut f: impl FnMut(&mut Self, &Val) -> Lower<Val>) -> Lower<Val> {
        let is_float = self.is_one_of(value, Kinds::FLOAT);
        let Some(no) = self.split(is_float) else { return Ok(Val::never()) };
        let float = self.assume(value, Kinds::FLOAT);
        let result = f(self, &float)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, result)).into_iter().collect();
        self.follow(no);
        let int = self.assume(value, Kinds::INT.union(Kinds::BOOL));
        let int = self.as_int(&int);
        let result = f(self, &int)?;
        ends.extend(self.part().map(|flow| (flow, result)));
        self.meet_with(ends)
    }
}
