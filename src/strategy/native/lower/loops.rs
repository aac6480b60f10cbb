//! Loops: the names that change in the body keep one type and one set of registers from round to round.

use super::builder::kind_of;
use super::flow::{Flow, LoopFrame};
use super::ty::Ty;
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{Expr, ExprKind, Stmt, StmtKind, each_expr, each_own_stmt};
use crate::strategy::native::ir::Reg;
use std::collections::BTreeSet;

const MAX_ROUNDS: usize = 8;

impl Pass<'_> {
    pub fn while_loop(&mut self, test: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Lower<()> {
        let changed = assigned_in(body, &[test]);
        self.looped(&changed, &mut |this| this.branch_on(test), &mut |this| this.block(body), &mut |this| {
            this.block(orelse)
        })
    }

    pub fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Lower<()> {
        let source = self.iterable(iter)?;
        let mut changed = assigned_in(body, &[]);
        names_of(target, &mut changed);
        self.iterate(
            &source,
            &changed,
            &mut |this, item| {
                this.assign(target, item)?;
                this.block(body)
            },
            &mut |this| this.block(orelse),
        )
    }

    /// `head` decides: it goes on where another round begins and returns the flow where none does.
    pub fn looped(
        &mut self,
        changed: &[String],
        head: &mut dyn FnMut(&mut Self) -> Lower<Option<Flow>>,
        body: &mut dyn FnMut(&mut Self) -> Lower<()>,
        orelse: &mut dyn FnMut(&mut Self) -> Lower<()>,
    ) -> Lower<()> {
        let Some(entry) = self.part() else { return Ok(()) };
        let carried: Vec<String> = changed.iter().filter(|name| entry.env.vars.contains_key(*name)).cloned().collect();
        let mut types: Vec<Ty> = carried.iter().map(|name| entry.env.vars[name].ty.clone()).collect();
        for _ in 0..MAX_ROUNDS {
            let before = self.b.clone();
            let slots = self.frames.last().map_or(0, |frame| frame.returns.len());
            match self.round(&entry, &carried, &types, head, body)? {
                Ok(exits) => {
                    if let Some(exit) = exits.0 {
                        self.follow(exit);
                        orelse(self)?;
                    }
                    let end = self.part();
                    let mut ends: Vec<Option<Flow>> = exits.1.into_iter().map(Some).collect();
                    ends.push(end);
                    return self.meet(ends);
                }
                Err(wider) => {
                    types = wider;
                    self.b = before;
                    if let Some(frame) = self.frames.last_mut() {
                        frame.returns.truncate(slots);
                    }
                }
            }
        }
        self.obstacle("a loop", "whose names do not keep a type")
    }

    /// One attempt: the exit and the breaks, or wider types to try.
    #[expect(clippy::type_complexity, reason = "the two ways an attempt can end")]
    fn round(
        &mut self,
        entry: &Flow,
        carried: &[String],
        types: &[Ty],
        head: &mut dyn FnMut(&mut Self) -> Lower<Option<Flow>>,
        body: &mut dyn FnMut(&mut Self) -> Lower<()>,
    ) -> Lower<Result<(Option<Flow>, Vec<Flow>), Vec<Ty>>> {
        let regs: Vec<Vec<Reg>> =
            types.iter().map(|ty| ty.words().into_iter().map(|word| self.b.reg(kind_of(word))).collect()).collect();
        let mut block = entry.block;
        for ((name, ty), regs) in carried.iter().zip(types).zip(&regs) {
            block = self.copy_into(block, &entry.env.vars[name].clone(), ty, regs);
        }
        let top = self.b.block();
        self.b.current = Some(block);
        self.b.jump(top);
        self.b.current = Some(top);
        self.env = entry.env.clone();
        for ((name, ty), regs) in carried.iter().zip(types).zip(&regs) {
            self.env.vars.insert(name.clone(), Val::new(ty.clone(), regs.clone()));
        }
        let Some(depth) = self.frames.last().map(|frame| frame.loops.len()) else {
            return self.obstacle("a loop", "outside a function");
        };
        let exit = head(self)?;
        let exit = exit.map(|mut exit| {
            // What the body alone names may never have been set.
            exit.env.vars.retain(|name, _| entry.env.vars.contains_key(name));
            exit
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.loops.push(LoopFrame::default());
        }
        self.conditional += 1;
        let walked = body(self);
        self.conditional -= 1;
        let mut own = self.frames.last_mut().map(|frame| frame.loops.split_off(depth)).unwrap_or_default();
        let frame = if own.is_empty() { None } else { Some(own.swap_remove(0)) };
        walked?;
        let frame = frame.unwrap_or_default();
        let end = self.part();
        let mut ends: Vec<Option<Flow>> = frame.continues.into_iter().map(Some).collect();
        ends.push(end);
        self.meet(ends)?;
        if self.b.current.is_some() {
            let mut wider = Vec::new();
            for (name, ty) in carried.iter().zip(types) {
                let now = self
                    .env
                    .vars
                    .get(name)
                    .map_or_else(|| Ty::Conflict("not set on every path".to_owned()), |value| value.ty.clone());
                wider.push(self.facts.join(ty, &now));
            }
            if wider != types {
                return Ok(Err(wider));
            }
            let values: Vec<Val> = carried.iter().map(|name| self.env.vars[name].clone()).collect();
            let words: Vec<Vec<Reg>> = values.iter().zip(types).map(|(value, ty)| self.convert(value, ty)).collect();
            self.copy_together(&words.concat(), &regs.concat());
            self.b.jump(top);
        }
        Ok(Ok((exit, frame.breaks)))
    }

    /// Copies side by side: a source may be the target of another.
    fn copy_together(&mut self, from: &[Reg], to: &[Reg]) {
        let crossed = from
            .iter()
            .enumerate()
            .any(|(at, reg)| to.iter().position(|one| one == reg).is_some_and(|other| other != at));
        let from: Vec<Reg> = if crossed {
            from.iter()
                .map(|&reg| {
                    let kind = self.b.kind(reg);
                    let held = self.b.reg(kind);
                    self.b.copy(held, reg);
                    held
                })
                .collect()
        } else {
            from.to_vec()
        };
        for (&a, &d) in from.iter().zip(to) {
            if a != d {
                self.b.copy(d, a);
            }
        }
    }
}

/// Names that a body, or an expression with `:=`, assigns.
pub fn assigned_in(body: &[Stmt], also: &[&Expr]) -> Vec<String> {
    let mut found = Vec::new();
    each_own_stmt(body, &mut |stmt| match &stmt.kind {
        StmtKind::Assign(target) => target.targets.iter().for_each(|one| names_of(one, &mut found)),
        StmtKind::For { target, .. } => names_of(target, &mut found),
        StmtKind::Delete(targets) => targets.iter().for_each(|one| names_of(one, &mut found)),
        StmtKind::Function(function) => found.push(function.name.clone()),
        StmtKind::Import(imports) => found.extend(imports.iter().map(|import| import.bound.clone())),
        _ => {}
    });
    let mut named = |expr: &Expr| {
        if let ExprKind::Named(target, _) = &expr.kind {
            names_of(target, &mut found);
        }
    };
    each_expr(body, &mut named);
    for expr in also {
        named(expr);
    }
    let unique: BTreeSet<String> = found.into_iter().collect();
    unique.into_iter().collect()
}

pub fn names_of(target: &Expr, found: &mut Vec<String>) {
    match &target.kind {
        ExprKind::Name(name) => found.push(name.clone()),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| names_of(item, found)),
        ExprKind::Starred(inner) => names_of(inner, found),
        _ => {}
    }
}
