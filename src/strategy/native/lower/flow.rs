//! Paths that part and meet again: what each knows of the names of the present call.

use super::builder::{Builder, kind_of};
use super::ty::{FrameId, StaticId, Ty};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::FileId;
use crate::strategy::native::ir::{BlockId, End, Reg};
use std::collections::{BTreeMap, BTreeSet};

/// Names of the present call, and the attributes that are certainly set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Env {
    pub vars: BTreeMap<String, Val>,
    pub assigned: BTreeSet<(StaticId, String)>,
    /// Columns that frames were given, and all that they were given on some path.
    pub columns: BTreeMap<(FrameId, String), Val>,
    pub written: BTreeSet<(FrameId, String)>,
}

/// The end of a path.
#[derive(Debug, Clone)]
pub struct Flow {
    pub block: BlockId,
    pub env: Env,
}

/// A call that is being inlined.
#[derive(Debug, Default)]
pub struct Frame {
    /// File and byte of the call.
    pub caller: (FileId, u32),
    /// Byte of the called function's name and its file: the same twice is recursion.
    pub function: (FileId, u32),
    /// The object, and the class whose body the function stands in, for `super()`.
    pub object: Option<Val>,
    pub class: Option<crate::discovery::code::ClassId>,
    /// Names that the function assigns: where they are unset they are nothing else.
    pub locals: BTreeSet<String>,
    /// Its `**kwargs`, where nothing else holds them.
    pub keywords: Option<String>,
    pub returns: Vec<(Flow, Val)>,
    /// The entry method itself: its returns are answers.
    pub answers: Option<usize>,
    pub loops: Vec<LoopFrame>,
}

#[derive(Debug, Default)]
pub struct LoopFrame {
    pub breaks: Vec<Flow>,
    pub continues: Vec<Flow>,
}

impl Pass<'_> {
    /// Ends the present path; None where there is none.
    pub fn part(&mut self) -> Option<Flow> {
        let block = self.b.current.take()?;
        Some(Flow { block, env: self.env.clone() })
    }

    /// Goes on with one path.
    pub fn follow(&mut self, flow: Flow) {
        self.b.current = Some(flow.block);
        self.env = flow.env;
    }

    /// Goes on at the first block after `test`; the flow of the other is returned.
    pub fn split(&mut self, test: Reg) -> Option<Flow> {
        self.b.current?;
        let (_, no) = self.b.branch(test);
        Some(Flow { block: no, env: self.env.clone() })
    }

    /// Goes on where all `flows` meet.
    pub fn meet(&mut self, flows: Vec<Option<Flow>>) -> Lower<()> {
        let mut flows: Vec<Flow> = flows.into_iter().flatten().collect();
        match flows.len() {
            0 => {
                self.b.current = None;
                return Ok(());
            }
            1 => {
                if let Some(flow) = flows.pop() {
                    self.follow(flow);
                }
                return Ok(());
            }
            _ => {}
        }
        let mut env = Env {
            vars: self.meet_values(&mut flows, |env| &env.vars),
            columns: self.meet_values(&mut flows, |env| &env.columns),
            assigned: flows[0].env.assigned.clone(),
            written: BTreeSet::new(),
        };
        for flow in &flows {
            env.assigned.retain(|key| flow.env.assigned.contains(key));
            env.written.extend(flow.env.written.iter().cloned());
        }
        let target = self.b.block();
        for flow in flows {
            self.b.current = Some(flow.block);
            self.b.jump(target);
        }
        self.b.current = Some(target);
        self.env = env;
        Ok(())
    }

    /// What all of `flows` know, in registers where they do not agree.
    fn meet_values<K: Ord + Clone>(
        &mut self,
        flows: &mut [Flow],
        known: fn(&Env) -> &BTreeMap<K, Val>,
    ) -> BTreeMap<K, Val> {
        let mut met = BTreeMap::new();
        let keys: Vec<K> = known(&flows[0].env).keys().cloned().collect();
        for key in keys {
            let Some(values) =
                flows.iter().map(|flow| known(&flow.env).get(&key).cloned()).collect::<Option<Vec<Val>>>()
            else {
                continue;
            };
            if values.iter().all(|value| *value == values[0]) {
                met.insert(key, values[0].clone());
                continue;
            }
            let mut ty = Ty::Never;
            for value in &values {
                ty = self.facts.join(&ty, &value.ty);
            }
            let regs: Vec<Reg> = ty.words().into_iter().map(|word| self.b.reg(kind_of(word))).collect();
            for (flow, value) in flows.iter_mut().zip(&values) {
                flow.block = self.copy_into(flow.block, value, &ty, &regs);
            }
            met.insert(key, Val::new(ty, regs));
        }
        met
    }

    /// Appends to `block` what puts `value` into `regs` as a `ty`; the block in which that ended.
    pub fn copy_into(&mut self, block: BlockId, value: &Val, ty: &Ty, regs: &[Reg]) -> BlockId {
        let before = self.b.current.replace(block);
        let words = self.convert(value, ty);
        for (&d, &a) in regs.iter().zip(&words) {
            self.b.copy(d, a);
        }
        let end = self.b.current.unwrap_or(block);
        self.b.current = before;
        end
    }

    /// Joins the results of several paths, each with its value, and goes on with the joined one.
    pub fn meet_with(&mut self, ends: Vec<(Flow, Val)>) -> Lower<Val> {
        let name = self.hidden_name();
        let flows = ends
            .into_iter()
            .map(|(mut flow, value)| {
                flow.env.vars.insert(name.clone(), value);
                Some(flow)
            })
            .collect();
        self.meet(flows)?;
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let value = self.env.vars.remove(&name).unwrap_or_else(Val::never);
        match value.ty {
            Ty::Conflict(why) => self.obstacle("a value of several types", why),
            _ => Ok(value),
        }
    }

    /// A variable that no source can name.
    pub fn hidden_name(&mut self) -> String {
        self.hidden += 1;
        format!("\u{0}{}", self.hidden)
    }

    /// The path ends here, always.
    pub fn bail(&mut self, why: &str) {
        let site = self.site(why);
        self.b.end(End::Bail(site));
    }

    /// Tries something and takes back what it emitted.
    pub fn probe<T>(&mut self, work: impl FnOnce(&mut Self) -> Lower<T>) -> Lower<T> {
        let (b, env): (Builder, Env) = (self.b.clone(), self.env.clone());
        let frames: Vec<(usize, Vec<(usize, usize)>)> = self
            .frames
            .iter()
            .map(|frame| {
                (frame.returns.len(), frame.loops.iter().map(|one| (one.breaks.len(), one.continues.len())).collect())
            })
            .collect();
        let result = work(self);
        self.b = b;
        self.env = env;
        self.frames.truncate(frames.len());
        for (frame, (returns, loops)) in self.frames.iter_mut().zip(frames) {
            frame.returns.truncate(returns);
            frame.loops.truncate(loops.len());
            for (one, (breaks, continues)) in frame.loops.iter_mut().zip(loops) {
                one.breaks.truncate(breaks);
                one.continues.truncate(continues);
            }
        }
        result
    }
}
